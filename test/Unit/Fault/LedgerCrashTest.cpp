//===- LedgerCrashTest.cpp - The system fails while a ledger is written ---===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CrashStates.h"
#include "FaultySystem.h"
#include "Private/Ledger.h"
#include "RecordingSystem.h"
#include "Support/ExpectError.h"
#include "Workplace.h"

#include <cerrno>
#include <fmt/format.h>

namespace mlc::test {
namespace {

using namespace runtime;

LedgerEntry entryOf(unsigned number) {
  LedgerEntry entry;
  entry.run = fmt::format("{:032x}", number);
  entry.started = "2026-12-01T12:00:00Z";
  entry.steps = {.noise = 2, .rate = 0.1, .steps = 100};
  entry.delta = 1e-5;
  return entry;
}

class LedgerCrashTest : public testing::Test {
protected:
  LedgerCrashTest() { std::filesystem::create_directory(work); }
  ~LedgerCrashTest() override { setOperatingSystem(nullptr); }

  TemporaryFolder folder{memoryFolder()};
  std::string work = folder / "work", path = work + "/data.ledger";
};

// What beginRun has returned from is there, whenever the machine stops, and the
// ledger is gone on with.
TEST_F(LedgerCrashTest, ARunThatBeganIsThereAfterEachCrash) {
  int states = 0;
  for (unsigned before : {0, 2}) {
    restore({}, work);
    for (unsigned run = 0; run < before; ++run)
      beginRun(path, entryOf(run));
    const Disk start = diskOf(work);
    std::vector<std::string> startFiles;
    for (const auto &[name, text] : start.files)
      startFiles.push_back(name);
    RecordingSystem system(work, startFiles);
    setOperatingSystem(&system);
    // How many runs had begun after how many operations.
    std::vector<std::size_t> begun;
    for (unsigned run = before; run < before + 3; ++run) {
      beginRun(path, entryOf(run));
      begun.push_back(system.operations().size());
    }
    setOperatingSystem(nullptr);
    forEachCrashState(
        start, startFiles, system.operations(), [&](const CrashState &state) {
          SCOPED_TRACE(testing::Message()
                       << "after " << state.done << ": " << state.what);
          restore(state.disk, work);
          std::size_t runs = before;
          for (std::size_t operations : begun)
            runs += operations <= state.done;
          FaultySystem fast{Fault()};
          setOperatingSystem(&fast);
          EXPECT_GE(readLedger(path).size(), runs);
          beginRun(path, entryOf(100));
          EXPECT_GE(readLedger(path).size(), runs + 1);
          setOperatingSystem(nullptr);
          ++states;
        });
  }
  EXPECT_GE(states, 60);
}

// An error, or a full disk, at each call in turn: either the run is recorded or
// it is refused, and what was there stays.
TEST_F(LedgerCrashTest, ARunThatCannotBeRecordedIsRefused) {
  for (int reason : {EIO, ENOSPC, EINTR, 0})
    for (bool forever : {false, true}) {
      if (forever && reason == EINTR)
        continue; // No call would ever end.
      bool wasHit = true;
      for (std::int64_t nth = 1; wasHit; ++nth) {
        SCOPED_TRACE(testing::Message()
                     << reason << ' ' << forever << ' ' << nth);
        restore({}, work);
        beginRun(path, entryOf(0));
        const std::string before = readFile(path);
        FaultySystem system({.nth = nth, .forever = forever, .reason = reason});
        setOperatingSystem(&system);
        bool hasBegun = true;
        try {
          beginRun(path, entryOf(1));
        } catch (const InputError &error) {
          hasBegun = false;
          EXPECT_TRUE(std::string(error.what()).starts_with(path));
        }
        setOperatingSystem(nullptr);
        wasHit = system.hasFailed();
        const auto runs = readLedger(path);
        // What a folder's fsync says comes after the new file is there.
        EXPECT_GE(runs.size(), hasBegun ? 2u : 1u);
        EXPECT_EQ(readFile(path).substr(0, before.size()), before);
        if (!hasBegun && runs.size() == 1)
          beginRun(path, entryOf(1));
      }
    }
}

} // namespace
} // namespace mlc::test
