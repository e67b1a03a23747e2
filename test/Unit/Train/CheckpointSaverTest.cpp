//===- CheckpointSaverTest.cpp - When checkpoints are made ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/CheckpointSaver.h"

#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"

#include <chrono>
#include <gtest/gtest.h>
#include <thread>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

class CheckpointSaverTest : public testing::Test {
protected:
  CheckpointSaver saver(CheckpointInterval interval) {
    return {checkpoints, interval, program, model, {}, best, nullptr};
  }
  static TrainingPoint at(std::int64_t epoch, std::int64_t step,
                          std::int64_t examples) {
    return {.epoch = epoch, .step = step, .examples = examples};
  }

  TemporaryFolder folder;
  const CheckpointFolder checkpoints{folder / "checkpoints"};
  const MlcProgram program = sparseProgram();
  const Model model{program};
  const BestWeights best{program, {}, "", 0, {}};
};

TEST_F(CheckpointSaverTest, AtMultiplesOfSteps) {
  CheckpointSaver steps = saver({CheckpointInterval::Steps, 5});
  EXPECT_FALSE(steps.wantsPoint(at(1, 4, 32), false));
  EXPECT_TRUE(steps.wantsPoint(at(1, 5, 40), false));
  steps.noteSaved(at(1, 5, 40));
  // Again, as the epoch has ended.
  EXPECT_FALSE(steps.wantsPoint(at(2, 5, 0), false));
  EXPECT_FALSE(steps.wantsPoint(at(2, 6, 8), false));
  EXPECT_TRUE(steps.wantsPoint(at(2, 10, 40), false));
}

TEST_F(CheckpointSaverTest, AfterSoManyEpochs) {
  CheckpointSaver epochs = saver({CheckpointInterval::Epochs, 2});
  EXPECT_FALSE(epochs.wantsPoint(at(2, 5, 0), false));
  EXPECT_TRUE(epochs.wantsPoint(at(3, 10, 0), false));
  EXPECT_FALSE(epochs.wantsPoint(at(3, 11, 8), false));
  EXPECT_FALSE(epochs.wantsPoint(at(4, 15, 0), false));
  EXPECT_TRUE(epochs.wantsPoint(at(5, 20, 0), false));
}

TEST_F(CheckpointSaverTest, WhenSoManySecondsHavePassed) {
  CheckpointSaver second = saver({CheckpointInterval::Seconds, 1});
  CheckpointSaver hour = saver({CheckpointInterval::Seconds, 3600});
  std::this_thread::sleep_for(std::chrono::milliseconds(1001));
  EXPECT_TRUE(second.wantsPoint(at(1, 1, 8), false));
  EXPECT_FALSE(hour.wantsPoint(at(1, 1, 8), false));
}

TEST_F(CheckpointSaverTest, WhereTheRunEndsWithinAnEpoch) {
  for (const auto unit : {CheckpointInterval::Steps, CheckpointInterval::Epochs,
                          CheckpointInterval::Seconds})
    EXPECT_TRUE(saver({unit, 100}).wantsPoint(at(1, 7, 56), true));
}

} // namespace
} // namespace mlc::runtime
