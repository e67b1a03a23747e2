//===- Losses.cpp - Losses: terms and their derivatives -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Of each loss, three methods of LossOpInterface. Each op by a statement of its
// own where an operator would take two that are built: compilers differ in
// which argument they evaluate first.

#include "dialects/Graph/Losses.h"
#include "dialects/Graph/TensorExpr.h"

using namespace mlir;
using namespace mlc::graph;

namespace {
/// The predictions and labels of an element-wise loss.
struct Elements {
  template <typename OpTy>
  Elements(OpBuilder &b, OpTy loss)
      : y(b, loss.getPrediction(), loss.getLoc()),
        t(b, loss.getLabel(), loss.getLoc()) {}
  TensorExpr y, t;
};
} // namespace

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

/// The binary cross-entropy of each element.
static TensorExpr bceTerms(TensorExpr y, TensorExpr t) {
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
// DistillBceOp
//===----------------------------------------------------------------------===//

template <typename OpTy>
static LogicalResult verifyTeacher(OpTy loss) {
  if (loss.getTeacher().getType() != loss.getPrediction().getType())
    return loss.emitOpError("expected the teacher's logits to be ")
           << loss.getPrediction().getType()
           << " as the predicted ones (C2), but got "
           << loss.getTeacher().getType();
  return success();
}

namespace {
/// The numbers of a distillation: a loss is `hard` times that of the labels,
/// plus `soft` times that of the teacher, whose gradient by the logits is 1 / T
/// of theirs over the temperature T.
struct Shares {
  template <typename OpTy>
  explicit Shares(OpTy loss)
      : temperature(loss.getTemperature().convertToDouble()),
        hard(1.0 - loss.getAlpha().convertToDouble()),
        soft(loss.getAlpha().convertToDouble() * temperature * temperature) {}
  double temperature, hard, soft;
};
} // namespace

LogicalResult DistillBceOp::verify() { return verifyTeacher(*this); }

Value DistillBceOp::buildTerms(OpBuilder &b) {
  const Shares shares(*this);
  auto [y, t] = Elements(b, *this);
  TensorExpr teacher(b, getTeacher(), getLoc());
  TensorExpr hard = bceTerms(y, t) * shares.hard;
  TensorExpr cool = y / shares.temperature;
  TensorExpr target = sigmoid(teacher / shares.temperature);
  return (hard + bceTerms(cool, target) * shares.soft).value();
}

Value DistillBceOp::buildPredictionGradient(OpBuilder &b) {
  const Shares shares(*this);
  auto [y, t] = Elements(b, *this);
  TensorExpr teacher(b, getTeacher(), getLoc());
  TensorExpr hard = (sigmoid(y) - t) * shares.hard;
  TensorExpr cool = sigmoid(y / shares.temperature);
  TensorExpr target = sigmoid(teacher / shares.temperature);
  TensorExpr soft = (cool - target) * (shares.soft / shares.temperature);
  return (hard + soft).value();
}

Value DistillBceOp::buildLabelGradient(OpBuilder &b) {
  auto [y, t] = Elements(b, *this);
  return (y * -Shares(*this).hard).value();
}

Value DistillBceOp::buildWithoutTeacher(OpBuilder &b) {
  return BceWithLogitsOp::create(b, getLoc(), getPrediction(), getLabel(),
                                 FloatAttr());
}

//===----------------------------------------------------------------------===//
// DistillCrossEntropyOp
//===----------------------------------------------------------------------===//

LogicalResult DistillCrossEntropyOp::verify() { return verifyTeacher(*this); }

/// The teacher's probabilities at the temperature.
static TensorExpr softTargets(OpBuilder &b, DistillCrossEntropyOp loss) {
  TensorExpr teacher(b, loss.getTeacher(), loss.getLoc());
  TensorExpr cool = teacher / Shares(loss).temperature;
  return {b, SoftmaxOp::create(b, loss.getLoc(), cool.value())};
}

// A sum over a row has its shape: of the teacher's part, too, the column of the
// label is picked, where it is as in any other.
Value DistillCrossEntropyOp::buildTerms(OpBuilder &b) {
  const Shares shares(*this);
  const Location loc = getLoc();
  TensorExpr sums(b, LogSumExpOp::create(b, loc, getPrediction()));
  TensorExpr y(b, getPrediction(), loc);
  TensorExpr cool = y / shares.temperature;
  TensorExpr targets = softTargets(b, *this);
  TensorExpr coolSums(b, LogSumExpOp::create(b, loc, cool.value()));
  TensorExpr agreement(b, SumRowOp::create(b, loc, (targets * cool).value()));
  TensorExpr own = y * shares.hard;
  TensorExpr weighted = own + agreement * shares.soft;
  TensorExpr labelled(b, PickOp::create(b, loc, weighted.value(), getLabel()));
  TensorExpr hard = sums * shares.hard;
  TensorExpr soft = coolSums * shares.soft;
  return (hard + soft - labelled).value();
}

Value DistillCrossEntropyOp::buildPredictionGradient(OpBuilder &b) {
  const Shares shares(*this);
  const Location loc = getLoc();
  TensorExpr p(b, SoftmaxOp::create(b, loc, getPrediction()));
  TensorExpr t(b,
               OneHotOp::create(b, loc, getPrediction().getType(), getLabel()));
  TensorExpr hard = (p - t) * shares.hard;
  TensorExpr cool = TensorExpr(b, getPrediction(), loc) / shares.temperature;
  TensorExpr coolP(b, SoftmaxOp::create(b, loc, cool.value()));
  TensorExpr targets = softTargets(b, *this);
  TensorExpr soft = (coolP - targets) * (shares.soft / shares.temperature);
  return (hard + soft).value();
}

Value DistillCrossEntropyOp::buildLabelGradient(OpBuilder &) { return {}; }

Value DistillCrossEntropyOp::buildWithoutTeacher(OpBuilder &b) {
  return CrossEntropyOp::create(b, getLoc(), getPrediction(), getLabel(),
                                FloatAttr());
}
