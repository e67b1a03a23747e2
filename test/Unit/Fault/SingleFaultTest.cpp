//===- SingleFaultTest.cpp - Each call of the system fails in turn --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Workplace.h"

#include <cerrno>
#include <gtest/gtest.h>

namespace mlc::test {
namespace {

/// A way in which the Nth call fails.
struct Way {
  const char *name;
  Failing failing;
  bool forever;
  int reason;
};

void PrintTo(const Way &way, std::ostream *out) { *out << way.name; }

constexpr Way ways[] = {
    {"ErrorOnce", Failing::Calls, false, EIO},
    {"ErrorForever", Failing::Calls, true, EIO},
    {"FullDiskOnce", Failing::Calls, false, ENOSPC},
    {"FullDiskForever", Failing::Calls, true, ENOSPC},
    {"Interrupted", Failing::Calls, false, EINTR},
    {"ShortWriteOnce", Failing::Calls, false, 0},
    {"ShortWritesForever", Failing::Calls, true, 0},
    {"NoMemoryOnce", Failing::Allocations, false, ENOMEM},
    {"NoMemoryForever", Failing::Allocations, true, ENOMEM},
};

/// Runs a command again and again, its Nth call failing, for N = 1, 2, ...
/// until none fails. Whatever fails, it either ends as if nothing had, or with
/// a message and status 1; files are either as they were or complete.
class SingleFaultTest : public testing::TestWithParam<Way> {
protected:
  SingleFaultTest() {
    for (const std::string &path : {start, work}) {
      std::filesystem::remove_all(path);
      std::filesystem::create_directory(path);
    }
    sparseData(40).write(start + "/data");
    sparseData(20, 2).write(start + "/test");
    for (const char *name : {"weights", "best", "out"})
      std::ofstream(start + "/" + name) << "old";
  }

  static std::string at(const std::string &name) { return work + "/" + name; }

  static Arguments trainCommand() {
    return {"program",
            "train",
            "--data",
            at("data"),
            "--test",
            at("test"),
            "--epochs",
            "2",
            "--threads",
            "2",
            "-o",
            at("weights"),
            "--best",
            at("best"),
            "--metrics",
            at("run.metrics"),
            "--metrics-every-step",
            "--checkpoints",
            at("checkpoints"),
            "--checkpoint-every",
            "4"};
  }

  /// Puts the state in `work`, from which a command starts, into `start`.
  void startFrom(const Arguments &command) {
    copyFolder(start, work);
    const Ending ending = runForked(command);
    ASSERT_EQ(ending.status, 0) << ending.error;
    copyFolder(work, start);
  }

  /// `resumed`: the command that must make good any failure.
  void failEach(const Arguments &command, const Arguments &resumed = {}) {
    const Way &way = GetParam();
    const Files before = filesBelow(start);
    copyFolder(start, work);
    ASSERT_EQ(runForked(command).status, 0);
    const Files after = filesBelow(work);
    std::int64_t runs = 0, failures = 0;
    std::int64_t nth = 1;
    for (bool wasHit = true; wasHit; ++runs, nth = next(nth)) {
      copyFolder(start, work);
      const Ending ending =
          runForked(command, way.failing,
                    {.nth = nth, .forever = way.forever, .reason = way.reason});
      wasHit = ending.wasHit;
      const std::string where = "call " + std::to_string(nth) + " of " +
                                way.name + ": " + ending.error;
      ASSERT_TRUE(ending.status == 0 || ending.status == 1)
          << "status " << ending.status << ", " << where;
      if (ending.status == 1) {
        ++failures;
        const std::size_t message = ending.error.find("error: ");
        ASSERT_NE(message, std::string::npos) << where;
        ASSERT_GT(ending.error.size(), message + 12) << where;
      } else {
        ASSERT_EQ(strip(filesBelow(work)), strip(after)) << where;
      }
      expectNothingLost(before, after, where);
      if (!resumed.empty() && ending.status == 1) {
        const Ending again = runForked(resumed);
        ASSERT_EQ(again.status, 0) << again.error << " after " << where;
        ASSERT_EQ(strip(filesBelow(work)), strip(after)) << where;
      }
      if (HasFatalFailure())
        return;
    }
    RecordProperty("runs", int(runs));
    RecordProperty("failures", int(failures));
    std::printf("%lld runs, %lld of them failed\n", (long long)runs,
                (long long)failures);
    // Short writes are none; an interruption is one where none is possible.
    EXPECT_EQ(failures > 0, way.reason != 0);
    EXPECT_GT(runs, 1);
  }

