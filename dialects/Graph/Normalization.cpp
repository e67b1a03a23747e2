//===- Normalization.cpp - Scaled columns and normalised rows -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/Graph.h"
#include "dialects/Graph/TensorExpr.h"

using namespace mlir;
using namespace mlc::graph;

/// There are as many numbers in each of `rows` as columns in `input`.
static LogicalResult verifyColumns(Operation *op, RankedTensorType input,
                                   ValueRange rows) {
  if (input.getRank() < 2)
    return op->emitOpError("expected two dimensions or more (C2), but got ")
           << input;
  const int64_t columns = input.getShape().back();
  for (Value row : rows) {
    auto type = cast<RankedTensorType>(row.getType());
    if (type.getRank() != 1 || type.getDimSize(0) != columns)
      return op->emitOpError("expected a number for each of ")
             << columns << " columns (C2), but got " << type;
  }
  return success();
}

/// `row`, for every row of `x`.
static TensorExpr repeated(OpBuilder &b, Value row, TensorExpr x) {
  return {b, RepeatRowOp::create(b, row.getLoc(), x.value().getType(), row,
                                 x.value())};
}

/// The sum of a row, at each of its places.
static TensorExpr sumRow(OpBuilder &b, TensorExpr x) {
  return {b, SumRowOp::create(b, x.value().getLoc(), x.value())};
}

//===----------------------------------------------------------------------===//
// ScaleColumnsOp
//===----------------------------------------------------------------------===//

LogicalResult ScaleColumnsOp::verify() {
  return verifyColumns(*this, getInput().getType(), getFactors());
}

Value ScaleColumnsOp::decompose(OpBuilder &b) {
  TensorExpr x(b, getInput(), getLoc());
  return (x * repeated(b, getFactors(), x)).value();
}

void ScaleColumnsOp::differentiate(Gradients &gradients) {
  OpBuilder &b = gradients.builder();
  TensorExpr x(b, getInput(), getLoc()), dy(b, gradients.ofResult(), getLoc());
  if (gradients.wants(getInput()))
    gradients.add(getInput(), (dy * repeated(b, getFactors(), dy)).value());
  if (gradients.wants(getFactors()))
    gradients.add(getFactors(),
                  SumBatchOp::create(b, getLoc(), (dy * x).value()));
}

//===----------------------------------------------------------------------===//
// LayerNormOp
//===----------------------------------------------------------------------===//

LogicalResult LayerNormOp::verify() {
  return verifyColumns(*this, getInput().getType(),
                       {getFactors(), getShifts()});
}

namespace {
/// Rows of mean 0 and variance 1, and the roots that they were divided by.
struct Normalized {
  Normalized(OpBuilder &b, LayerNormOp op)
      : columns(static_cast<double>(op.getInput().getType().getShape().back())),
        deviation(deviationOf(b, op)), root(rootOf(b, op)),
        rows(deviation / root) {}

  /// The mean of each row, at each of its places.
  TensorExpr mean(OpBuilder &b, TensorExpr x) const {
    return sumRow(b, x) / columns;
  }

  double columns;
  TensorExpr deviation, root, rows;

private:
  TensorExpr deviationOf(OpBuilder &b, LayerNormOp op) const {
    TensorExpr x(b, op.getInput(), op.getLoc());
    return x - mean(b, x);
  }
  TensorExpr rootOf(OpBuilder &b, LayerNormOp op) const {
    TensorExpr variance = mean(b, deviation * deviation);
    return sqrt(variance + op.getEpsilon().convertToDouble());
  }
};
} // namespace

Value LayerNormOp::decompose(OpBuilder &b) {
  const Normalized z(b, *this);
  TensorExpr scaled = z.rows * repeated(b, getFactors(), z.rows);
  return (scaled + repeated(b, getShifts(), z.rows)).value();
}

void LayerNormOp::differentiate(Gradients &gradients) {
  OpBuilder &b = gradients.builder();
  TensorExpr dy(b, gradients.ofResult(), getLoc());
  if (gradients.wants(getShifts()))
    gradients.add(getShifts(), SumBatchOp::create(b, getLoc(), dy.value()));
  if (!gradients.wants(getInput()) && !gradients.wants(getFactors()))
    return;
  const Normalized z(b, *this);
  if (gradients.wants(getFactors()))
    gradients.add(getFactors(),
                  SumBatchOp::create(b, getLoc(), (dy * z.rows).value()));
  if (!gradients.wants(getInput()))
    return;
  TensorExpr g = dy * repeated(b, getFactors(), dy);
  TensorExpr common = g - z.mean(b, g);
  TensorExpr along = z.rows * z.mean(b, g * z.rows);
  gradients.add(getInput(), ((common - along) / z.root).value());
}
