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
  AffineMapAttr lhsMap = transposeLhs ? map(k, m) : map(m, k),
                rhsMap = transposeRhs ? map(n, k) : map(k, n);
  // Of a row, a column or an outer product, unit dimensions will be folded.
  auto sizes = cast<RankedTensorType>(lhs.getType()).getShape();
  if (llvm::is_contained(sizes, 1) ||
      llvm::is_contained(cast<RankedTensorType>(init.getType()).getShape(), 1))
    return loops(b, loc, {lhs, rhs}, init,
                 {lhsMap.getValue(), rhsMap.getValue(),
                  AffineMap::get(3, 0, {m, n}, context)},
                 {kParallel, kParallel, kReduction},
                 [&](OpBuilder &body, ValueRange args) -> Value {
                   Value product =
                       arith::MulFOp::create(body, loc, args[0], args[1]);
                   return arith::AddFOp::create(body, loc, args[2], product);
                 });
  auto matmul = linalg::MatmulOp::create(b, loc, init.getType(),
                                         ValueRange{lhs, rhs}, init);
  matmul.setIndexingMapsAttr(b.getArrayAttr({lhsMap, rhsMap, map(m, n)}));
  return matmul.getResult(0);
}

struct LowerLinear : OpRewritePattern<LinearOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(LinearOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value input = asRows(b, loc, op.getInput());
    OpFoldResult rows = tensor::getMixedSize(b, loc, input, 0);
    Value y = product(b, loc, input, false, op.getWeight(), false,
                      linearInit(b, op, rows));
    b.replaceOp(op, fromRows(b, loc, y, op.getInput()));
    return success();
  }
};

/// Of one column and one row, every element is one product.
Value outerProduct(OpBuilder &b, Location loc, Value lhs, bool left, Value rhs,
                   bool right) {
  AffineExpr row, column, zero = b.getAffineConstantExpr(0);
  bindDims(b.getContext(), row, column);
  auto map = [&](AffineExpr first, AffineExpr second) {
    return AffineMap::get(2, 0, {first, second}, b.getContext());
  };
  Value empty = emptyTensor(b, loc,
                            {tensor::getMixedSize(b, loc, lhs, left ? 1 : 0),
                             tensor::getMixedSize(b, loc, rhs, right ? 0 : 1)},
                            b.getF32Type());
  return loops(
      b, loc, {lhs, rhs}, empty,
      {left ? map(zero, row) : map(row, zero),
       right ? map(column, zero) : map(zero, column), map(row, column)},
      {kParallel, kParallel}, [&](OpBuilder &body, ValueRange args) -> Value {
        return arith::MulFOp::create(body, loc, args[0], args[1]);
      });
}

struct LowerMatmul : OpRewritePattern<graph::MatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::MatmulOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    const bool left = op.getTransposeLhs(), right = op.getTransposeRhs();
    Value lhs = asRows(b, loc, op.getLhs()), rhs = asRows(b, loc, op.getRhs());
    auto type = cast<RankedTensorType>(lhs.getType());
    Value y;
    if (type.getDimSize(left ? 0 : 1) == 1) {
      y = outerProduct(b, loc, lhs, left, rhs, right);
    } else {
      Value init =
          filledTensor(b, loc,
                       {tensor::getMixedSize(b, loc, lhs, left ? 1 : 0),
                        tensor::getMixedSize(b, loc, rhs, right ? 0 : 1)},
                       0.0f);
      y = product(b, loc, lhs, left, rhs, right, init);
    }
    b.replaceOp(op, left ? y : fromRows(b, loc, y, op.getLhs()));
    return success();
  }
};

} // namespace

Value mlc::linearInit(OpBuilder &b, LinearOp op, OpFoldResult rows) {
  Location loc = op.getLoc();
  SmallVector<OpFoldResult> sizes{
      rows, b.getIndexAttr(op.getType().getShape().back())};
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
