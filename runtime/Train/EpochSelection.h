//===- EpochSelection.h - Which epoch is the best ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_EPOCHSELECTION_H
#define MLC_RUNTIME_TRAIN_EPOCHSELECTION_H

#include "Program/ForwardPass.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace mlc::runtime {

/// The figure by which --best and --patience choose an epoch.
struct EpochSelection {
  std::string name = "loss"; ///< Or of the score, or of a measure.
  bool isHigherBetter = false;
  /// An epoch is better than the best so far where it is so by more than this
  /// (as LightGBM's early_stopping_min_delta).
  double minDelta = 0;

  /// NaN where the evaluation has no such figure.
  double valueOf(const MlcProgram &program, const Evaluation &test) const {
    if (name == "loss")
      return test.loss;
    if (name == scoreName(program))
      return test.score;
    const auto found = std::ranges::find(test.figures, name, &Figure::name);
    return found == test.figures.end()
               ? std::numeric_limits<double>::quiet_NaN()
               : found->value;
  }

  bool isBetter(double value, double best) const {
    return isHigherBetter ? value > best + minDelta : value < best - minDelta;
  }
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_EPOCHSELECTION_H
