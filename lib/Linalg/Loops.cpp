//===- Loops.cpp - Builders of loops on tensors ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Loops.h"

#include <limits>

using namespace mlir;
using namespace mlc;

Value mlc::emptyTensor(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> sizes,
                       Type element) {
  return tensor::EmptyOp::create(b, loc, sizes, element);
}

Value mlc::filledTensor(OpBuilder &b, Location loc,
                        ArrayRef<OpFoldResult> sizes, float number) {
  Value init = emptyTensor(b, loc, sizes, b.getF32Type());
  Value scalar = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(number));
  return linalg::FillOp::create(b, loc, scalar, init).getResult(0);
}

Value mlc::loops(OpBuilder &b, Location loc, ValueRange inputs, Value init,
                 ArrayRef<AffineMap> maps,
                 ArrayRef<utils::IteratorType> iterators, LoopBody body) {
  return linalg::GenericOp::create(
             b, loc, init.getType(), inputs, init, maps, iterators,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               linalg::YieldOp::create(b, loc, body(b, args));
             })
      .getResult(0);
}

bool mlc::isPointwise(linalg::GenericOp op) {
  return op.getNumParallelLoops() == op.getNumLoops() &&
         llvm::all_of(op.getDpsInitsMutable(), [&](OpOperand &init) {
           return op.getMatchingIndexingMap(&init).isIdentity();
         });
}

/// Of loops over all dimensions of `x`: the row that an element is in.
static AffineMap rowOf(Value x) {
  const int64_t rank = cast<RankedTensorType>(x.getType()).getRank();
  return AffineMap::getMultiDimIdentityMap(rank, x.getContext())
      .dropResult(rank - 1);
}

template <typename CombineOp>
static Value reduceRows(OpBuilder &b, Value x, float start) {
  Location loc = x.getLoc();
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, x);
  sizes.pop_back();
  Value init = filledTensor(b, loc, sizes, start);
  AffineMap row = rowOf(x), all = b.getMultiDimIdentityMap(row.getNumDims());
  SmallVector<utils::IteratorType> iterators(row.getNumDims(), kParallel);
  iterators.back() = kReduction;
  return loops(b, loc, x, init, {all, row}, iterators,
               [&](OpBuilder &b, ValueRange args) -> Value {
                 return CombineOp::create(b, loc, args[1], args[0]);
               });
}

Value mlc::sumRows(OpBuilder &b, Value x) {
  return reduceRows<arith::AddFOp>(b, x, 0.0f);
}

Value mlc::maxRows(OpBuilder &b, Value x) {
  return reduceRows<arith::MaximumFOp>(b, x,
                                       -std::numeric_limits<float>::infinity());
}

Value mlc::spreadRows(OpBuilder &b, Value perRow, Value like) {
  Location loc = perRow.getLoc();
  Value init =
      emptyTensor(b, loc, tensor::getMixedSizes(b, loc, like), b.getF32Type());
  AffineMap row = rowOf(like), all = b.getMultiDimIdentityMap(row.getNumDims());
  SmallVector<utils::IteratorType> iterators(row.getNumDims(), kParallel);
  return loops(b, loc, perRow, init, {row, all}, iterators,
               [](OpBuilder &, ValueRange args) { return args[0]; });
}
