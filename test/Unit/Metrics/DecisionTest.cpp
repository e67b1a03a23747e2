//===- DecisionTest.cpp - Temperatures and thresholds against brute force -===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Metrics/Calibration.h"
#include "Metrics/ClassCounts.h"
#include "Metrics/Temperature.h"
#include "Metrics/Threshold.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <random>

namespace mlc::runtime {
namespace {

/// Logits that are `sureness` times as large as they should be.
struct Overconfident {
  std::vector<float> outputs, labels;
  Judged judged;

  explicit Overconfident(double sureness, int rows = 3000) {
    std::mt19937 random(5);
    std::normal_distribution<double> logits(-1, 2);
    std::uniform_real_distribution<double> uniform;
    for (int row = 0; row < rows; ++row) {
      const double logit = logits(random);
      outputs.push_back(float(sureness * logit));
      labels.push_back(uniform(random) < sigmoid(logit));
    }
    judged.task = Task::Binary;
    judged.rows = rows;
    judged.columns = 1;
    judged.outputs = outputs;
    judged.labels = labels;
  }
};

TEST(Temperature, IsTheLeastLoss) {
  for (double sureness : {0.25, 1.0, 4.0}) {
    const Overconfident set(sureness);
    const double best = bestTemperature(set.judged).value();
    EXPECT_NEAR(best / sureness, 1, 0.1);
    const auto lossAt = [&](double temperature) {
      Judged judged = set.judged;
      judged.decision.temperature = temperature;
      return calibrationOf(judged).logLoss;
    };
    EXPECT_LT(lossAt(best), lossAt(best * 1.001));
    EXPECT_LT(lossAt(best), lossAt(best / 1.001));
  }
}

TEST(Temperature, NoneIsBestWhereAllIsRight) {
  const std::vector<float> outputs = {-1, 2, 3}, labels = {0, 1, 1};
  Judged judged;
  judged.task = Task::Binary;
  judged.rows = 3;
  judged.columns = 1;
  judged.outputs = outputs;
  judged.labels = labels;
  EXPECT_FALSE(bestTemperature(judged));
}

using Worth = std::function<double(const ClassCounts &)>;

/// The best of all rows' probabilities, each tried by itself.
double worthByTrial(Judged judged, const Worth &worth) {
  double best = -INFINITY;
  for (float output : judged.outputs) {
    judged.decision.threshold = sigmoid(output / judged.decision.temperature);
    const double value = worth(ClassCounts(judged));
    if (!std::isnan(value))
      best = std::max(best, value);
  }
  return best;
}

TEST(Threshold, IsTheBestOfAll) {
  Overconfident set(2, 150);
  set.judged.decision.temperature = 1.7;
  const auto positive = [](const ClassCounts &counts) {
    return scoresOf(counts.classes()[1]);
  };
  const std::pair<const char *, Worth> rules[] = {
      {"f1", [&](auto &counts) { return positive(counts).f1; }},
      {"balanced_accuracy",
       [](auto &counts) { return counts.balancedAccuracy(); }},
      {"accuracy", [](auto &counts) { return counts.accuracy(); }},
      {"mcc", [](auto &counts) { return counts.mcc(); }},
      {"precision>=0.8",
       [&](auto &counts) {
         return positive(counts).precision >= 0.8 ? positive(counts).recall
                                                  : NAN;
       }},
      {"recall>=0.8",
       [&](auto &counts) {
         return positive(counts).recall >= 0.8 ? positive(counts).precision
                                               : NAN;
       }},
      {"cost:fp=1,fn=5",
       [](auto &counts) {
         return -double(counts.confusion()[1] + 5 * counts.confusion()[2]);
       }},
  };
  for (const auto &[text, worth] : rules) {
    Judged judged = set.judged;
    judged.decision.threshold =
        bestThreshold(judged, ThresholdRule(text, "")).value();
    EXPECT_NEAR(worth(ClassCounts(judged)), worthByTrial(judged, worth), 1e-12)
        << text;
  }
}

TEST(Threshold, OfEqualOnesTheNearestToAHalf) {
  const std::vector<float> outputs = {2, 1, 0.5, -3}, labels = {1, 1, 1, 0};
  Judged judged;
  judged.task = Task::Binary;
  judged.rows = 4;
  judged.columns = 1;
  judged.outputs = outputs;
  judged.labels = labels;
  EXPECT_EQ(bestThreshold(judged, ThresholdRule("precision>=0.9", "")),
            sigmoid(0.5));
  // 3 of 4 are positive: at 2 the precision is 1, and so it is at 1.
  EXPECT_EQ(bestThreshold(judged, ThresholdRule("cost:fp=1,fn=0", "")),
            sigmoid(0.5));
  const std::vector<float> never = {0, 0, 0, 0};
  judged.labels = never;
  EXPECT_FALSE(bestThreshold(judged, ThresholdRule("precision>=0.9", "")));
}

TEST(Threshold, OfEachLabelByItself) {
  // Two columns, whose scores mean different things.
  std::mt19937 random(8);
  std::normal_distribution<double> logits(-1, 2);
  std::uniform_real_distribution<double> uniform;
  std::vector<float> outputs, labels;
  for (int row = 0; row < 400; ++row)
    for (double shift : {-2.0, 1.0}) {
      const double logit = logits(random);
      outputs.push_back(float(logit));
      labels.push_back(uniform(random) < sigmoid(logit + shift));
    }
  Judged judged;
  judged.task = Task::MultiLabel;
  judged.rows = 400;
  judged.columns = 2;
  judged.outputs = outputs;
  judged.labels = labels;
  const ThresholdRule rule("f1", "");
  std::vector<double> thresholds;
  for (std::int64_t column = 0; column < 2; ++column) {
    std::vector<float> scores, truths;
    for (int row = 0; row < 400; ++row) {
      scores.push_back(judged.output(row, column));
      truths.push_back(judged.label(row, column));
    }
    Judged one = judged;
    one.task = Task::Binary;
    one.columns = 1;
    one.outputs = scores;
    one.labels = truths;
    thresholds.push_back(*bestThreshold(judged, rule, column));
    EXPECT_EQ(thresholds.back(), bestThreshold(one, rule));
  }
  EXPECT_NE(thresholds[0], thresholds[1]);
  const auto macro = [&](const Decision &decision) {
    judged.decision = decision;
    const ClassCounts counts(judged);
    return scoresOf(counts.classes()[0]).f1 + scoresOf(counts.classes()[1]).f1;
  };
  EXPECT_GT(
      macro({.threshold = {}, .thresholds = thresholds}),
      macro({.threshold = bestThreshold(judged, rule), .thresholds = {}}));
  // Each decides its own column.
  EXPECT_EQ(macro({.threshold = {}, .thresholds = {0.25, 0.25}}),
            macro({.threshold = 0.25, .thresholds = {}}));
}

TEST(Threshold, RulesAreChecked) {
  for (const char *text :
       {"", "f2", "precision>=", "precision>=0", "precision>=1.5",
        "recall>=nan", "cost:fp=1", "cost:fp=-1,fn=2", "cost:fp=1,fn=x"})
    EXPECT_THROW(ThresholdRule(text, "--threshold"), UsageError) << text;
}

} // namespace
} // namespace mlc::runtime
