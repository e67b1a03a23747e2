//===- TrainingPoint.h - Where a run stands ---------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_TRAININGPOINT_H
#define MLC_RUNTIME_TRAIN_TRAININGPOINT_H

#include "Train/Outliers.h"

#include <cstdint>
#include <limits>

namespace mlc::runtime {

/// Where a run stands between two steps. With the parameters and the
/// optimiser's states it is all that it takes to go on: which rows come next
/// follows from the epoch and its examples (see Permutation).
struct TrainingPoint {
  std::int64_t epoch = 1;    ///< From 1.
  std::int64_t step = 0;     ///< Steps done over all epochs.
  std::int64_t position = 0; ///< Examples trained on over all epochs.
  /// Those of this epoch; all of them where only its end is left (its test,
  /// its line of metrics).
  std::int64_t examples = 0;
  double lossSum = 0;   ///< Over these.
  double seconds = 0;   ///< Spent on these.
  double firstLoss = 0; ///< Of the run's first step, once it is done.
  /// Of the gradient in the last step, where the program tells it.
  double gradientNorm = 0;
  // Of a schedule that waits for plateaus: the least test loss so far, epochs
  // since then or since the last reduction, and how many of these there were.
  double plateauBest = std::numeric_limits<double>::infinity();
  std::int64_t plateauWait = 0, reductions = 0;
  // Where outliers are skipped: what the last steps had, and how many steps
  // were skipped of all and of this epoch's.
  RecentValues losses = {}, gradientNorms = {};
  std::int64_t skipped = 0, skippedOfEpoch = 0;

  void startEpoch(std::int64_t next) {
    epoch = next;
    examples = skippedOfEpoch = 0;
    lossSum = seconds = 0;
  }
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_TRAININGPOINT_H
