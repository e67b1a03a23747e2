//===- Distillation.cpp - Losses with a teacher ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/ElementLoss.h"

using namespace mlir;
using namespace mlc::graph;

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
                                 FloatAttr(), getWeight());
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
                                FloatAttr(), getWeight());
}
