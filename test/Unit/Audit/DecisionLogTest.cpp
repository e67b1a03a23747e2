//===- DecisionLogTest.cpp - Logs are written beside answering ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LogFixture.h"

#include "Audit/DecisionLog.h"

#include <chrono>
#include <csignal>
#include <ctime>
#include <random>
#include <sys/wait.h>
#include <thread>

namespace mlc::test {
namespace {

using namespace std::chrono_literals;

TEST(DecisionQueueTest, GivesBackWhatWasAdded) {
  DecisionQueue queue;
  const std::vector<float> values = {1, 2, 3};
  const std::vector<std::int32_t> columns = {7, 8, 9};
  for (std::uint64_t i = 0; i < 40; ++i) {
    const SampleDecision sample(i);
    DecidedRow row = sample.row();
    if (i % 2 == 1) {
      row.input = {.kind = DecisionInput::Sparse,
                   .text = {},
                   .values = std::span(values).first(i % 4),
                   .columns = columns};
      row.explanation = "{}";
    }
    queue.add(row);
  }
  std::uint64_t i = 0;
  queue.forEach([&](const DecidedRow &row) {
    const SampleDecision sample(i);
    const DecidedRow expected = sample.row();
    EXPECT_EQ(row.time, expected.time);
    EXPECT_EQ(row.weights, expected.weights);
    EXPECT_EQ(elements(row.outputs), elements(expected.outputs));
    EXPECT_EQ(elements(row.labels), elements(expected.labels));
    if (i % 2 == 1) {
      EXPECT_EQ(row.input.kind, DecisionInput::Sparse);
      EXPECT_EQ(row.input.values.size(), i % 4);
      EXPECT_EQ(elements(row.input.columns), columns);
      EXPECT_EQ(row.explanation, "{}");
    } else {
      EXPECT_EQ(row.input.text, sample.text());
      EXPECT_EQ(row.explanation, "");
    }
    ++i;
  });
  EXPECT_EQ(i, 40u);
  queue.clear();
  queue.forEach([](const DecidedRow &) { ADD_FAILURE(); });
}

TEST_F(LogTest, AllThreadsDecisionsAreRecorded) {
  constexpr int threads = 4, each = 400;
  {
    DecisionLog decisions(settings(), "reviews", std::string(64, 'b'));
    decisions.start();
    std::vector<std::thread> all;
    all.reserve(threads);
    for (int thread = 0; thread < threads; ++thread)
      all.emplace_back([&decisions] {
        for (std::uint64_t i = 0; i < each; ++i) {
          const SampleDecision sample(i);
          const DecidedRow row = sample.row();
          EXPECT_TRUE(decisions.add({&row, 1}));
        }
      });
    for (std::thread &thread : all)
      thread.join();
  }
  EXPECT_EQ(checkpoint().size, std::uint64_t(threads * each));
  expectGood();
}

void waitFor(const std::function<bool()> &condition) {
  for (int i = 0; i < 2000 && !condition(); ++i)
    std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(condition());
}

/// While the disk is full nothing can be recorded, which is told; then all is.
TEST_F(LogTest, AFullDiskIsToldAndLosesNothing) {
  DecisionLog decisions(settings(), "reviews", std::string(64, 'b'));
  decisions.start();
  const std::string text(2000, 'x');
  const auto add = [&](std::uint64_t i) {
    const SampleDecision sample(i);
    DecidedRow row = sample.row();
    row.input.text = text;
    EXPECT_TRUE(decisions.add({&row, 1}));
  };
  testing::internal::CaptureStderr();
  {
    // Enough for what is told on stderr, which is a file here.
    const FileSizeLimit full(1000);
    add(0);
    waitFor([&] { return decisions.isFailing(); });
    EXPECT_NE(decisions.failure().find("cannot be written"), std::string::npos);
    add(1); // Of a request that was being answered.
    EXPECT_EQ(checkpoint().size, 0u);
  }
  waitFor([&] { return !decisions.isFailing(); });
  EXPECT_EQ(decisions.failure(), "");
  decisions.stop();
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_NE(told.find("error: the log of decisions: "), std::string::npos);
  EXPECT_NE(told.find("decisions are recorded again"), std::string::npos);
  EXPECT_EQ(checkpoint().size, 2u);
  expectGood();
}

TEST_F(LogTest, WhatWaitsIsBounded) {
  // Without its thread nothing is taken away.
  DecisionLog decisions(settings(), "reviews", std::string(64, 'b'));
  const std::string text(1 << 20, 'x');
  DecidedRow row = SampleDecision(0).row();
  row.weights = {};
  row.outputs = {};
  row.labels = {};
  row.input.text = text;
  int added = 0;
  while (decisions.add({&row, 1}) && added < 1000)
    ++added;
  EXPECT_GE(added, 64);
  EXPECT_LE(added, 66);
}

/// The time of the thread that answers: a text of a usual review's length.
TEST_F(LogTest, AddingTakesNoMoreThanTwoMicroseconds) {
  DecisionLog decisions(settings(), "reviews", std::string(64, 'b'));
  decisions.start();
  const std::string text(1300, 'x');
  const SampleDecision sample(0);
  DecidedRow row = sample.row();
  row.input.text = text;
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e9 + double(time.tv_nsec);
  };
  constexpr int rounds = 20, each = 500;
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const double begin = now();
    for (int i = 0; i < each; ++i)
      ASSERT_TRUE(decisions.add({&row, 1}));
    best = std::min(best, (now() - begin) / each);
    std::this_thread::sleep_for(1ms);
  }
  decisions.stop();
  std::printf("%.0f ns a decision\n", best);
  EXPECT_LE(best, 2000);
  EXPECT_EQ(checkpoint().size, std::uint64_t(rounds * each));
}

/// Killed at any moment, a log is whole and has all that any checkpoint had
/// which someone saw. MLC_KILLS: how many times.
TEST_F(LogTest, NothingThatACheckpointNamedIsLostBySigkill) {
  const char *kills = std::getenv("MLC_KILLS");
  std::string seen;
  std::uint64_t size = 0;
  std::mt19937 numbers{std::uint32_t(size + 7)};
  for (int kill = kills ? std::stoi(kills) : 30; kill > 0; --kill) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      // Without the thread, whose second is longer than is to be waited here.
      LogWriter writer = open();
      for (std::uint64_t i = 0;; ++i) {
        writer.add(SampleDecision(i).row());
        if (i % (1 + i % 40) == 0)
          writer.publish();
      }
    }
    std::this_thread::sleep_for(
        std::chrono::microseconds(5000 + numbers() % 40000));
    // As someone reads it who keeps checkpoints.
    if (std::filesystem::exists(log + "/checkpoint")) {
      seen = readFile(log + "/checkpoint");
      writeFile(folder / "kept", seen);
    }
    ::kill(child, SIGKILL);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    if (seen.empty())
      continue;
    expectGood(folder / "kept");
    ASSERT_FALSE(HasFailure()) << kill << " kills before the last";
    // A log of much more than some tiles takes its time to be verified.
    size = checkpoint().size;
    if (size > 3000) {
      std::filesystem::remove_all(log);
      seen.clear();
    }
  }
  open();
  expectGood();
}

} // namespace
} // namespace mlc::test
