//===- Losses.cpp - Losses: terms and their derivatives -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Of each loss, three methods of LossOpInterface. Each op by a statement of its
// own where an operator would take two that are built: compilers differ in
// which argument they evaluate first.

#include "dialects/Graph/ElementLoss.h"

using namespace mlir;
using namespace mlc::graph;

//===----------------------------------------------------------------------===//
// BceWithLogitsOp
//===----------------------------------------------------------------------===//

static double smoothingOf(BceWithLogitsOp loss) {
  return loss.getSmoothing() ? loss.getSmoothing()->convertToDouble() : 0.0;
}
static TensorExpr smoothed(BceWithLogitsOp loss, TensorExpr t) {
  const double smoothing = smoothingOf(loss);
  return loss.getSmoothing() ? t * (1.0 - smoothing) + smoothing / 2 : t;
}

TensorExpr mlc::graph::bceTerms(TensorExpr y, TensorExpr t) {
  TensorExpr rest = log1p(exp(abs(y) * -1.0));
  TensorExpr product = y * t;
  TensorExpr terms = max(y, 0.0) - product;
  return terms + rest;
}

Value BceWithLogitsOp::buildTerms(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  return bceTerms(y, smoothed(*this, t)).value();
}

Value BceWithLogitsOp::buildPredictionGradient(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  TensorExpr target = smoothed(*this, t);
  return (sigmoid(y) - target).value();
}

Value BceWithLogitsOp::buildLabelGradient(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  return (y * (smoothingOf(*this) - 1.0)).value();
}

//===----------------------------------------------------------------------===//
// CrossEntropyOp
//===----------------------------------------------------------------------===//

static double smoothingOf(CrossEntropyOp loss) {
  return loss.getSmoothing()->convertToDouble();
}
/// What every class gets of each row.
static double sharePerClass(CrossEntropyOp loss) {
  return smoothingOf(loss) /
         static_cast<double>(loss.getPrediction().getType().getShape().back());
}

Value CrossEntropyOp::buildTerms(OpBuilder &b) {
  TensorExpr sums(b, LogSumExpOp::create(b, getLoc(), getPrediction()));
  Value weighted = getPrediction();
  if (getSmoothing()) {
    TensorExpr y(b, getPrediction(), getLoc());
    TensorExpr sum(b, SumRowOp::create(b, getLoc(), getPrediction()));
    TensorExpr own = y * (1.0 - smoothingOf(*this));
    weighted = (own + sum * sharePerClass(*this)).value();
  }
  TensorExpr labelled(b, PickOp::create(b, getLoc(), weighted, getLabel()));
  return (sums - labelled).value();
}

Value CrossEntropyOp::buildPredictionGradient(OpBuilder &b) {
  TensorExpr p(b, SoftmaxOp::create(b, getLoc(), getPrediction()));
  TensorExpr t(
      b, OneHotOp::create(b, getLoc(), getPrediction().getType(), getLabel()));
  if (getSmoothing())
    t = t * (1.0 - smoothingOf(*this)) + sharePerClass(*this);
  return (p - t).value();
}

Value CrossEntropyOp::buildLabelGradient(OpBuilder &) { return {}; }

//===----------------------------------------------------------------------===//
// MseOp
//===----------------------------------------------------------------------===//

Value MseOp::buildTerms(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  TensorExpr error = y - t;
  return (error * error).value();
}

Value MseOp::buildPredictionGradient(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  return ((y - t) * 2.0).value();
}

Value MseOp::buildLabelGradient(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  return ((t - y) * 2.0).value();
}

//===----------------------------------------------------------------------===//
// HuberOp
//===----------------------------------------------------------------------===//

Value HuberOp::buildTerms(OpBuilder &b) {
  const double delta = getDelta().convertToDouble();
  auto [y, t] = Elements(b, *this);
  TensorExpr error = y - t;
  TensorExpr size = abs(error);
  TensorExpr linear = (size + -delta / 2) * delta;
  TensorExpr square = error * error * 0.5;
  return ifPositive(size + -delta, linear, square).value();
}

/// `error`, but no further from 0 than `delta`.
static TensorExpr clamp(TensorExpr error, double delta) {
  TensorExpr bound = sign(error) * delta;
  return ifPositive(abs(error) + -delta, bound, error);
}

Value HuberOp::buildPredictionGradient(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  return clamp(y - t, getDelta().convertToDouble()).value();
}

Value HuberOp::buildLabelGradient(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  return clamp(t - y, getDelta().convertToDouble()).value();
}

//===----------------------------------------------------------------------===//
// MaeOp
//===----------------------------------------------------------------------===//

Value MaeOp::buildTerms(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  return abs(y - t).value();
}

Value MaeOp::buildPredictionGradient(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  return sign(y - t).value();
}

Value MaeOp::buildLabelGradient(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  return sign(t - y).value();
}

