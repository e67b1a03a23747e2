//===- Ranking.cpp - How well scores put positives first ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Metrics/Ranking.h"

#include "Metrics/Sum.h"

#include <algorithm>
#include <limits>

namespace mlc::runtime {

Ranking::Ranking(std::vector<ScoredRow> rows) {
  std::ranges::sort(rows, [](const ScoredRow &a, const ScoredRow &b) {
    return a.score > b.score;
  });
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ++(rows[i].isPositive ? positives_ : negatives_);
    if (i + 1 == rows.size() || rows[i + 1].score != rows[i].score)
      points_.push_back({rows[i].score, positives_, negatives_});
  }
}

double Ranking::rocArea() const {
  if (positives_ == 0 || negatives_ == 0)
    return std::numeric_limits<double>::quiet_NaN();
  // Twice the number of pairs that are in order: below 2^63 for 2^31 rows.
  std::uint64_t pairs = 0;
  Point before{0, 0, 0};
  for (const Point &point : points_) {
    const auto positives =
        std::uint64_t(point.truePositives - before.truePositives);
    const auto tied =
        std::uint64_t(point.falsePositives - before.falsePositives);
    const auto lower = std::uint64_t(negatives_ - point.falsePositives);
    pairs += positives * (2 * lower + tied);
    before = point;
  }
  return double(pairs) / (2 * double(positives_) * double(negatives_));
}

double Ranking::averagePrecision() const {
  if (positives_ == 0)
    return 0;
  Sum sum;
  std::int64_t before = 0;
  for (const Point &point : points_) {
    sum.add(double(point.truePositives - before) / double(positives_) *
            (double(point.truePositives) /
             double(point.truePositives + point.falsePositives)));
    before = point.truePositives;
  }
  return sum.value();
}

} // namespace mlc::runtime
