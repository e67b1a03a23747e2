//===- LedgerTest.cpp - What private runs cost is written down, come what may
//===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Private/Ledger.h"

#include "Private/PrivacyKey.h"
#include "Support/ExpectError.h"
#include "Support/TestData.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <random>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace mlc::test {
namespace {

using namespace runtime;

LedgerEntry entryOf(unsigned number, std::int64_t steps = 244) {
  LedgerEntry entry;
  entry.run = fmt::format("{:032x}", number);
  entry.started = "2026-12-01T12:00:00Z";
  entry.steps = {.noise = 1.9954, .rate = 0.08192, .steps = steps};
  entry.delta = 1e-5;
  return entry;
}

class LedgerTest : public testing::Test {
protected:
  TemporaryFolder folder;
  std::string path = folder / "data.ledger";
};

TEST_F(LedgerTest, HasTheRunsInTheirOrder) {
  EXPECT_TRUE(readLedger(path).empty());
  const LedgerEntry first = beginRun(path, entryOf(7));
  LedgerEntry other = entryOf(3, 1000);
  other.steps.noise = 0.1 + 0.2; // All of its digits come back.
  other.adjacency = "add-remove";
  beginRun(path, other);
  endRun(path, other.run, 999);
  const auto runs = readLedger(path);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].line(), first.line());
  EXPECT_EQ(runs[0].counted().steps, 244);
  EXPECT_EQ(runs[1].run, other.run);
  EXPECT_EQ(runs[1].steps.noise, 0.1 + 0.2);
  EXPECT_EQ(runs[1].executed, 999);
  EXPECT_EQ(runs[1].counted().steps, 999);
  EXPECT_EQ(LedgerEntry::parse("W", first.line()).line(), first.line());
}

TEST_F(LedgerTest, BelongsToTheDataFile) {
  writeFile(folder / "data", "");
  std::filesystem::create_symlink(folder / "data", folder / "link");
  EXPECT_EQ(ledgerPath(folder / "link"), ledgerPath(folder / "data"));
  EXPECT_TRUE(ledgerPath(folder / "data").ends_with("/data.ledger"));
}

TEST_F(LedgerTest, AKeyRunsOnce) {
  beginRun(path, entryOf(1));
  const std::string before = readFile(path);
  EXPECT_NE(errorOf([&] { beginRun(path, entryOf(1, 5)); }).find("--keep-key"),
            std::string::npos);
  EXPECT_EQ(readFile(path), before);
}

TEST_F(LedgerTest, ARunEndsOnceAndNotAfterMoreStepsThanItBeganWith) {
  beginRun(path, entryOf(1));
  const std::string before = readFile(path);
  for (std::int64_t executed : {-1, 245})
    errorOf([&] { endRun(path, entryOf(1).run, executed); });
  errorOf([&] { endRun(path, entryOf(2).run, 1); });
  EXPECT_EQ(readFile(path), before);
  endRun(path, entryOf(1).run, 0);
  errorOf([&] { endRun(path, entryOf(1).run, 0); });
}

// The clock decides nothing.
TEST_F(LedgerTest, AClockThatGoesBackChangesNoOrder) {
  LedgerEntry late = entryOf(1), early = entryOf(2);
  early.started = "1970-01-01T00:00:00Z";
  beginRun(path, late);
  beginRun(path, early);
  const auto runs = readLedger(path);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[1].started, early.started);
  EXPECT_EQ(runs[1].counted().steps, 244);
}

TEST_F(LedgerTest, ItsOwnerAloneReadsAndWritesIt) {
  beginRun(path, entryOf(1));
  struct stat status;
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  for (mode_t mode : {0620, 0602, 0666}) {
    ::chmod(path.c_str(), mode);
    EXPECT_NE(errorOf([&] { beginRun(path, entryOf(2)); }).find("chmod go-w"),
              std::string::npos);
  }
  ::chmod(path.c_str(), 0644); // Others may read it.
  beginRun(path, entryOf(2));
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0644u);
}

TEST_F(LedgerTest, WhereNothingCanBeWrittenNothingRuns) {
  EXPECT_NE(errorOf([&] {
              beginRun(folder / "none/ledger", entryOf(1));
            }).find("does not run without"),
            std::string::npos);
  std::filesystem::create_directory(path);
  errorOf([&] { beginRun(path, entryOf(1)); });
}

TEST_F(LedgerTest, EachChangedBitIsFound) {
  beginRun(path, entryOf(1));
  beginRun(path, entryOf(2));
  endRun(path, entryOf(2).run, 100);
  const std::string whole = readFile(path);
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string changed = whole;
    changed[bit / 8] ^= char(1 << bit % 8);
    EXPECT_THROW(parseLedger("L", changed), DamagedFile) << bit;
  }
}

