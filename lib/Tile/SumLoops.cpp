//===- SumLoops.cpp - The loops of sums -----------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SumLoops.h"
#include "VectorBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlc;

/// Whether the only dimension of `map` that names `loop` is its last one.
static bool isLast(AffineMap map, unsigned loop) {
  for (auto [place, result] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(result);
    if (!dim || (dim.getPosition() == loop && place + 1 != map.getNumResults()))
      return false;
  }
  return true;
}

/// Whether the body adds to the result, and neither reads memory nor asks for
/// its place.
static bool addsToResult(linalg::LinalgOp op) {
  Block *body = op.getBlock();
  Value sum = op.getRegionOutputArgs()[0];
  if (!sum.hasOneUse())
    return false;
  Operation *combiner = body->getTerminator()->getOperand(0).getDefiningOp();
  if (!combiner || *sum.user_begin() != combiner ||
      !isa<arith::AddFOp, math::FmaOp>(combiner) ||
      (isa<math::FmaOp>(combiner) && combiner->getOperand(2) != sum))
    return false;
  return isElementwiseBody(op);
}

SumLoops::SumLoops(linalg::LinalgOp op) {
  for (auto [loop, kind] : llvm::enumerate(op.getIteratorTypesArray()))
    if (kind == utils::IteratorType::reduction)
      terms = loop;
    else
      results.push_back(loop);
}

std::optional<SumKind> mlc::sumKindOf(Operation *op) {
  auto sum = dyn_cast<linalg::GenericOp>(op);
  if (!sum || sum.getNumReductionLoops() != 1 || sum.getNumDpsInits() != 1 ||
      sum.getNumLoops() > 3 || !addsToResult(sum) ||
      !getElementTypeOrSelf(sum.getResult(0)).isF32())
    return std::nullopt;
  SumLoops loops(sum);
  AffineMap result = sum.getMatchingIndexingMap(sum.getDpsInitOperand(0));
  for (auto [place, expr] : llvm::enumerate(result.getResults()))
    if (expr != getAffineDimExpr(loops.results[place], op->getContext()))
      return std::nullopt;
  auto fits = [&](unsigned loop) {
    bool isNamed = false;
    for (OpOperand *input : sum.getDpsInputOperands()) {
      AffineMap map = sum.getMatchingIndexingMap(input);
      Type element = getElementTypeOrSelf(input->get());
      // Whole numbers are those of a quantised weight.
      if ((!element.isF32() && !element.isInteger(8)) || !isLast(map, loop))
        return false;
      isNamed |= map.isFunctionOfDim(loop);
    }
    return isNamed;
  };
  if (!loops.results.empty() && fits(loops.results.back()))
    return SumKind::OfColumns;
  if (fits(loops.terms))
    return SumKind::OfTerms;
  return std::nullopt;
}