//===----------------------------------------------------------------------===//
// QuantileOp
//===----------------------------------------------------------------------===//

Value QuantileOp::buildTerms(OpBuilder &b) {
  const double q = getQ().convertToDouble();
  auto [y, t] = Elements(b, *this);
  TensorExpr error = t - y;
  TensorExpr below = error * q;
  return ifPositive(error, below, error * (q - 1.0)).value();
}

/// `dy` of each term: -q, 0.5 - q or 1 - q by the sign of t - y.
static TensorExpr quantileSlope(TensorExpr y, TensorExpr t, double q) {
  return sign(y - t) * 0.5 + (0.5 - q);
}

Value QuantileOp::buildPredictionGradient(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  return quantileSlope(y, t, getQ().convertToDouble()).value();
}

Value QuantileOp::buildLabelGradient(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  return (quantileSlope(y, t, getQ().convertToDouble()) * -1.0).value();
}

//===----------------------------------------------------------------------===//
// PoissonOp
//===----------------------------------------------------------------------===//

Value PoissonOp::buildTerms(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  TensorExpr mean = exp(y);
  return (mean - t * y).value();
}

Value PoissonOp::buildPredictionGradient(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  return (exp(y) - t).value();
}

Value PoissonOp::buildLabelGradient(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  return (y * -1.0).value();
}

//===----------------------------------------------------------------------===//
// HingeOp
//===----------------------------------------------------------------------===//

namespace {
/// The sign of each label, and how far its score falls short of the margin.
struct Margins {
  explicit Margins(Elements elements)
      : sign(elements.t * 2.0 + -1.0), lack(1.0 - sign * elements.y) {}
  TensorExpr sign, lack;
};
} // namespace

Value HingeOp::buildTerms(OpBuilder &b) {
  return max(Margins(Elements(b, *this)).lack, 0.0).value();
}

Value HingeOp::buildPredictionGradient(OpBuilder &b) {
  auto [sign, lack] = Margins(Elements(b, *this));
  TensorExpr slope = sign * -1.0;
  return ifPositive(lack, slope, sign.filled(0.0)).value();
}

Value HingeOp::buildLabelGradient(OpBuilder &b) {
  const Elements elements(b, *this);
  auto [sign, lack] = Margins(elements);
  TensorExpr slope = elements.y * -2.0;
  return ifPositive(lack, slope, sign.filled(0.0)).value();
}

//===----------------------------------------------------------------------===//
// FocalOp
//===----------------------------------------------------------------------===//

namespace {
/// Of the elements of a focal loss: a = -log(p), b = -log(1 - p), and the
/// factors (1 - p)^gamma and p^gamma, as powers of e, since p or 1 - p may be
/// 0.
struct Focus {
  Focus(Elements elements, double gamma)
      : rest(log1p(exp(abs(elements.y) * -1.0))),
        a(max(elements.y * -1.0, 0.0) + rest), b(max(elements.y, 0.0) + rest),
        ofOne(exp(b * -gamma)), ofZero(exp(a * -gamma)) {}
  TensorExpr rest, a, b, ofOne, ofZero;
};
} // namespace

Value FocalOp::buildTerms(OpBuilder &builder) {
  const double alpha = getAlpha().convertToDouble();
  const Elements elements(builder, *this);
  const Focus focus(elements, getGamma().convertToDouble());
  TensorExpr ones = elements.t * alpha * focus.ofOne * focus.a;
  TensorExpr zeros = (1.0 - elements.t) * (1.0 - alpha) * focus.ofZero;
  return (ones + zeros * focus.b).value();
}

Value FocalOp::buildPredictionGradient(OpBuilder &builder) {
  const double alpha = getAlpha().convertToDouble(),
               gamma = getGamma().convertToDouble();
  const Elements elements(builder, *this);
  const Focus focus(elements, gamma);
  TensorExpr p = sigmoid(elements.y);
  TensorExpr rest = sigmoid(elements.y * -1.0); // 1 - p, exact where small
  TensorExpr slopeOfOne = p * focus.a * gamma + rest;
  TensorExpr slopeOfZero = rest * focus.b * gamma + p;
  TensorExpr ones = elements.t * alpha * focus.ofOne * slopeOfOne;
  TensorExpr zeros = (1.0 - elements.t) * (1.0 - alpha) * focus.ofZero;
  return (zeros * slopeOfZero - ones).value();
}

Value FocalOp::buildLabelGradient(OpBuilder &builder) {
  const double alpha = getAlpha().convertToDouble();
  const Focus focus(Elements(builder, *this), getGamma().convertToDouble());
  TensorExpr ones = focus.ofOne * focus.a * alpha;
  TensorExpr zeros = focus.ofZero * focus.b * (1.0 - alpha);
  return (ones - zeros).value();
}
