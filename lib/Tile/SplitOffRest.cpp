//===- SplitOffRest.cpp - Whole tiles apart from what is left -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitOffRest.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

scf::ForOp mlc::splitOffRest(RewriterBase &b, scf::ForOp loop, int64_t size) {
  std::optional<int64_t> upper = getConstantIntValue(loop.getUpperBound());
  if (size == 1 || (upper && *upper % size == 0))
    return {};
  b.setInsertionPoint(loop);
  Location loc = loop.getLoc();
  OpFoldResult whole = affine::makeComposedFoldedAffineApply(
      b, loc, b.getAffineSymbolExpr(0).floorDiv(size) * size,
      {getAsOpFoldResult(loop.getUpperBound())});
  Value end = getValueOrCreateConstantIndexOp(b, loc, whole);
  b.setInsertionPointAfter(loop);
  auto rest = cast<scf::ForOp>(b.clone(*loop));
  rest.setLowerBound(end);
  for (auto [old, replacement] :
       llvm::zip_equal(loop.getResults(), rest.getResults()))
    b.replaceAllUsesExcept(old, replacement, rest);
  rest.getInitArgsMutable().assign(loop.getResults());
  b.modifyOpInPlace(loop, [&] { loop.setUpperBound(end); });

  // No tile is cut any more at the end of the first loop.
  SmallVector<affine::AffineMinOp> cuts;
  loop.walk([&](affine::AffineMinOp op) {
    if (llvm::is_contained(op.getOperands(), loop.getInductionVar()) &&
        llvm::is_contained(op.getMap().getResults(),
                           b.getAffineConstantExpr(size)))
      cuts.push_back(op);
  });
  for (affine::AffineMinOp cut : cuts) {
    b.setInsertionPoint(cut);
    b.replaceOpWithNewOp<arith::ConstantIndexOp>(cut, size);
  }
  return rest;
}