TEST_F(LedgerTest, LinesAreNotTakenAwayFromWithin) {
  for (unsigned run : {1, 2, 3})
    beginRun(path, entryOf(run));
  const std::string whole = readFile(path);
  std::vector<std::size_t> starts = {0};
  for (std::size_t i = 0; i < whole.size(); ++i)
    if (whole[i] == '\n')
      starts.push_back(i + 1);
  ASSERT_EQ(starts.size(), 5u);
  for (std::size_t line = 0; line + 2 < starts.size(); ++line) {
    const std::string without =
        whole.substr(0, starts[line]) + whole.substr(starts[line + 1]);
    EXPECT_NE(errorOf([&] {
                parseLedger("L", without);
              }).find(fmt::format("L:{}: ", line + 1)),
              std::string::npos);
  }
  EXPECT_THROW(parseLedger("L", whole + "\n"), DamagedFile);
  EXPECT_THROW(
      parseLedger("L", std::string_view(whole).substr(0, whole.size() - 1)),
      DamagedFile);
}

TEST_F(LedgerTest, ADamagedOneIsNotWritten) {
  beginRun(path, entryOf(1));
  std::string bytes = readFile(path);
  bytes[bytes.size() / 2] ^= 1;
  writeFile(path, bytes);
  EXPECT_NE(errorOf([&] { beginRun(path, entryOf(2)); }).find(path + ":2: "),
            std::string::npos);
  EXPECT_EQ(readFile(path), bytes);
}

TEST_F(LedgerTest, RunsThatBeginTogetherAreAllThere) {
  constexpr unsigned threads = 8, runs = 12;
  std::vector<std::thread> running;
  for (unsigned thread = 0; thread < threads; ++thread)
    running.emplace_back([&, thread] {
      for (unsigned run = 0; run < runs; ++run)
        beginRun(path, entryOf(thread * runs + run));
    });
  for (std::thread &thread : running)
    thread.join();
  EXPECT_EQ(readLedger(path).size(), threads * runs);
}

/// Begins runs and notes each step that it "executes", until it is killed.
[[noreturn]] void runUntilKilled(const std::string &ledger, int steps) {
  while (true) {
    LedgerEntry entry = entryOf(0, 20);
    entry.run = nameOfKey(drawPrivacyKey());
    beginRun(ledger, entry);
    std::int64_t executed = 0;
    for (; executed < 20 && (executed < 10 || entry.run[0] < '8'); ++executed)
      if (::write(steps, entry.run.data(), 32) != 32)
        std::abort();
    if (executed < 20)
      endRun(ledger, entry.run, executed);
  }
}

// MLC_KILLS says how many processes are killed, two of them at a time: 1000 in
// test/Integration/private/run.sh.
TEST_F(LedgerTest, WhatRanIsRecordedWhateverTheSigkill) {
  const char *asked = std::getenv("MLC_KILLS");
  const int kills = asked ? std::atoi(asked) : 20;
  std::mt19937 random(5);
  std::map<std::string, std::int64_t> executed;
  for (int kill = 0; kill < kills; kill += 2) {
    // A ledger of a few hundred runs, and then another one.
    const std::string ledger = folder / fmt::format("{}.ledger", kill / 20);
    std::array<pid_t, 2> children;
    std::array<std::string, 2> notes;
    for (int i = 0; i < 2; ++i) {
      notes[i] = folder / fmt::format("steps{}", i);
      const int steps = ::open(notes[i].c_str(),
                               O_CREAT | O_TRUNC | O_WRONLY | O_APPEND, 0600);
      ASSERT_GE(steps, 0);
      children[i] = ::fork();
      ASSERT_GE(children[i], 0);
      if (children[i] == 0)
        runUntilKilled(ledger, steps);
      ::close(steps);
    }
    for (pid_t child : children) {
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 6000));
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
    }
    for (const std::string &note : notes) {
      const std::string bytes = readFile(note);
      for (std::size_t i = 0; i + 32 <= bytes.size(); i += 32)
        ++executed[bytes.substr(i, 32)];
    }
    // The next run is not held up by a lock of the dead.
    beginRun(ledger, entryOf(unsigned(kill)));
    std::map<std::string, std::int64_t> recorded;
    for (const LedgerEntry &entry : readLedger(ledger))
      EXPECT_TRUE(recorded.emplace(entry.run, entry.counted().steps).second);
    for (const auto &[run, steps] : executed)
      EXPECT_GE(recorded[run], steps) << run;
    if (kill % 20 == 18)
      executed.clear();
  }
}

} // namespace
} // namespace mlc::test
