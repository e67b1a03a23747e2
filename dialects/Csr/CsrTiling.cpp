//===- CsrTiling.cpp - How csr products are tiled and fused ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Both products have one loop for each dimension of their result and no
// reduction loop: the sum over non-zeros stays inside a tile.

#include "dialects/Csr/Csr.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlc::csr;

static SmallVector<Range> domainOf(OpBuilder &b, Value init) {
  SmallVector<Range> domain;
  for (int64_t dim : {0, 1})
    domain.push_back({b.getIndexAttr(0),
                      tensor::getMixedSize(b, init.getLoc(), init, dim),
                      b.getIndexAttr(1)});
  return domain;
}

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

/// The op on `operands`, whose last is its destination.
static FailureOr<TilingResult> tiled(OpBuilder &b, Operation *op,
                                     SmallVector<Value> operands) {
  Operation *tile =
      mlir::clone(b, op, TypeRange{operands.back().getType()}, operands);
  SmallVector<Operation *> slices;
  for (Value operand : operands)
    if (auto sliceOp = operand.getDefiningOp<tensor::ExtractSliceOp>())
      slices.push_back(sliceOp);
  return TilingResult{{tile}, {tile->getResult(0)}, slices};
}

static OpFoldResult plusOne(OpBuilder &b, Location loc, OpFoldResult size) {
  if (std::optional<int64_t> constant = getConstantIntValue(size))
    return b.getIndexAttr(*constant + 1);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  return arith::AddIOp::create(b, loc, cast<Value>(size), one).getResult();
}

//===----------------------------------------------------------------------===//
// MatmulOp: (i, j) over the batch's rows and the weight's columns
//===----------------------------------------------------------------------===//

SmallVector<utils::IteratorType> MatmulOp::getLoopIteratorTypes() {
  return {utils::IteratorType::parallel, utils::IteratorType::parallel};
}

SmallVector<Range> MatmulOp::getIterationDomain(OpBuilder &b) {
  return domainOf(b, getInit());
}

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

LogicalResult MatmulOp::getResultTilePosition(
    OpBuilder &, unsigned, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {
  resultOffsets.assign(offsets.begin(), offsets.end());
  resultSizes.assign(sizes.begin(), sizes.end());
  return success();
}

LogicalResult MatmulOp::getIterationDomainTileFromResultTile(
    OpBuilder &b, unsigned result, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVectorImpl<OpFoldResult> &loopOffsets,
    SmallVectorImpl<OpFoldResult> &loopSizes) {
  loopOffsets.assign(offsets.begin(), offsets.end());
  loopSizes.assign(sizes.begin(), sizes.end());
  return success();
}

FailureOr<TilingResult>
MatmulOp::generateResultTileValue(OpBuilder &b, unsigned,
                                  ArrayRef<OpFoldResult> offsets,
                                  ArrayRef<OpFoldResult> sizes) {
  return getTiledImplementation(b, offsets, sizes);
}

//===----------------------------------------------------------------------===//
// MatmulTransposedOp: (k, j) over the data's and the right side's columns
//===----------------------------------------------------------------------===//

SmallVector<utils::IteratorType> MatmulTransposedOp::getLoopIteratorTypes() {
  return {utils::IteratorType::parallel, utils::IteratorType::parallel};
}

SmallVector<Range> MatmulTransposedOp::getIterationDomain(OpBuilder &b) {
  return domainOf(b, getInit());
}

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

LogicalResult MatmulTransposedOp::getResultTilePosition(
    OpBuilder &, unsigned, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {
  resultOffsets.assign(offsets.begin(), offsets.end());
  resultSizes.assign(sizes.begin(), sizes.end());
  return success();
}

LogicalResult MatmulTransposedOp::getIterationDomainTileFromResultTile(
    OpBuilder &, unsigned, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVectorImpl<OpFoldResult> &loopOffsets,
    SmallVectorImpl<OpFoldResult> &loopSizes) {
  loopOffsets.assign(offsets.begin(), offsets.end());
  loopSizes.assign(sizes.begin(), sizes.end());
  return success();
}

FailureOr<TilingResult>
MatmulTransposedOp::generateResultTileValue(OpBuilder &b, unsigned,
                                            ArrayRef<OpFoldResult> offsets,
                                            ArrayRef<OpFoldResult> sizes) {
  return getTiledImplementation(b, offsets, sizes);
}

//===----------------------------------------------------------------------===//
// UpdateRowsOp: (k, j) over the rows and columns of what is updated
//===----------------------------------------------------------------------===//

SmallVector<utils::IteratorType> UpdateRowsOp::getLoopIteratorTypes() {
  return {utils::IteratorType::parallel, utils::IteratorType::parallel};
}

SmallVector<Range> UpdateRowsOp::getIterationDomain(OpBuilder &b) {
  return domainOf(b, getOutputs()[0]);
}

FailureOr<TilingResult>
UpdateRowsOp::getTiledImplementation(OpBuilder &b,
                                     ArrayRef<OpFoldResult> offsets,
                                     ArrayRef<OpFoldResult> sizes) {
  Location loc = getLoc();
  OpFoldResult zero = b.getIndexAttr(0);
  SmallVector<Value> operands(getOperands());
  // Operands: the batch, its capacity, the first row and their number.
  constexpr unsigned kFirst = 6, kCount = 7, kProducts = 8;
  if (getConstantIntValue(offsets[0]) != 0)
    operands[kFirst] = arith::AddIOp::create(
        b, loc, getFirst(),
        getValueOrCreateConstantIndexOp(b, loc, offsets[0]));
  operands[kCount] = getValueOrCreateConstantIndexOp(b, loc, sizes[0]);
  for (unsigned place = kProducts; place < operands.size(); ++place) {
    const bool isProduct = place < kProducts + getProducts().size();
    operands[place] = isProduct ? slice(b, operands[place], {zero, offsets[1]},
                                        {OpFoldResult(), sizes[1]})
                                : slice(b, operands[place], offsets, sizes);
  }
  SmallVector<Type> types =
      llvm::map_to_vector(ArrayRef(operands).take_back(getOutputs().size()),
                          [](Value value) { return value.getType(); });
  Operation *tile = mlir::clone(b, *this, types, operands);
  SmallVector<Operation *> slices;
  for (Value operand : operands)
    if (auto sliceOp = operand.getDefiningOp<tensor::ExtractSliceOp>())
      slices.push_back(sliceOp);
  return TilingResult{{tile}, SmallVector<Value>(tile->getResults()), slices};
}

LogicalResult UpdateRowsOp::getResultTilePosition(
    OpBuilder &, unsigned, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {
  resultOffsets.assign(offsets.begin(), offsets.end());
  resultSizes.assign(sizes.begin(), sizes.end());
  return success();
}

LogicalResult UpdateRowsOp::getIterationDomainTileFromResultTile(
    OpBuilder &, unsigned, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVectorImpl<OpFoldResult> &loopOffsets,
    SmallVectorImpl<OpFoldResult> &loopSizes) {
  loopOffsets.assign(offsets.begin(), offsets.end());
  loopSizes.assign(sizes.begin(), sizes.end());
  return success();
}

FailureOr<TilingResult>
UpdateRowsOp::generateResultTileValue(OpBuilder &b, unsigned result,
                                      ArrayRef<OpFoldResult> offsets,
                                      ArrayRef<OpFoldResult> sizes) {
  FailureOr<TilingResult> tile = getTiledImplementation(b, offsets, sizes);
  if (failed(tile))
    return failure();
  return TilingResult{
      tile->tiledOps, {tile->tiledValues[result]}, tile->generatedSlices};
}
