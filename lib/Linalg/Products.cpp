//===- Products.cpp - Products of dense matrices --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinearInit.h"
#include "Loops.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

Value product(OpBuilder &b, Location loc, Value lhs, bool transposeLhs,
              Value rhs, bool transposeRhs, Value init) {
  MLIRContext *context = b.getContext();
  AffineExpr m, n, k;
  bindDims(context, m, n, k);
  auto map = [&](AffineExpr row, AffineExpr column) {
    return AffineMapAttr::get(AffineMap::get(3, 0, {row, column}, context));
  };
  auto matmul = linalg::MatmulOp::create(b, loc, init.getType(),
                                         ValueRange{lhs, rhs}, init);
  matmul.setIndexingMapsAttr(
      b.getArrayAttr({transposeLhs ? map(k, m) : map(m, k),
                      transposeRhs ? map(n, k) : map(k, n), map(m, n)}));
  return matmul.getResult(0);
}

struct LowerLinear : OpRewritePattern<LinearOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(LinearOp op,
                                PatternRewriter &b) const override {
    OpFoldResult rows = tensor::getMixedSize(b, op.getLoc(), op.getInput(), 0);
    b.replaceOp(op, product(b, op.getLoc(), op.getInput(), false,
                            op.getWeight(), false, linearInit(b, op, rows)));
    return success();
  }
};

struct LowerMatmul : OpRewritePattern<graph::MatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::MatmulOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    const bool left = op.getTransposeLhs(), right = op.getTransposeRhs();
    Value init =
        filledTensor(b, loc,
                     {tensor::getMixedSize(b, loc, op.getLhs(), left ? 1 : 0),
                      tensor::getMixedSize(b, loc, op.getRhs(), right ? 0 : 1)},
                     0.0f);
    b.replaceOp(op,
                product(b, loc, op.getLhs(), left, op.getRhs(), right, init));
    return success();
  }
};

} // namespace

Value mlc::linearInit(OpBuilder &b, LinearOp op, OpFoldResult rows) {
  Location loc = op.getLoc();
  SmallVector<OpFoldResult> sizes{rows,
                                  b.getIndexAttr(op.getType().getDimSize(1))};
  if (!op.getBias())
    return filledTensor(b, loc, sizes, 0.0f);
  LoopMaps maps(b.getContext());
  return loops(b, loc, op.getBias(), emptyTensor(b, loc, sizes, b.getF32Type()),
               {maps.columns, maps.both}, {kParallel, kParallel},
               [](OpBuilder &, ValueRange args) { return args[0]; });
}

void mlc::populateProductPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerLinear, LowerMatmul>(patterns.getContext());
}
