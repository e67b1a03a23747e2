//===- AllocationTest.cpp - The step loop allocates nothing ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/CountedAllocations.h"
#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"
#include "Train/Trainer.h"

#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

/// Counts what was allocated from one call of compiled code to the next.
struct Counter : TrainObserver {
  std::int64_t calls = 0, counted = 0, last = 0;

  void onSteps(const StepsResult &steps) override {
    if (steps.epoch == epoch)
      counted += allocations() - last;
    epoch = steps.epoch;
    last = allocations();
    ++calls;
  }
  std::int64_t epoch = 0;
};

TEST(AllocationTest, StepLoopAllocatesNothing) {
  const TemporaryFolder folder;
  sparseData(400).write(folder / "data");
  const MlcProgram program = sparseProgram();
  const Examples examples(program, folder / "data", LabelUse::Needed);
  for (std::int64_t threads : {1, 2}) {
    Model model(program);
    Executor executor(program, model, threads, examples.nonzeroCapacity(8));
    Counter counter;
    TrainerOptions options{.epochs = 4, .learningRate = 0.1};
    options.maxStepsPerCall = 3;
    Trainer trainer(executor, examples, allRows(400), options, nullptr,
                    counter);
    EXPECT_TRUE(trainer.run());
    EXPECT_GT(counter.calls, 4 * 10);
    EXPECT_EQ(counter.counted, 0);
  }
}

} // namespace
} // namespace mlc::runtime
