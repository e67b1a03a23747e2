//===- Regression.h - How far numbers are off -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_METRICS_REGRESSION_H
#define MLC_RUNTIME_METRICS_REGRESSION_H

#include "Metrics/Judged.h"

namespace mlc::runtime {

/// Errors of numbers: (label - output), in the units of the labels.
struct Regression {
  double rmse = 0;     ///< Root of the mean square over rows and columns.
  double mae = 0;      ///< Mean absolute error over rows and columns.
  double medianAe = 0; ///< Median absolute error, the mean over the columns.
  /// 1 - (sum of squared errors) / (sum of squared distances from the mean),
  /// the mean over the columns. Where a column's labels are all the same it is
  /// 1 if every error is 0, else 0; NaN for a single row.
  double r2 = 0;
};

/// `judged` is a regression and has at least one row.
Regression regressionOf(const Judged &judged);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_METRICS_REGRESSION_H
