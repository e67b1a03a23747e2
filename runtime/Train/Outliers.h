//===- Outliers.h - Steps that are unlike the last ones ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `train --skip-outliers Z` does not apply a step whose loss, or the norm of
// whose gradient, has a z-score above Z. Source: llm.c, outlier_detector.h.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_OUTLIERS_H
#define MLC_RUNTIME_TRAIN_OUTLIERS_H

#include <array>
#include <cstdint>
#include <optional>

namespace mlc::runtime {

/// The last values of something that each step has.
class RecentValues {
public:
  static constexpr std::int64_t size = 128;
  /// No value's z-score among `size` values is larger: sqrt(size - 1).
  static constexpr double largestScore = 11.269427669584645;

  /// Adds a finite value. Its z-score among the last `size` values, itself
  /// included: how many standard deviations it is above their mean; 0 where all
  /// are the same. Nothing until there are so many.
  std::optional<double> add(float value);

  /// As a checkpoint has them: those so far, the oldest overwritten first, and
  /// how many there ever were.
  const std::array<float, size> &values() const { return values_; }
  std::int64_t count() const { return count_; }
  void set(const std::array<float, size> &values, std::int64_t count) {
    values_ = values;
    count_ = count;
  }

private:
  std::array<float, size> values_{}; ///< Value i is at i % size.
  std::int64_t count_ = 0;
};

/// A step that was not applied.
struct SkippedStep {
  std::int64_t step; ///< From 1, over all epochs.
  float value;       ///< Its loss, or the norm of its gradient.
  bool isNorm;
  double score;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_OUTLIERS_H
