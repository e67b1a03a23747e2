//===- LinearModel.h - A logistic regression for scores ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_LINEARMODEL_H
#define MLC_RUNTIME_TEXT_LINEARMODEL_H

#include "Data/SparseRows.h"

#include <cstdint>
#include <span>
#include <vector>

namespace mlc::runtime {

/// The weights w [rows.width] of the logistic regression that minimises
///   |w|^2 / 2 + b^2 / 2 + cost * sum over rows of ln(1 + exp(-y (w.x + b)))
/// with y = 1 where `isPositive`, else -1; by coordinate descent on the dual
/// problem, a fixed number of passes over the rows in orders that depend on
/// their number alone. The same rows give the same bits.
/// Source: Yu, Huang and Lin, "Dual coordinate descent methods for logistic
/// regression and maximum entropy models", Machine Learning 85 (2011).
std::vector<double> fitLogistic(const SparseRows &rows,
                                const std::vector<bool> &isPositive,
                                double cost);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_LINEARMODEL_H
