//===- Tuning.h - A search for settings -------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_TUNING_H
#define MLC_TOOLS_MLC_TUNING_H

#include "LearningOptions.h"
#include "TrialSettings.h"

#include <cstdint>
#include <limits>
#include <string>

namespace mlc {

/// What `mlc tune` was asked for. Texts are empty where not given.
struct TuneOptions {
  Words data;          ///< What `mlc data` is told.
  std::string dataset; ///< A data set in the place of that.
  /// What is given in it is not searched; trials are judged by its `selectBy`.
  LearningOptions learning;
  std::string folder, spaceFile;
  bool mayRefit = true;
  double validation = 0.2; ///< Share; unless there are folds.
  std::int64_t folds = 0;
  double seconds = 0; ///< The budget; 0: none.
  std::int64_t mostTrials = std::numeric_limits<std::int64_t>::max();
  double mostBytes = std::numeric_limits<double>::infinity(); ///< Of weights.
  bool isResumed = false, json = false;
};

/// Searches until the budget is spent. Throws Failed, UsageError, InputError.
void tune(const TuneOptions &options);

} // namespace mlc

#endif // MLC_TOOLS_MLC_TUNING_H
