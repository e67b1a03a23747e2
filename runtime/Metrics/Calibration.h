//===- Calibration.h - Whether probabilities are what they say --*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_METRICS_CALIBRATION_H
#define MLC_RUNTIME_METRICS_CALIBRATION_H

#include "Metrics/Judged.h"

#include <array>
#include <cstdint>

namespace mlc::runtime {

/// The answers whose probability is in (i/15, (i + 1)/15] for the i-th.
struct ReliabilityBin {
  std::int64_t count = 0;
  double confidence = 0; ///< Mean probability of the answer; 0 for none.
  double accuracy = 0;   ///< Share of right answers; 0 for none.
};

/// What probabilities are worth. Every row has one answer, the more probable
/// class (not the one that a threshold tells); in MultiLabel every column has.
struct Calibration {
  static constexpr std::int64_t binCount = 15;
  std::array<ReliabilityBin, binCount> bins;
  /// Expected calibration error (Guo et al. 2017): the sum over bins of
  /// count/n |accuracy - confidence|.
  double ece = 0;
  /// Mean over the answers of -ln(probability of what is true), from the
  /// logits, nothing clipped.
  double logLoss = 0;
  /// Mean squared error of probabilities: (p - y)^2, or for three classes and
  /// more the sum of it over the classes.
  double brier = 0;
};

/// `judged` is no regression and has at least one row.
Calibration calibrationOf(const Judged &judged);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_METRICS_CALIBRATION_H
