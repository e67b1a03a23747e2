//===- Normalization.cpp - Scaled columns, normalised rows and columns ----===//
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

//===----------------------------------------------------------------------===//
// BatchNormOp
//===----------------------------------------------------------------------===//

LogicalResult BatchNormOp::verify() {
  if (getInput().getType().getRank() != 2)
    return emitOpError("expected two dimensions (C2), but got ")
           << getInput().getType();
  return verifyColumns(*this, getInput().getType(),
                       {getFactors(), getShifts(), getMean(), getVariance()});
}

SmallVector<Value> BatchNormOp::getStatistics() {
  return {getMean(), getVariance()};
}

namespace {
/// How many rows a batch has. Numbers are f32.
class RowCount {
public:
  RowCount(OpBuilder &b, Location loc, Value x) : b_(b), loc_(loc) {
    Value rows = tensor::DimOp::create(b, loc, x, 0);
    rows_ = arith::IndexCastOp::create(b, loc, b.getI64Type(), rows);
  }

  Value number() { return real(rows_); }
  /// Whether there are two or more, i1.
  Value areSeveral() {
    return arith::CmpIOp::create(b_, loc_, arith::CmpIPredicate::sgt, rows_,
                                 constant(1));
  }
  /// 1 / n, but 0 of one row: by how much a mean over the batch changes with a
  /// row.
  Value share() {
    Value several =
        arith::ExtUIOp::create(b_, loc_, b_.getI64Type(), areSeveral());
    return arith::DivFOp::create(b_, loc_, real(several), number());
  }
  /// n / (n - 1), but 1 of one row: the unbiased variance over the biased one.
  Value unbiased() {
    Value others = arith::SubIOp::create(b_, loc_, rows_, constant(1));
    Value least = arith::MaxSIOp::create(b_, loc_, others, constant(1));
    return arith::DivFOp::create(b_, loc_, number(), real(least));
  }

private:
  Value constant(int64_t value) {
    return arith::ConstantOp::create(b_, loc_, b_.getI64IntegerAttr(value));
  }
  Value real(Value whole) {
    return arith::SIToFPOp::create(b_, loc_, b_.getF32Type(), whole);
  }

  OpBuilder &b_;
  Location loc_;
  Value rows_;
};

/// What batch_norm normalises columns with, [c] each.
struct Statistics {
  Statistics(OpBuilder &b, BatchNormOp op)
      : mean(b, op.getMean(), op.getLoc()),
        variance(b, op.getVariance(), op.getLoc()),
        rows(b, op.getLoc(), op.getInput()) {
    if (!op.getByBatch())
      return;
    TensorExpr x(b, op.getInput(), op.getLoc());
    mean = ofBatch(b, x, mean);
    deviation_ = x - repeated(b, mean.value(), x);
    variance = ofBatch(b, *deviation_ * *deviation_, variance);
  }

  /// x - m, [n, c].
  TensorExpr deviation(OpBuilder &b, BatchNormOp op) const {
    if (deviation_)
      return *deviation_;
    TensorExpr x(b, op.getInput(), op.getLoc());
    return x - repeated(b, mean.value(), x);
  }

  /// 1 / r.
  TensorExpr inverseRoot(BatchNormOp op) const {
    return 1.0 / sqrt(variance + op.getEpsilon().convertToDouble());
  }

  TensorExpr mean, variance;
  RowCount rows;

private:
  /// The means of columns; what is running where there is but one row.
  TensorExpr ofBatch(OpBuilder &b, TensorExpr x, TensorExpr running) {
    Location loc = x.value().getLoc();
    TensorExpr sum(b, SumBatchOp::create(b, loc, x.value()));
    TensorExpr mean = sum / sum.spread(rows.number());
    auto type = cast<RankedTensorType>(mean.value().getType());
    Value everywhere = tensor::SplatOp::create(
        b, loc, type.clone(b.getI1Type()), rows.areSeveral(), ValueRange());
    return {b, arith::SelectOp::create(b, loc, everywhere, mean.value(),
                                       running.value())};
  }

  std::optional<TensorExpr> deviation_; ///< Which the variance is made of.
};
} // namespace

Value BatchNormOp::decompose(OpBuilder &b) {
  const Statistics statistics(b, *this);
  TensorExpr deviation = statistics.deviation(b, *this);
  TensorExpr factors =
      TensorExpr(b, getFactors(), getLoc()) * statistics.inverseRoot(*this);
  TensorExpr scaled = deviation * repeated(b, factors.value(), deviation);
  return (scaled + repeated(b, getShifts(), deviation)).value();
}

/// dy - mean of dy - z * mean of dy * z: each row changes the batch's mean and
/// variance. `sum` is that of dy, `sumAlong` that of dy * z.
static TensorExpr withoutMeans(OpBuilder &b, TensorExpr dy, TensorExpr z,
                               TensorExpr sum, TensorExpr sumAlong,
                               Value share) {
  TensorExpr mean = sum * sum.spread(share);
  TensorExpr along = sumAlong * sumAlong.spread(share);
  TensorExpr common = dy - repeated(b, mean.value(), dy);
  return common - z * repeated(b, along.value(), dy);
}

void BatchNormOp::differentiate(Gradients &gradients) {
  OpBuilder &b = gradients.builder();
  TensorExpr dy(b, gradients.ofResult(), getLoc());
  const bool wantsInput = gradients.wants(getInput());
  const bool isThroughBatch = getByBatch() && wantsInput;
  const auto sum = [&](TensorExpr x) -> TensorExpr {
    return {b, SumBatchOp::create(b, getLoc(), x.value())};
  };
  if (gradients.wants(getShifts()))
    gradients.add(getShifts(), sum(dy).value());
  if (!wantsInput && !gradients.wants(getFactors()))
    return;
  Statistics statistics(b, *this);
  TensorExpr inverse = statistics.inverseRoot(*this);
  TensorExpr own = dy;
  if (isThroughBatch || gradients.wants(getFactors())) {
    TensorExpr deviation = statistics.deviation(b, *this);
    TensorExpr z = deviation * repeated(b, inverse.value(), deviation);
    TensorExpr dfactors = sum(dy * z);
    if (gradients.wants(getFactors()))
      gradients.add(getFactors(), dfactors.value());
    if (isThroughBatch)
      own = withoutMeans(b, dy, z, sum(dy), dfactors, statistics.rows.share());
  }
  if (!wantsInput)
    return;
  TensorExpr scale = TensorExpr(b, getFactors(), getLoc()) * inverse;
  gradients.add(getInput(), (own * repeated(b, scale.value(), dy)).value());
}

void BatchNormOp::setByBatch() { setByBatch(true); }

SmallVector<Value> BatchNormOp::buildStatistics(OpBuilder &b) {
  Statistics batch(b, *this);
  const double momentum = getMomentum().convertToDouble();
  TensorExpr mean(b, getMean(), getLoc());
  TensorExpr variance(b, getVariance(), getLoc());
  TensorExpr unbiased =
      batch.variance * batch.variance.spread(batch.rows.unbiased());
  return {(mean + (batch.mean - mean) * momentum).value(),
          (variance + (unbiased - variance) * momentum).value()};
}
