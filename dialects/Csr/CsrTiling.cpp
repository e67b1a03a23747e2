//===- CsrTiling.cpp - How csr products are tiled and fused ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The ops have one loop for each dimension of their results and no reduction
// loop: the sum over non-zeros stays inside a tile. So a tile of the loops and
// the tile of the results that it computes have the same offsets and sizes.

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

static LogicalResult sameTile(ArrayRef<OpFoldResult> offsets,
                              ArrayRef<OpFoldResult> sizes,
                              SmallVectorImpl<OpFoldResult> &otherOffsets,
                              SmallVectorImpl<OpFoldResult> &otherSizes) {
  otherOffsets.assign(offsets.begin(), offsets.end());
  otherSizes.assign(sizes.begin(), sizes.end());
  return success();
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
  return sameTile(offsets, sizes, resultOffsets, resultSizes);
}

LogicalResult MatmulOp::getIterationDomainTileFromResultTile(
    OpBuilder &b, unsigned result, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVectorImpl<OpFoldResult> &loopOffsets,
    SmallVectorImpl<OpFoldResult> &loopSizes) {
  return sameTile(offsets, sizes, loopOffsets, loopSizes);
}

FailureOr<TilingResult>
MatmulOp::generateResultTileValue(OpBuilder &b, unsigned,
                                  ArrayRef<OpFoldResult> offsets,
                                  ArrayRef<OpFoldResult> sizes) {
  return getTiledImplementation(b, offsets, sizes);
}

//===----------------------------------------------------------------------===//
// QuantizedMatmulOp: the same
//===----------------------------------------------------------------------===//

SmallVector<utils::IteratorType> QuantizedMatmulOp::getLoopIteratorTypes() {
  return {utils::IteratorType::parallel, utils::IteratorType::parallel};
}

SmallVector<Range> QuantizedMatmulOp::getIterationDomain(OpBuilder &b) {
  return domainOf(b, getInit());
}

FailureOr<TilingResult>
QuantizedMatmulOp::getTiledImplementation(OpBuilder &b,
                                          ArrayRef<OpFoldResult> offsets,
                                          ArrayRef<OpFoldResult> sizes) {
  Value first = getFirst();
  if (getConstantIntValue(offsets[1]) != 0)
    first = arith::AddIOp::create(
        b, getLoc(), first,
        getValueOrCreateConstantIndexOp(b, getLoc(), offsets[1]));
  return tiled(b, *this,
               {slice(b, getRows(), offsets[0], sizes[0]), getIndptr(),
                getIndices(), getValues(), getOnes(), getRecords(), first,
                slice(b, getInit(), offsets, sizes)});
}

LogicalResult QuantizedMatmulOp::getResultTilePosition(
    OpBuilder &, unsigned, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {
  return sameTile(offsets, sizes, resultOffsets, resultSizes);
}

LogicalResult QuantizedMatmulOp::getIterationDomainTileFromResultTile(
    OpBuilder &, unsigned, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVectorImpl<OpFoldResult> &loopOffsets,
    SmallVectorImpl<OpFoldResult> &loopSizes) {
  return sameTile(offsets, sizes, loopOffsets, loopSizes);
}

FailureOr<TilingResult>
QuantizedMatmulOp::generateResultTileValue(OpBuilder &b, unsigned,
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
  return sameTile(offsets, sizes, resultOffsets, resultSizes);
}

LogicalResult MatmulTransposedOp::getIterationDomainTileFromResultTile(
    OpBuilder &, unsigned, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVectorImpl<OpFoldResult> &loopOffsets,
    SmallVectorImpl<OpFoldResult> &loopSizes) {
  return sameTile(offsets, sizes, loopOffsets, loopSizes);
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
  if (getConstantIntValue(offsets[0]) != 0)
    operands[getFirstMutable().getOperandNumber()] = arith::AddIOp::create(
        b, loc, getFirst(),
        getValueOrCreateConstantIndexOp(b, loc, offsets[0]));
  operands[getCountMutable().getOperandNumber()] =
      getValueOrCreateConstantIndexOp(b, loc, sizes[0]);
  const auto products = MutableArrayRef(operands).slice(
      getProducts().getBeginOperandIndex(), getProducts().size());
  for (Value &product : products)
    product = slice(b, product, {zero, offsets[1]}, {OpFoldResult(), sizes[1]});
  // Inputs and outputs come after the products.
  for (Value &operand : llvm::make_range(products.end(), operands.end()))
    operand = slice(b, operand, offsets, sizes);
  return tiled(b, *this, operands);
}

LogicalResult UpdateRowsOp::getResultTilePosition(
    OpBuilder &, unsigned, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {
  return sameTile(offsets, sizes, resultOffsets, resultSizes);
}

LogicalResult UpdateRowsOp::getIterationDomainTileFromResultTile(
    OpBuilder &, unsigned, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVectorImpl<OpFoldResult> &loopOffsets,
    SmallVectorImpl<OpFoldResult> &loopSizes) {
  return sameTile(offsets, sizes, loopOffsets, loopSizes);
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
