//===- QuantizedProducts.cpp - Dense rows by quantised weights ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A product that reads whole numbers is a sum like others: its body widens each
// one to f32, in registers once it is vectorised. The scales of columns are
// left out of the sum: its result, or what is multiplied by the transposed
// weight, is multiplied by them.

#include "Loops.h"
#include "Records.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

Value mlc::timesColumns(OpBuilder &b, Location loc, Value x, Value factors) {
  const LoopMaps maps(b.getContext());
  const AffineMap shared =
      AffineMap::get(2, 0, {b.getAffineConstantExpr(0), b.getAffineDimExpr(1)},
                     b.getContext());
  Value init =
      emptyTensor(b, loc, tensor::getMixedSizes(b, loc, x), b.getF32Type());
  return loops(
      b, loc, {x, factors}, init, {maps.both, shared, maps.both},
      {kParallel, kParallel}, [&](OpBuilder &body, ValueRange args) {
        return arith::MulFOp::create(body, loc, args[0], args[1]).getResult();
      });
}

/// The numbers without what fills their records up: [in, out].
static Value numbersOf(OpBuilder &b, Location loc,
                       const NumbersMatrix &weight) {
  auto type = cast<RankedTensorType>(weight.numbers.getType());
  const int64_t columns =
      cast<RankedTensorType>(weight.scales.getType()).getDimSize(1);
  if (type.getDimSize(1) == columns)
    return weight.numbers;
  const auto sizesOf = [&](int64_t first, int64_t second) {
    return SmallVector<OpFoldResult>{b.getIndexAttr(first),
                                     b.getIndexAttr(second)};
  };
  return tensor::ExtractSliceOp::create(b, loc, weight.numbers, sizesOf(0, 0),
                                        sizesOf(type.getDimSize(0), columns),
                                        sizesOf(1, 1));
}

/// The sums of products of `rows` [m, k] and `numbers`, [k, n] or, transposed,
/// [n, k]: [m, n].
static Value sumProducts(OpBuilder &b, Location loc, Value rows, Value numbers,
                         bool transpose) {
  AffineExpr m, n, k;
  bindDims(b.getContext(), m, n, k);
  auto map = [&](AffineExpr row, AffineExpr column) {
    return AffineMap::get(3, 0, {row, column}, b.getContext());
  };
  const auto type = cast<RankedTensorType>(numbers.getType());
  Value init =
      filledTensor(b, loc,
                   {tensor::getMixedSize(b, loc, rows, 0),
                    b.getIndexAttr(type.getDimSize(transpose ? 0 : 1))},
                   0.0f);
  return loops(b, loc, {rows, numbers}, init,
               {map(m, k), transpose ? map(n, k) : map(k, n), map(m, n)},
               {kParallel, kParallel, kReduction},
               [&](OpBuilder &body, ValueRange args) -> Value {
                 Value number = arith::SIToFPOp::create(
                     body, loc, body.getF32Type(), args[1]);
                 Value product =
                     arith::MulFOp::create(body, loc, args[0], number);
                 return arith::AddFOp::create(body, loc, args[2], product);
               });
}

static void lower(IRRewriter &b, LinearOp op, const NumbersMatrix &weight) {
  b.setInsertionPoint(op);
  Location loc = op.getLoc();
  Value rows = asRows(b, loc, op.getInput());
  Value y = timesColumns(
      b, loc, sumProducts(b, loc, rows, numbersOf(b, loc, weight), false),
      weight.scales);
  if (op.getBias()) {
    const LoopMaps maps(b.getContext());
    Value init =
        emptyTensor(b, loc, tensor::getMixedSizes(b, loc, y), b.getF32Type());
    y = loops(b, loc, {y, op.getBias()}, init,
              {maps.both, maps.columns, maps.both}, {kParallel, kParallel},
              [&](OpBuilder &body, ValueRange args) -> Value {
                return arith::AddFOp::create(body, loc, args[0], args[1]);
              });
  }
  b.replaceOp(op, fromRows(b, loc, y, op.getInput()));
}

/// dy W^T.
static void lower(IRRewriter &b, graph::MatmulOp op,
                  const NumbersMatrix &weight) {
  b.setInsertionPoint(op);
  Location loc = op.getLoc();
  Value rows = timesColumns(b, loc, asRows(b, loc, op.getLhs()), weight.scales);
  Value y = sumProducts(b, loc, rows, numbersOf(b, loc, weight), true);
  b.replaceOp(op, fromRows(b, loc, y, op.getLhs()));
}

void mlc::lowerQuantizedProducts(func::FuncOp step,
                                 const StepRecords &records) {
  SmallVector<std::pair<Operation *, NumbersMatrix>> products;
  step.walk([&](Operation *op) {
    for (Value operand : op->getOperands())
      if (const auto weight = records.matrixOf(operand))
        products.push_back({op, *weight});
  });
  IRRewriter b(step.getContext());
  for (auto &[op, weight] : products) {
    if (auto linear = dyn_cast<LinearOp>(op))
      lower(b, linear, weight);
    else
      lower(b, cast<graph::MatmulOp>(op), weight);
  }
}
