//===- WorkersTest.cpp - Threads that run compiled code -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/Workers.h"

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <numeric>
#include <thread>
#include <vector>

namespace mlc::runtime {
namespace {

class WorkersTest : public testing::TestWithParam<int> {};

TEST_P(WorkersTest, RunsATaskOnEveryWorkerOnce) {
  Workers workers(GetParam());
  std::vector<int> calls(GetParam());
  for (int i = 0; i < 100; ++i)
    workers.run([&](std::int64_t worker) { ++calls[worker]; });
  EXPECT_EQ(calls, std::vector<int>(GetParam(), 100));
}

/// A program that adds up numbers as compiled code would: in each step worker
/// t writes its part, all meet, and each worker checks what the others wrote.
struct Exchange {
  std::int64_t steps = 0;
  std::vector<std::int64_t> parts;
  std::atomic<std::int64_t> errors = 0;
};

void meetInSteps(const MlcCall *call) {
  auto &shared = *static_cast<Exchange *>(call->workspace);
  for (std::int64_t step = 1; step <= shared.steps; ++step) {
    shared.parts[call->worker] = step * (call->worker + 1);
    mlc_barrier(call->barrier, call->worker);
    const std::int64_t sum = std::accumulate(
        shared.parts.begin(), shared.parts.end(), std::int64_t(0));
    if (sum != step * call->workers * (call->workers + 1) / 2)
      ++shared.errors;
    mlc_barrier(call->barrier, call->worker);
  }
}

TEST_P(WorkersTest, ExchangeShowsWhatOthersWrote) {
  Workers workers(GetParam());
  Exchange shared;
  shared.steps = 2000;
  shared.parts.resize(GetParam());
  MlcCall call{};
  call.workspace = &shared;
  for (int i = 0; i < 5; ++i)
    workers.run(meetInSteps, call);
  EXPECT_EQ(shared.errors, 0);
}

TEST_P(WorkersTest, WaitsForAWorkerThatIsLate) {
  using namespace std::chrono_literals;
  Workers workers(GetParam());
  std::atomic<int> done = 0;
  // Longer than any spinning, so that the others sleep.
  workers.run([&](std::int64_t worker) {
    if (worker == GetParam() - 1)
      std::this_thread::sleep_for(50ms);
    ++done;
  });
  EXPECT_EQ(done, GetParam());
  std::this_thread::sleep_for(50ms);
  workers.run([&](std::int64_t) { ++done; });
  EXPECT_EQ(done, 2 * GetParam());
}

/// What is there and what is left when each worker multiplies denormals.
struct Denormals {
  volatile float tiny = 1e-39f, small = 1.5e-38f, huge = 1e38f, half = 0.5f;
  std::vector<float> products, flushed;
};

void multiplyDenormals(const MlcCall *call) {
  auto &shared = *static_cast<Denormals *>(call->workspace);
  shared.products[call->worker] = shared.tiny * shared.huge; // An operand is.
  shared.flushed[call->worker] = shared.small * shared.half; // The result is.
}

TEST_P(WorkersTest, FlushesDenormalsInCompiledCodeOnly) {
  Workers workers(GetParam());
  Denormals shared;
  shared.products.assign(GetParam(), 1);
  shared.flushed.assign(GetParam(), 1);
  MlcCall call{};
  call.workspace = &shared;
  workers.run(multiplyDenormals, call);
  EXPECT_EQ(shared.products, std::vector<float>(GetParam(), 0));
  EXPECT_EQ(shared.flushed, std::vector<float>(GetParam(), 0));
  // Neither here nor in the workers' other tasks.
  EXPECT_GT(shared.tiny * shared.huge, 0.05f);
  workers.run([&](std::int64_t worker) {
    shared.products[worker] = shared.tiny * shared.huge;
    shared.flushed[worker] = shared.small * shared.half;
  });
  for (int worker = 0; worker < GetParam(); ++worker) {
    EXPECT_GT(shared.products[worker], 0.05f);
    EXPECT_GT(shared.flushed[worker], 0);
  }
}

TEST_P(WorkersTest, EndsWithoutHavingRun) { Workers workers(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Counts, WorkersTest, testing::Values(1, 2, 3, 8),
                         testing::PrintToStringParamName());

TEST(WorkersTest, ManyMoreThreadsThanCores) {
  Workers workers(maxWorkers);
  Exchange shared;
  shared.steps = 20;
  shared.parts.resize(maxWorkers);
  MlcCall call{};
  call.workspace = &shared;
  workers.run(meetInSteps, call);
  EXPECT_EQ(shared.errors, 0);
}

TEST(WorkersTest, CountsCores) {
  EXPECT_GE(usableCores(), 1);
  EXPECT_LE(usableCores(), maxWorkers);
}

} // namespace
} // namespace mlc::runtime
