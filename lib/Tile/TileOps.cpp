//===- TileOps.cpp - What tiles of vector registers are made of -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TileOps.h"
#include "RowGather.h"
#include "SumLoops.h"
#include "dialects/Csr/Csr.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlc;

SmallVector<int64_t> mlc::loopSizesOf(TilingInterface op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op.getOperation()))
    return linalgOp.getStaticLoopRanges();
  return llvm::to_vector(
      cast<RankedTensorType>(op->getResult(0).getType()).getShape());
}

bool mlc::isSumOfColumns(Operation *op) {
  return sumKindOf(op) == SumKind::OfColumns;
}

bool mlc::isDenseProduct(Operation *op) {
  return isSumOfColumns(op) &&
         cast<linalg::LinalgOp>(op).getNumParallelLoops() == 2;
}

bool mlc::isElementwise(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp || !isa<linalg::GenericOp, linalg::FillOp>(op) ||
      linalgOp.getNumParallelLoops() != linalgOp.getNumLoops() ||
      linalgOp.getNumLoops() == 0 || linalgOp.getNumLoops() > 2)
    return false;
  // In memory a flag is a byte, but a vector of flags is stored as bits.
  if (llvm::any_of(op->getOperandTypes(), [](Type type) {
        return isa<ShapedType>(type) && getElementTypeOrSelf(type).isInteger(1);
      }))
    return false;
  // Reading at computed places is a loop's work, but whole rows are contiguous.
  if (!isRowGather(op) &&
      llvm::any_of(linalgOp.getBlock()->getOperations(), [](Operation &inner) {
        return isa<tensor::ExtractOp>(inner);
      }))
    return false;
  return llvm::all_of(linalgOp.getDpsInitsMutable(), [&](OpOperand &init) {
    return linalgOp.getMatchingIndexingMap(&init).isIdentity();
  });
}

/// Whether `op` alone uses a product that is computed in its registers, or
/// starts one.
static bool joinsProduct(Operation *op) {
  auto isJoined = [](Operation *product) {
    return isCsrProduct(product) || isSumOfColumns(product);
  };
  if (op->hasOneUse() && isJoined(*op->user_begin()))
    return true;
  return llvm::any_of(op->getOperands(), [&](Value operand) {
    Operation *producer = operand.getDefiningOp();
    return producer && isJoined(producer) && producer->hasOneUse();
  });
}

bool mlc::isVectorizable(Operation *op, int64_t shortRow) {
  if (isCsrProduct(op) || isa<csr::UpdateRowsOp>(op) || sumKindOf(op))
    return true;
  if (!isElementwise(op))
    return false;
  const int64_t row = cast<linalg::LinalgOp>(op).getStaticLoopRanges().back();
  return ShapedType::isDynamic(row) || row >= shortRow || joinsProduct(op);
}

bool mlc::needsOneTile(OpOperand &use) {
  auto dps = dyn_cast<DestinationStyleOpInterface>(use.getOwner());
  if (dps && dps.isDpsInit(&use))
    return true;
  auto loop = dyn_cast<linalg::LinalgOp>(use.getOwner());
  return loop && isElementwise(loop) &&
         loop.getMatchingIndexingMap(&use).isIdentity();
}

bool mlc::isCsrProduct(Operation *op) {
  return isa<csr::MatmulOp, csr::QuantizedMatmulOp, csr::IntegerMatmulOp,
             csr::MatmulTransposedOp>(op);
}
