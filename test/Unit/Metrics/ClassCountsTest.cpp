//===- ClassCountsTest.cpp - Classification reports and what follows from them
//===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Metrics/ClassCounts.h"

#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

Judged binary(std::span<const float> outputs, std::span<const float> labels) {
  Judged judged;
  judged.task = Task::Binary;
  judged.rows = std::ssize(outputs);
  judged.columns = 1;
  judged.outputs = outputs;
  judged.labels = labels;
  return judged;
}

TEST(ClassCounts, CountsTruthByAnswer) {
  const std::vector<float> outputs = {2, -1, 0, 3, -2, 1};
  const std::vector<float> labels = {1, 1, 1, 0, 0, 1};
  const ClassCounts counts(binary(outputs, labels));
  EXPECT_EQ(std::vector(counts.confusion().begin(), counts.confusion().end()),
            (std::vector<std::int64_t>{1, 1, 2, 2}));
  const ClassScores positive = scoresOf(counts.classes()[1]);
  EXPECT_EQ(positive.precision, 2.0 / 3);
  EXPECT_EQ(positive.recall, 2.0 / 4);
  EXPECT_EQ(positive.f1, 4.0 / 7);
  EXPECT_EQ(positive.support, 4);
  EXPECT_EQ(counts.accuracy(), 0.5);
  EXPECT_EQ(counts.balancedAccuracy(), 0.5);
  EXPECT_EQ(counts.onlyTold(), -1);
}

TEST(ClassCounts, OutputsAtTheThresholdArePositive) {
  const std::vector<float> outputs = {0, -1, 1}, labels = {1, 1, 1};
  Judged judged = binary(outputs, labels);
  EXPECT_EQ(ClassCounts(judged).classes()[1].told, 1);
  judged.decision.threshold = 0.5;
  EXPECT_EQ(ClassCounts(judged).classes()[1].told, 2);
  judged.decision.threshold = sigmoid(-1);
  EXPECT_EQ(ClassCounts(judged).classes()[1].told, 3);
  // Twice as hot, -1 becomes -0.5.
  judged.decision = {2, sigmoid(-1), {}};
  EXPECT_EQ(ClassCounts(judged).classes()[1].told, 3);
  judged.decision = {0.5, sigmoid(-1), {}};
  EXPECT_EQ(ClassCounts(judged).classes()[1].told, 2);
}

TEST(ClassCounts, ThresholdDecidesBetweenTwoClasses) {
  const std::vector<float> outputs = {1, 0, 0, 0, 0, 1};
  const std::vector<std::int32_t> classes = {1, 1, 1};
  Judged judged;
  judged.task = Task::MultiClass;
  judged.rows = 3;
  judged.columns = 2;
  judged.outputs = outputs;
  judged.classes = classes;
  EXPECT_EQ(ClassCounts(judged).classes()[1].told, 1);
  judged.decision.threshold = 0.5;
  EXPECT_EQ(ClassCounts(judged).classes()[1].told, 2);
  judged.decision.threshold = 0.2;
  EXPECT_EQ(ClassCounts(judged).classes()[1].told, 3);
}

TEST(ClassCounts, WhatIsNotThereIsZero) {
  const std::vector<float> outputs = {-1, -2}, labels = {0, 0};
  const ClassCounts counts(binary(outputs, labels));
  EXPECT_EQ(counts.accuracy(), 1);
  EXPECT_EQ(counts.balancedAccuracy(), 1);
  EXPECT_EQ(counts.mcc(), 0);
  EXPECT_EQ(scoresOf(counts.classes()[1]).precision, 0);
  EXPECT_EQ(scoresOf(counts.classes()[1]).recall, 0);
  EXPECT_EQ(scoresOf(counts.classes()[1]).f1, 0);
  EXPECT_EQ(counts.onlyTold(), 0);
}

TEST(ClassCounts, SeveralLabels) {
  const std::vector<float> outputs = {1, -1, 1, 1, -1, -1};
  const std::vector<float> labels = {1, 0, 0, 1, 1, 0};
  Judged judged = binary(outputs, labels);
  judged.task = Task::MultiLabel;
  judged.rows = 3;
  judged.columns = 2;
  const ClassCounts counts(judged);
  EXPECT_EQ(counts.accuracy(), 4.0 / 6);
  EXPECT_EQ(counts.subsetAccuracy(), 1.0 / 3);
  EXPECT_TRUE(counts.confusion().empty());
  // The rows' F1 are 1, 2/3 and 0.
  EXPECT_DOUBLE_EQ(counts.averages().samples.f1, (1 + 2.0 / 3) / 3);
  EXPECT_DOUBLE_EQ(counts.averages().micro.f1, 2 * 2.0 / (3 + 3));
}

TEST(ClassCounts, ManyClassesHaveNoConfusionMatrix) {
  const std::int64_t columns = ClassCounts::maxConfusion + 1;
  std::vector<float> outputs(columns);
  outputs[7] = 1;
  const std::vector<std::int32_t> classes = {7};
  Judged judged;
  judged.task = Task::MultiClass;
  judged.rows = 1;
  judged.columns = columns;
  judged.outputs = outputs;
  judged.classes = classes;
  const ClassCounts counts(judged);
  EXPECT_TRUE(counts.confusion().empty());
  EXPECT_EQ(counts.accuracy(), 1);
  EXPECT_EQ(counts.onlyTold(), 7);
}

} // namespace
} // namespace mlc::runtime
