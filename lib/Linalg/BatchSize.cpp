//===- BatchSize.cpp - Sizes that follow from the batch -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BatchSize.h"
#include "dialects/Graph/Graph.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

using namespace mlir;

void mlc::dropSizes(func::FuncOp step) {
  graph::SizesAttr sizes;
  auto drop = [&](Value value) {
    graph::SizesAttr found = graph::sizesAttrOf(value.getType());
    if (!found)
      return;
    sizes = found;
    auto type = cast<RankedTensorType>(value.getType());
    value.setType(
        RankedTensorType::get(type.getShape(), type.getElementType()));
  };
  llvm::for_each(step.getArguments(), drop);
  step.walk([&](Operation *op) { llvm::for_each(op->getResults(), drop); });
  if (!sizes)
    return;
  Builder b(step.getContext());
  steps::addArgument(step, b.getIndexType(), steps::kLength);
  step->setAttr(steps::kMostLength, b.getI64IntegerAttr(sizes.getMost()));
  step.setType(b.getFunctionType(
      step.getBody().getArgumentTypes(),
      step.getBody().front().getTerminator()->getOperandTypes()));
}

/// The size of dimension `dim` of `tensor`, from `batch` and `length` and not
/// from the ops that compute elements.
static OpFoldResult sizeOf(OpBuilder &b, Value tensor, int64_t dim, Value batch,
                           Value length) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(dim))
    return b.getIndexAttr(type.getDimSize(dim));
  if (auto collapse = tensor.getDefiningOp<tensor::CollapseShapeOp>()) {
    OpFoldResult size = b.getIndexAttr(1);
    AffineExpr x = b.getAffineSymbolExpr(0), y = b.getAffineSymbolExpr(1);
    const ReassociationIndices group = collapse.getReassociationIndices()[dim];
    for (int64_t inner : group)
      size = affine::makeComposedFoldedAffineApply(
          b, tensor.getLoc(), x * y,
          {size, sizeOf(b, collapse.getSrc(), inner, batch, length)});
    return size;
  }
  if (auto expand = tensor.getDefiningOp<tensor::ExpandShapeOp>())
    return expand.getMixedOutputShape()[dim];
  if (auto empty = tensor.getDefiningOp<tensor::EmptyOp>())
    return empty.getMixedSizes()[dim];
  if (auto dps = tensor.getDefiningOp<DestinationStyleOpInterface>())
    return sizeOf(b, dps.getTiedOpOperand(cast<OpResult>(tensor))->get(), dim,
                  batch, length);
  return dim == 1 && length ? length : batch;
}

void mlc::unifyBatchSize(func::FuncOp step) {
  BlockArgument rows = steps::findArgument(step, steps::kRows);
  // Once results have their buffers, loops may have been split: then first
  // sizes may be those of shards.
  if (!rows || !isa<RankedTensorType>(rows.getType()))
    return;
  OpBuilder b(step.getBody());
  Value count = b.createOrFold<tensor::DimOp>(rows.getLoc(), rows, 0);
  Value length = steps::findArgument(step, steps::kLength);
  // In order, so that sizes which others ask for are known before.
  step.walk([&](tensor::DimOp dim) {
    std::optional<int64_t> index = dim.getConstantIndex();
    if (dim.getResult() == count || !index)
      return;
    b.setInsertionPoint(dim);
    OpFoldResult size = sizeOf(b, dim.getSource(), *index, count, length);
    dim.replaceAllUsesWith(
        getValueOrCreateConstantIndexOp(b, dim.getLoc(), size));
    dim.erase();
  });
}
