//===- BestWeightsTest.cpp - Which epoch counts as the best one -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/BestWeights.h"

#include "Support/HandmadeProgram.h"

#include <cmath>
#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

TEST(BestWeightsTest, OfEqualEpochsTheFirstIsBest) {
  const MlcProgram program = test::sparseProgram();
  std::vector<std::int64_t> saved;
  BestWeights weights(program, {}, "best", /*patience=*/2,
                      [&](const std::string &path, const EpochResult &epoch) {
                        EXPECT_EQ(path, "best");
                        saved.push_back(epoch.step);
                      });
  auto test = [&](std::int64_t epoch, double loss) {
    EpochResult result{};
    result.epoch = epoch;
    result.step = 10 * epoch;
    result.test.emplace().loss = loss;
    result.isComplete = true;
    weights.onEpoch(result);
  };
  test(1, 0.5);
  test(2, 0.25);
  test(3, 0.25);
  EXPECT_EQ(weights.best().epoch, 2);
  EXPECT_EQ(saved, (std::vector<std::int64_t>{10, 20}));
  EXPECT_FALSE(weights.wantsEnd());
  test(4, 0.25);
  EXPECT_EQ(weights.best().epoch, 2);
  EXPECT_TRUE(weights.wantsEnd());
}

/// Tells of epochs by a figure, and which of them were saved.
struct ByFigure {
  MlcProgram program = test::sparseProgram();
  std::vector<std::int64_t> saved;
  BestWeights weights;

  explicit ByFigure(EpochSelection selection, std::int64_t patience = 0)
      : weights(program, std::move(selection), "best", patience,
                [this](const std::string &, const EpochResult &epoch) {
                  saved.push_back(epoch.step);
                }) {}
  void test(std::int64_t epoch, double value) {
    EpochResult result{};
    result.epoch = result.step = epoch;
    result.test.emplace().figures = {{"other", -value}, {"f1", value}};
    const bool isBest = weights.isBest(result);
    const std::size_t before = saved.size();
    weights.onEpoch(result);
    EXPECT_EQ(saved.size() > before, isBest);
  }
};

TEST(BestWeightsTest, HigherMayBeBetter) {
  ByFigure run({.name = "f1", .isHigherBetter = true});
  run.test(1, 0.5);
  run.test(2, 0.25);
  run.test(3, 0.75);
  EXPECT_EQ(run.saved, (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(run.weights.best().value, 0.75);
}

TEST(BestWeightsTest, BetterByMoreThanMinDelta) {
  ByFigure run({.name = "f1", .isHigherBetter = true, .minDelta = 0.125}, 2);
  run.test(1, 0.5);
  run.test(2, 0.625); // Not by more.
  EXPECT_FALSE(run.weights.wantsEnd());
  run.test(3, 0.5625);
  EXPECT_TRUE(run.weights.wantsEnd());
  EXPECT_EQ(run.saved, (std::vector<std::int64_t>{1}));
}

TEST(BestWeightsTest, WhatIsUndefinedIsNeverBest) {
  ByFigure run({.name = "f1", .isHigherBetter = true}, 2);
  run.test(1, NAN);
  EXPECT_EQ(run.weights.best().epoch, 0);
  EXPECT_FALSE(run.weights.wantsEnd());
  run.test(2, NAN);
  EXPECT_TRUE(run.weights.wantsEnd());
  EXPECT_TRUE(run.saved.empty());
}

} // namespace
} // namespace mlc::runtime
