//===- BestWeightsTest.cpp - Which epoch counts as the best one -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/BestWeights.h"

#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

TEST(BestWeightsTest, OfEqualEpochsTheFirstIsBest) {
  const MlcProgram program{};
  std::vector<std::int64_t> saved;
  BestWeights weights(program, "best", /*patience=*/2,
                      [&](const std::string &path, std::int64_t steps) {
                        EXPECT_EQ(path, "best");
                        saved.push_back(steps);
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

} // namespace
} // namespace mlc::runtime