  /// Allocations are many: with MLC_EVERY_FAULT set each fails in its turn,
  /// else the first 64 and then one in so many.
  static std::int64_t next(std::int64_t nth) {
    constexpr std::int64_t dense = 64, thinning = 16;
    if (GetParam().failing == Failing::Calls || nth < dense ||
        std::getenv("MLC_EVERY_FAULT"))
      return nth + 1;
    return nth + 1 + (nth - dense) / thinning;
  }

  /// Inputs are as they were; outputs are old or new, never something else.
  void expectNothingLost(const Files &before, const Files &after,
                         const std::string &where) {
    const Files now = filesBelow(work);
    for (const auto &[name, text] : before) {
      if (name.ends_with(".metrics") || name.starts_with("checkpoints/"))
        continue; // By resuming.
      const auto found = now.find(name);
      ASSERT_TRUE(found != now.end()) << name << " is gone, " << where;
      if (found->second == text)
        continue;
      const auto made = after.find(name);
      ASSERT_TRUE(made != after.end()) << name << " has changed, " << where;
      // The best weights may be an earlier epoch's.
      ASSERT_TRUE(name == "best" ? found->second.size() == made->second.size()
                                 : found->second == made->second)
          << name << " is neither old nor new, " << where;
    }
  }

  /// Without what is left of files whose removal failed, and the checkpoints
  /// but the newest.
  static Files strip(Files files) {
    std::erase_if(files, [](const auto &file) {
      return file.first.find(".mlc-") != std::string::npos ||
             file.first.starts_with("checkpoints/");
    });
    return files;
  }

  static inline const TemporaryFolder folder{memoryFolder()};
  static inline const std::string work = folder / "work";
  std::string start = folder / "start";
};

INSTANTIATE_TEST_SUITE_P(Ways, SingleFaultTest, testing::ValuesIn(ways),
                         [](const auto &info) { return info.param.name; });

TEST_P(SingleFaultTest, Data) {
  std::ofstream(start + "/examples")
      << "1 0:2 3:1\n0 1:1\n1 2:5 3:1\n0 0:1 2:2\n1 3:3\n0 1:4\n";
  failEach({"data", at("examples"), "-o", at("out"), "--value", "tfidf",
            "--split", "0.34", "--split-output", at("aside")});
}

TEST_P(SingleFaultTest, Train) {
  Arguments resumed = trainCommand();
  resumed.push_back("--resume");
  failEach(trainCommand(), resumed);
}

TEST_P(SingleFaultTest, Resume) {
  Arguments part = trainCommand(), resumed = trainCommand();
  part.insert(part.end(), {"--max-steps", "6"});
  startFrom(part);
  resumed.push_back("--resume");
  failEach(resumed, resumed);
}

TEST_P(SingleFaultTest, Save) {
  failEach({"program", "train", "--data", at("data"), "--epochs", "0",
            "--threads", "1", "-o", at("weights")});
}

TEST_P(SingleFaultTest, Eval) {
  startFrom({"program", "train", "--data", at("data"), "-o", at("weights")});
  failEach({"program", "eval", "--data", at("test"), "--weights", at("weights"),
            "--threads", "2"});
}

TEST_P(SingleFaultTest, Predict) {
  startFrom({"program", "train", "--data", at("data"), "-o", at("weights")});
  failEach({"program", "predict", "--data", at("test"), "--weights",
            at("weights"), "--threads", "2", "--json"});
}

} // namespace
} // namespace mlc::test
