//===- LogCrashTest.cpp - The machine stops while a log is written --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Audit/LogFixture.h"
#include "CrashStates.h"
#include "FaultySystem.h"
#include "RecordingSystem.h"
#include "Workplace.h"

namespace mlc::test {
namespace {

/// A log that grows over the end of a tile; then the machine stops after each
/// operation. Whatever it leaves is a log, has all that a checkpoint named, and
/// is gone on with.
class LogCrashTest : public testing::Test {
protected:
  LogCrashTest() { SigningKey::make().write(folder / "ours"); }

  LogWriter open() const {
    return {{.folder = work + "/log",
             .inputs = InputKeeping::Commit,
             .key = folder / "ours.key"},
            "reviews",
            std::string(64, 'b')};
  }
  static void add(LogWriter &writer, std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t i = begin; i < end; ++i)
      writer.add(SampleDecision(i).row());
    writer.publish();
  }

  /// Records what grows a log, and checks each state of it. `sizes`: the
  /// checkpoints on the way.
  int crashEverywhere(std::uint64_t from,
                      const std::vector<std::uint64_t> &sizes) {
    const Disk start = diskOf(work);
    std::vector<std::string> startFiles;
    for (const auto &[name, text] : start.files)
      startFiles.push_back(name);
    RecordingSystem system(work, startFiles);
    setOperatingSystem(&system);
    promises = {{0, from}};
    {
      LogWriter writer = open();
      note(system);
      for (std::uint64_t before = from; const std::uint64_t size : sizes) {
        add(writer, std::exchange(before, size), size);
        note(system);
      }
    }
    setOperatingSystem(nullptr);
    int states = 0;
    forEachCrashState(
        start, startFiles, system.operations(), [&](const CrashState &state) {
          if (HasFailure())
            return;
          SCOPED_TRACE(testing::Message() << "after " << state.done << " of "
                                          << system.operations().size()
                                          << " operations: " << state.what);
          check(state);
          ++states;
        });
    return states;
  }

  /// The checkpoint that is there is promised from now on.
  void note(const RecordingSystem &system) {
    const std::string bytes = readFile(work + "/log/checkpoint");
    const std::uint64_t size =
        LogCheckpoint::parse("c", SignedNote::parse("c", bytes).text).size;
    promises.emplace_back(system.operations().size(), size);
    writeFile(folder / std::to_string(size), bytes);
  }

  void check(const CrashState &state) {
    std::uint64_t promised = 0;
    bool isPromised = false;
    for (const auto &[done, size] : promises)
      if (done <= state.done && (done > 0 || size > 0)) {
        promised = size;
        isPromised = true;
      }
    restore(state.disk, work);
    FaultySystem fast{Fault()};
    setOperatingSystem(&fast);
    {
      LogWriter writer = open();
      writer.add(SampleDecision(1000).row());
      writer.publish();
    }
    const Findings findings = verifyLog(
        work + "/log",
        {.key = folder / "ours.pub",
         .against = isPromised ? folder / std::to_string(promised) : ""});
    setOperatingSystem(nullptr);
    ASSERT_TRUE(findings.isGood()) << findings.text();
  }

  TemporaryFolder folder{memoryFolder()};
  std::string work = folder / "work";
  std::vector<std::pair<std::size_t, std::uint64_t>> promises;
};

TEST_F(LogCrashTest, NothingThatACheckpointNamedIsLost) {
  std::filesystem::create_directory(work);
  const int fresh = crashEverywhere(0, {1, 3});
  restore({}, work);
  {
    LogWriter writer = open();
    add(writer, 0, 253);
  }
  writeFile(folder / "253", readFile(work + "/log/checkpoint"));
  const int grown = crashEverywhere(253, {255, 256, 258});
  std::printf("%d crash states of a new log, %d of one that grows\n", fresh,
              grown);
  EXPECT_GE(fresh + grown, 250);
}

} // namespace
} // namespace mlc::test
