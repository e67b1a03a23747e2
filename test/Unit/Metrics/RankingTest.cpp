//===- RankingTest.cpp - Areas under curves against their definitions -----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Metrics/Ranking.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace mlc::runtime {
namespace {

/// The share of ordered pairs, counted one by one.
double areaByPairs(const std::vector<ScoredRow> &rows) {
  double sum = 0, pairs = 0;
  for (const ScoredRow &a : rows)
    for (const ScoredRow &b : rows)
      if (a.isPositive && !b.isPositive) {
        sum += a.score > b.score ? 1 : a.score == b.score ? 0.5 : 0;
        ++pairs;
      }
  return sum / pairs;
}

/// Precision and recall at each threshold, each counted anew.
double precisionByThresholds(const std::vector<ScoredRow> &rows) {
  std::vector<double> thresholds;
  double positives = 0;
  for (const ScoredRow &row : rows) {
    thresholds.push_back(row.score);
    positives += row.isPositive;
  }
  std::sort(thresholds.rbegin(), thresholds.rend());
  double sum = 0, before = 0;
  for (double threshold : thresholds) {
    double told = 0, right = 0;
    for (const ScoredRow &row : rows) {
      told += row.score >= threshold;
      right += row.score >= threshold && row.isPositive;
    }
    sum += (right / positives - before) * (right / told);
    before = right / positives;
  }
  return sum;
}

TEST(Ranking, IsWhatItsDefinitionsSay) {
  std::mt19937 random(1);
  for (int set = 0; set < 50; ++set) {
    std::vector<ScoredRow> rows(2 + random() % 60);
    const int scores = 1 + random() % 40; // Few: many ties.
    for (ScoredRow &row : rows)
      row = {double(random() % scores), random() % 3 == 0};
    rows[0].isPositive = true;
    rows[1].isPositive = false;
    const Ranking ranking(rows);
    EXPECT_NEAR(ranking.rocArea(), areaByPairs(rows), 1e-12);
    EXPECT_NEAR(ranking.averagePrecision(), precisionByThresholds(rows), 1e-12);
  }
}

TEST(Ranking, OrderOfRowsNeverMatters) {
  std::mt19937 random(2);
  std::vector<ScoredRow> rows(1000);
  for (ScoredRow &row : rows)
    row = {double(random() % 50), random() % 2 == 0};
  const Ranking ranking(rows);
  std::shuffle(rows.begin(), rows.end(), random);
  EXPECT_EQ(Ranking(rows).rocArea(), ranking.rocArea());
  EXPECT_EQ(Ranking(rows).averagePrecision(), ranking.averagePrecision());
}

TEST(Ranking, OneClass) {
  EXPECT_TRUE(std::isnan(Ranking({{1, true}, {2, true}}).rocArea()));
  EXPECT_EQ(Ranking({{1, true}, {2, true}}).averagePrecision(), 1);
  EXPECT_TRUE(std::isnan(Ranking({{1, false}}).rocArea()));
  EXPECT_EQ(Ranking({{1, false}}).averagePrecision(), 0);
}

} // namespace
} // namespace mlc::runtime
