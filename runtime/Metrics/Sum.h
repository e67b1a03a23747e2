//===- Sum.h - Sums that lose no digits -------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_METRICS_SUM_H
#define MLC_RUNTIME_METRICS_SUM_H

#include <cmath>

namespace mlc::runtime {

/// A compensated sum (Neumaier 1974): its error does not grow with the number
/// of terms, so that a mean over a million rows has all of its digits.
class Sum {
public:
  void add(double term) {
    const double next = sum_ + term;
    lost_ += std::abs(sum_) >= std::abs(term) ? (sum_ - next) + term
                                              : (term - next) + sum_;
    sum_ = next;
  }
  double value() const { return std::isfinite(sum_) ? sum_ + lost_ : sum_; }

private:
  double sum_ = 0, lost_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_METRICS_SUM_H
