//===- Losses.cpp - Losses as loops ---------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Loops.h"
#include "dialects/Graph/Graph.h"
#include "dialects/Graph/TensorExpr.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

/// The sum of all elements, each times the scalar `scale`, as a tensor<f32>.
Value meanOf(OpBuilder &b, TensorExpr terms, Value scale) {
  Location loc = terms.value().getLoc();
  auto type = cast<RankedTensorType>(terms.value().getType());
  SmallVector<utils::IteratorType> iterators(type.getRank(), kReduction);
  Value scaled = (terms * terms.spread(scale)).value();
  return loops(b, loc, scaled, filledTensor(b, loc, {}, 0.0f),
               {b.getMultiDimIdentityMap(type.getRank()),
                AffineMap::get(type.getRank(), 0, b.getContext())},
               iterators, [&](OpBuilder &b, ValueRange args) -> Value {
                 return arith::AddFOp::create(b, loc, args[1], args[0]);
               });
}

/// 1 / (rows of `batch` * perRow), in f32.
Value reciprocalCount(OpBuilder &b, Value batch, int64_t perRow) {
  Location loc = batch.getLoc();
  Value rows = tensor::DimOp::create(b, loc, batch, 0);
  Value wide = arith::IndexCastOp::create(b, loc, b.getI64Type(), rows);
  Value count = arith::SIToFPOp::create(b, loc, b.getF32Type(), wide);
  Value columns = arith::ConstantOp::create(
      b, loc, b.getF32FloatAttr(static_cast<float>(perRow)));
  Value one = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(1.0f));
  return arith::DivFOp::create(b, loc, one,
                               arith::MulFOp::create(b, loc, count, columns));
}

struct LowerBce : OpRewritePattern<BceWithLogitsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(BceWithLogitsOp op,
                                PatternRewriter &b) const override {
    TensorExpr y(b, op.getPrediction(), op.getLoc()), t(b, op.getLabel());
    Value scale = reciprocalCount(b, y.value(),
                                  op.getPrediction().getType().getDimSize(1));
    // Each op by a statement of its own: compilers differ in which argument
    // they evaluate first.
    TensorExpr rest = log1p(exp(abs(y) * -1.0));
    TensorExpr product = y * t;
    TensorExpr terms = max(y, 0.0) - product;
    b.replaceOp(op, meanOf(b, terms + rest, scale));
    return success();
  }
};

struct LowerMse : OpRewritePattern<MseOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MseOp op, PatternRewriter &b) const override {
    TensorExpr y(b, op.getPrediction(), op.getLoc()), t(b, op.getLabel());
    TensorExpr error = y - t;
    Value scale = reciprocalCount(b, y.value(),
                                  op.getPrediction().getType().getDimSize(1));
    b.replaceOp(op, meanOf(b, error * error, scale));
    return success();
  }
};

struct LowerCrossEntropy : OpRewritePattern<CrossEntropyOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(CrossEntropyOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    TensorExpr y(b, op.getPrediction(), op.getLoc());
    TensorExpr largest(b, maxRows(b, y.value()));
    TensorExpr shifted =
        exp(y - TensorExpr(b, spreadRows(b, largest.value(), y.value())));
    TensorExpr sum(b, sumRows(b, shifted.value()));
    AffineMap same = b.getMultiDimIdentityMap(1);
    TensorExpr labelled(
        b, loops(b, loc, op.getLabel(),
                 emptyTensor(b, loc,
                             tensor::getMixedSize(b, loc, op.getLabel(), 0),
                             b.getF32Type()),
                 {same, same}, kParallel,
                 [&](OpBuilder &b, ValueRange args) -> Value {
                   Value row = linalg::IndexOp::create(b, loc, 0);
                   Value label = arith::IndexCastOp::create(
                       b, loc, b.getIndexType(), args[0]);
                   return tensor::ExtractOp::create(b, loc, op.getPrediction(),
                                                    ValueRange{row, label});
                 }));
    Value scale = reciprocalCount(b, y.value(), 1);
    b.replaceOp(op, meanOf(b, log(sum) + largest - labelled, scale));
    return success();
  }
};

} // namespace

void mlc::populateLossPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerBce, LowerMse, LowerCrossEntropy>(patterns.getContext());
}
