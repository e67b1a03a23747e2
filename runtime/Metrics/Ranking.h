//===- Ranking.h - How well scores put positives first ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_METRICS_RANKING_H
#define MLC_RUNTIME_METRICS_RANKING_H

#include <cstdint>
#include <vector>

namespace mlc::runtime {

struct ScoredRow {
  double score;
  bool isPositive;
};

/// Rows by falling score, as counts at each distinct score: all figures of one
/// class against the rest follow from them, in whole numbers up to their last
/// division, so that the order of equal scores never matters.
class Ranking {
public:
  /// What is told at a threshold: all rows of at least this score.
  struct Point {
    double score;
    std::int64_t truePositives, falsePositives;
  };

  /// Sorts the rows: O(n log n). Scores are finite.
  explicit Ranking(std::vector<ScoredRow> rows);

  /// One a distinct score, the highest first.
  const std::vector<Point> &points() const { return points_; }
  std::int64_t positives() const { return positives_; }
  std::int64_t negatives() const { return negatives_; }

  /// Area under the receiver operating characteristic: the share of pairs of a
  /// positive and a negative in which the positive's score is higher, ties
  /// counting a half (Mann and Whitney); (sum of the positives' ranks -
  /// p(p + 1)/2) / (p n) with mean ranks. NaN where there is only one class.
  double rocArea() const;

  /// Sum over the distinct scores of (R_i - R_i-1) P_i with recall R and
  /// precision P; 0 where nothing is positive.
  double averagePrecision() const;

private:
  std::vector<Point> points_;
  std::int64_t positives_ = 0, negatives_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_METRICS_RANKING_H
