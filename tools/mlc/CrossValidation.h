//===- CrossValidation.h - Runs all folds and tells of them -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_CROSSVALIDATION_H
#define MLC_TOOLS_MLC_CROSSVALIDATION_H

#include "FoldRun.h"

#include <string>

namespace mlc {

/// What `mlc cv` was asked for. Paths are empty where not given.
struct CvOptions {
  FoldOptions fold;
  long long repeats = 1;
  std::string folder; ///< Where each fold's files stay.
  std::string predictions, report;
  std::string teacher; ///< A data set of all rows, with what was answered.
  bool json = false;
};

/// Runs all folds, prints means and deviations of their figures, and those of
/// all answers together. Throws Failed, UsageError, InputError.
void crossValidate(const CvOptions &options);

} // namespace mlc

#endif // MLC_TOOLS_MLC_CROSSVALIDATION_H
