//===- CsrTiling.cpp - How csr products are tiled and fused ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What all ops have in common is said by their base class, Csr_TiledOp.

#include "dialects/Csr/Csr.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlc::csr;

/// A part of `source`; all of a dimension where its entry in `sizes` is empty.
static Value slice(OpBuilder &b, Value source, ArrayRef<OpFoldResult> offsets,
                   ArrayRef<OpFoldResult> sizes) {
  SmallVector<OpFoldResult> strides(offsets.size(), b.getIndexAttr(1));
  SmallVector<OpFoldResult> allSizes;
  for (auto [dim, size] : llvm::enumerate(sizes))
    allSizes.push_back(
        size ? size : tensor::getMixedSize(b, source.getLoc(), source, dim));
  return tensor::ExtractSliceOp::create(b, source.getLoc(), source, offsets,
                                        allSizes, strides);
}

/// The op on `operands`, whose last are its destinations.
static FailureOr<TilingResult> tiled(OpBuilder &b, Operation *op,
                                     ArrayRef<Value> operands) {
  auto types = llvm::map_to_vector(operands.take_back(op->getNumResults()),
                                   [](Value value) { return value.getType(); });
  Operation *tile = mlir::clone(b, op, types, operands);
  SmallVector<Operation *> slices;
  for (Value operand : operands)
    if (auto sliceOp = operand.getDefiningOp<tensor::ExtractSliceOp>())
      slices.push_back(sliceOp);
  return TilingResult{{tile}, SmallVector<Value>(tile->getResults()), slices};
}

static OpFoldResult plusOne(OpBuilder &b, Location loc, OpFoldResult size) {
  if (std::optional<int64_t> constant = getConstantIntValue(size))
    return b.getIndexAttr(*constant + 1);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  return arith::AddIOp::create(b, loc, cast<Value>(size), one).getResult();
}

static Value sumOf(OpBuilder &b, Location loc, Value x, OpFoldResult y) {
  if (getConstantIntValue(y) == 0)
    return x;
  return arith::AddIOp::create(b, loc, x,
                               getValueOrCreateConstantIndexOp(b, loc, y));
}

//===----------------------------------------------------------------------===//
// MatmulOp: (i, j) over the batch's rows and the weight's columns
//===----------------------------------------------------------------------===//

FailureOr<TilingResult>
MatmulOp::getTiledImplementation(OpBuilder &b, ArrayRef<OpFoldResult> offsets,
                                 ArrayRef<OpFoldResult> sizes) {
  OpFoldResult zero = b.getIndexAttr(0);
  return tiled(
      b, *this,
      {slice(b, getRows(), offsets[0], sizes[0]), getIndptr(), getIndices(),
       getValues(), getOnes(),
       slice(b, getWeight(), {zero, offsets[1]}, {OpFoldResult(), sizes[1]}),
       slice(b, getInit(), offsets, sizes)});
}

//===----------------------------------------------------------------------===//
// QuantizedMatmulOp: the same
//===----------------------------------------------------------------------===//

FailureOr<TilingResult>
QuantizedMatmulOp::getTiledImplementation(OpBuilder &b,
                                          ArrayRef<OpFoldResult> offsets,
                                          ArrayRef<OpFoldResult> sizes) {
  return tiled(b, *this,
               {slice(b, getRows(), offsets[0], sizes[0]), getIndptr(),
                getIndices(), getValues(), getOnes(), getRecords(),
                sumOf(b, getLoc(), getFirst(), offsets[1]),
                slice(b, getInit(), offsets, sizes)});
}

//===----------------------------------------------------------------------===//
// IntegerMatmulOp: the same
//===----------------------------------------------------------------------===//

FailureOr<TilingResult>
IntegerMatmulOp::getTiledImplementation(OpBuilder &b,
                                        ArrayRef<OpFoldResult> offsets,
                                        ArrayRef<OpFoldResult> sizes) {
  OpFoldResult zero = b.getIndexAttr(0);
  return tiled(
      b, *this,
      {slice(b, getRows(), offsets[0], sizes[0]), getIndptr(), getIndices(),
       getValues(), getOnes(), getRecords(),
       sumOf(b, getLoc(), getFirst(), offsets[1]),
       slice(b, getScales(), {zero, offsets[1]}, {OpFoldResult(), sizes[1]}),
       slice(b, getInit(), offsets, sizes)});
}

//===----------------------------------------------------------------------===//
// MatmulTransposedOp: (k, j) over the data's and the right side's columns
//===----------------------------------------------------------------------===//

FailureOr<TilingResult>
MatmulTransposedOp::getTiledImplementation(OpBuilder &b,
                                           ArrayRef<OpFoldResult> offsets,
                                           ArrayRef<OpFoldResult> sizes) {
  OpFoldResult zero = b.getIndexAttr(0);
  Value masks = getMasks(); // of no columns where there are none
  if (getMasks().getType().getDimSize(1) != 0)
    masks = slice(b, masks, {offsets[0], zero}, {sizes[0], OpFoldResult()});
  return tiled(
      b, *this,
      {getOnes(),
       slice(b, getStarts(), offsets[0], plusOne(b, getLoc(), sizes[0])),
       getExamples(), getEntries(), masks,
       slice(b, getRhs(), {zero, offsets[1]}, {OpFoldResult(), sizes[1]}),
       slice(b, getInit(), offsets, sizes)});
}

//===----------------------------------------------------------------------===//
// UpdateRowsOp: (k, j) over the rows and columns of what is updated
//===----------------------------------------------------------------------===//

FailureOr<TilingResult>
UpdateRowsOp::getTiledImplementation(OpBuilder &b,
                                     ArrayRef<OpFoldResult> offsets,
                                     ArrayRef<OpFoldResult> sizes) {
  Location loc = getLoc();
  OpFoldResult zero = b.getIndexAttr(0);
  SmallVector<Value> operands(getOperands());
  if (!getSums()) { // whose one row is of all columns of the data
    operands[getFirstMutable().getOperandNumber()] =
        sumOf(b, loc, getFirst(), offsets[0]);
    operands[getCountMutable().getOperandNumber()] =
        getValueOrCreateConstantIndexOp(b, loc, sizes[0]);
  }
  const auto products = MutableArrayRef(operands).slice(
      getProducts().getBeginOperandIndex(), getProducts().size());
  for (Value &product : products)
    product = slice(b, product, {zero, offsets[1]}, {OpFoldResult(), sizes[1]});
  // Inputs and outputs come after the products.
  for (Value &operand : llvm::make_range(products.end(), operands.end()))
    operand = slice(b, operand, offsets, sizes);
  return tiled(b, *this, operands);
}
