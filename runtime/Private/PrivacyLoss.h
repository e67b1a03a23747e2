//===- PrivacyLoss.h - A distribution of privacy loss on a grid -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PRIVATE_PRIVACYLOSS_H
#define MLC_RUNTIME_PRIVATE_PRIVACYLOSS_H

#include "Private/Accountant.h"

#include <cstdint>
#include <vector>

namespace mlc::runtime {

/// Which of two neighbouring data sets the losses are seen from. Epsilon is the
/// larger of both.
enum class RowIs { Removed, Added };

/// How likely each loss ln(P(x) / Q(x)) is, for x from P: `masses[i]` at
/// (first + i) * width, and `infinite` beyond all bounds.
struct PrivacyLoss {
  double width;
  std::int64_t first;
  std::vector<double> masses;
  double infinite;

  /// ln E[exp(power * loss)] of the finite losses.
  double logMoment(double power) const;
  /// Of the finite losses.
  double variance() const;
};

/// Of one step. Losses between two points of the grid go to both, so that the
/// masses of P and of Q stay what they are: the dots of the curve of delta over
/// exp(epsilon) are exact, and between them it is a chord, above the curve.
/// What lies above the grid's end, which less than `tail` does, counts as
/// infinite.
PrivacyLoss lossOfStep(double noise, double rate, RowIs row, double width,
                       double tail);

/// The epsilon of a distribution of losses: where the expected part of them
/// above it, 1 - exp(epsilon - loss), is `delta`. Not below 0; infinite where
/// none is enough.
double epsilonOfLoss(const PrivacyLoss &loss, double delta);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PRIVATE_PRIVACYLOSS_H
