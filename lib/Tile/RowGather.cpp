//===- RowGather.cpp - Rows of a batch, copied in vectors -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowGather.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlc;

static tensor::ExtractOp gatheredBy(linalg::GenericOp op) {
  return op.getBlock()
      ->getTerminator()
      ->getOperand(0)
      .getDefiningOp<tensor::ExtractOp>();
}

/// Whether an index grows with the columns: it is the column, or the column
/// after a number that is the same for all.
static bool isColumn(Value index) {
  auto isLoopColumn = [](Value value) {
    auto column = value.getDefiningOp<linalg::IndexOp>();
    return column && column.getDim() == 1;
  };
  if (isLoopColumn(index))
    return true;
  auto apply = index.getDefiningOp<affine::AffineApplyOp>();
  if (!apply || llvm::count_if(apply.getOperands(), isLoopColumn) != 1)
    return false;
  MLIRContext *context = apply.getContext();
  AffineMap map = apply.getAffineMap();
  const unsigned place = llvm::find_if(apply.getOperands(), isLoopColumn) -
                         apply.getOperands().begin();
  const AffineExpr column =
      place < map.getNumDims()
          ? getAffineDimExpr(place, context)
          : getAffineSymbolExpr(place - map.getNumDims(), context);
  const AffineExpr rest = simplifyAffineExpr(
      map.getResult(0) - column, map.getNumDims(), map.getNumSymbols());
  return !(place < map.getNumDims()
               ? rest.isFunctionOfDim(place)
               : rest.isFunctionOfSymbol(place - map.getNumDims()));
}

bool mlc::yieldsElement(linalg::GenericOp op) {
  return static_cast<bool>(gatheredBy(op));
}

bool mlc::isRowGather(Operation *op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || generic.getNumLoops() != 2 || generic.getNumDpsInits() != 1 ||
      generic.getNumParallelLoops() != 2)
    return false;
  tensor::ExtractOp extract = gatheredBy(generic);
  if (!extract || extract.getIndices().size() != 2 ||
      !isColumn(extract.getIndices()[1]))
    return false;
  // The row follows from what is the same for all columns.
  auto row = extract.getIndices()[0].getDefiningOp<arith::IndexCastOp>();
  auto number = row ? dyn_cast<BlockArgument>(row.getIn()) : BlockArgument();
  return number && number.getOwner() == generic.getBlock() &&
         !generic.getMatchingIndexingMap(generic.getMatchingOpOperand(number))
              .isFunctionOfDim(1);
}

LogicalResult mlc::vectorizeRowGather(RewriterBase &b, linalg::GenericOp op,
                                      VectorTile tile) {
  Value init = op.getDpsInits()[0];
  if (tile.rows != 1)
    return failure();
  Location loc = op.getLoc();
  b.setInsertionPoint(op);
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  // The body's arithmetic, for the tile's first element.
  IRMapping first;
  for (OpOperand &operand : op->getOpOperands()) {
    const SmallVector<Value> origin(
        op.getMatchingIndexingMap(&operand).getNumResults(), zero);
    if (!op.isDpsInit(&operand))
      first.map(
          op.getMatchingBlockArgument(&operand),
          tensor::ExtractOp::create(b, loc, operand.get(), origin).getResult());
  }
  tensor::ExtractOp extract = gatheredBy(op);
  for (Operation &inner : op.getBlock()->without_terminator()) {
    if (isa<linalg::IndexOp>(inner))
      first.map(inner.getResult(0), zero);
    else if (&inner != extract)
      b.clone(inner, first);
  }
  SmallVector<Value> place;
  for (Value index : extract.getIndices())
    place.push_back(first.lookupOrDefault(index));

  auto element = cast<RankedTensorType>(init.getType()).getElementType();
  auto type = VectorType::get({1, tile.width}, element);
  auto map = AffineMapAttr::get(b.getMultiDimIdentityMap(2));
  Value mask;
  if (tile.isMasked) {
    Value one = arith::ConstantIndexOp::create(b, loc, 1);
    Value columns = b.createOrFold<tensor::DimOp>(loc, init, 1);
    mask = vector::CreateMaskOp::create(
        b, loc, VectorType::get({1, tile.width}, b.getI1Type()),
        ValueRange{one, columns});
  }
  Value padding = arith::ConstantOp::create(
      b, loc, cast<TypedAttr>(b.getZeroAttr(element)));
  Value row = vector::TransferReadOp::create(b, loc, type, extract.getTensor(),
                                             place, map, padding, mask,
                                             b.getBoolArrayAttr({true, true}));
  b.replaceOpWithNewOp<vector::TransferWriteOp>(
      op, row, init, ValueRange{zero, zero}, map, mask,
      b.getBoolArrayAttr({true, true}));
  return success();
}
