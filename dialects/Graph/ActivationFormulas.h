//===- ActivationFormulas.h - Formulas that several rules use ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_ACTIVATIONFORMULAS_H
#define MLC_DIALECTS_GRAPH_ACTIVATIONFORMULAS_H

#include "dialects/Graph/TensorExpr.h"

#include <cmath>
#include <numbers>

namespace mlc::graph {

/// Klambauer et al., "Self-Normalizing Neural Networks": with these, mean 0 and
/// variance 1 stay as they are from layer to layer.
inline constexpr double kSeluScale = 1.0507009873554805;
inline constexpr double kSeluAlpha = 1.6732632423543772;

/// The normal distribution's cumulative function.
inline TensorExpr normalCdf(TensorExpr x) {
  return (erf(x * (1.0 / std::numbers::sqrt2)) + 1.0) * 0.5;
}

/// tanh(log(1 + exp(x))): mish(x) is x times that.
inline TensorExpr tanhOfSoftplus(TensorExpr x) {
  TensorExpr rest = log1p(exp(abs(x) * -1.0));
  TensorExpr softplus = max(x, 0.0) + rest;
  return tanh(softplus);
}

/// Of y = sigmoid(x).
inline TensorExpr derivativeOfSigmoid(TensorExpr y) { return y * (1.0 - y); }

/// Of y = tanh(x).
inline TensorExpr derivativeOfTanh(TensorExpr y) { return 1.0 - y * y; }

/// Of y = silu(x) = x s.
inline TensorExpr derivativeOfSilu(TensorExpr y, TensorExpr s) {
  return s + y * (1.0 - s);
}

inline TensorExpr derivativeOfGelu(TensorExpr x) {
  const double densityAtZero = 1.0 / std::sqrt(2.0 * std::numbers::pi);
  TensorExpr cdf = normalCdf(x);
  return cdf + x * exp(x * x * -0.5) * densityAtZero;
}

} // namespace mlc::graph

#endif // MLC_DIALECTS_GRAPH_ACTIVATIONFORMULAS_H
