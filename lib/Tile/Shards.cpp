//===- Shards.cpp - How the program splits its units ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Shards.h"
#include "dialects/Mlc/Mlc.h"
#include "lib/CostModel.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace mlc;

ShardRule ShardRule::of(Operation *op) {
  auto function = dyn_cast<func::FuncOp>(op);
  if (!function)
    function = op->getParentOfType<func::FuncOp>();
  auto rule = function->getAttrOfType<DenseI64ArrayAttr>(steps::kShardRule);
  if (rule)
    return {rule[0], rule[1], rule[2]};
  const CostModel costs = CostModel::of(op);
  return {costs.mostShards, costs.shardLine, costs.shortestSplit,
          costs.rankShards};
}

void mlc::noteShards(Operation *forall, const Shards &shards) {
  forall->setAttr(steps::kShards, shards.toAttr(forall->getContext()));
}

std::optional<Shards> mlc::shardsOf(Operation *forall) {
  auto shards = forall->getAttrOfType<ShardsAttr>(steps::kShards);
  return shards ? std::optional(Shards(shards)) : std::nullopt;
}

OpFoldResult mlc::unitsOfWorker(OpBuilder &b, Location loc,
                                const Shards &shards, Value workers) {
  if (shards.ranks > 1)
    return b.getIndexAttr(shards.size);
  AffineExpr count = b.getAffineConstantExpr(shards.count);
  return affine::makeComposedFoldedAffineApply(
      b, loc, count.ceilDiv(b.getAffineSymbolExpr(0)) * shards.size, {workers});
}
