//===- VectorTile.cpp - Tiles that become vector code ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorTile.h"
#include "VectorBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlc;

constexpr StringLiteral kTileAttribute = "mlc.vector";

void VectorTile::setOn(Operation *op) const {
  op->setAttr(kTileAttribute,
              DenseI64ArrayAttr::get(op->getContext(),
                                     {rows, width, int64_t(isMasked)}));
}

std::optional<VectorTile> VectorTile::of(Operation *op) {
  auto attribute = op->getAttrOfType<DenseI64ArrayAttr>(kTileAttribute);
  if (!attribute || attribute.size() != 3)
    return std::nullopt;
  return VectorTile{attribute[0], attribute[1], attribute[2] != 0};
}

void VectorTile::clear(Operation *op) { op->removeAttr(kTileAttribute); }

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
      if (!getElementTypeOrSelf(input->get()).isF32() || !isLast(map, loop))
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
