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
  Value scaled = asMatrix(b, loc, (terms * terms.spread(scale)).value());
  auto type = cast<RankedTensorType>(scaled.getType());
  SmallVector<utils::IteratorType> iterators(type.getRank(), kReduction);
  return loops(b, loc, scaled, filledTensor(b, loc, {}, 0.0f),
               {b.getMultiDimIdentityMap(type.getRank()),
                AffineMap::get(type.getRank(), 0, b.getContext())},
               iterators, [&](OpBuilder &b, ValueRange args) -> Value {
                 return arith::AddFOp::create(b, loc, args[1], args[0]);
               });
}

/// A loss is the mean of its terms, each times its row's weight.
struct LowerLoss : OpInterfaceRewritePattern<LossOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(LossOpInterface op,
                                PatternRewriter &b) const override {
    Location loc = op->getLoc();
    Value count = op.buildTermCount(b);
    Value one = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(1.0f));
    Value scale = arith::DivFOp::create(b, loc, one, count);
    TensorExpr terms(b, op.buildWeighted(b, op.buildTerms(b)), loc);
    b.replaceOp(op, meanOf(b, terms, scale));
    return success();
  }
};

} // namespace

void mlc::populateLossPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerLoss>(patterns.getContext());
}
