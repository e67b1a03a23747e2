//===- ChipTeams.cpp - How a block's threads share elements ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChipLayout.h"
#include "Launches.h"
#include "ThreadWork.h"
#include "lib/Support/Bounds.h"
#include "lib/Tile/Shards.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlc;

namespace {

/// Which sizes follow from how many units a worker has: from the number of
/// workers or from a place in a loop.
class UnitSizes {
public:
  bool contains(Value size) {
    if (auto argument = dyn_cast<BlockArgument>(size))
      return !isa<func::FuncOp>(argument.getOwner()->getParentOp()) ||
             steps::roleOf(argument) == steps::kWorkers;
    // Once for each op: what others share is not followed again and again.
    Operation *op = size.getDefiningOp();
    if (auto found = known_.find(op); found != known_.end())
      return found->second;
    const bool isOfUnits = isMemoryEffectFree(op) && !isa<memref::DimOp>(op) &&
                           llvm::any_of(op->getOperands(), [&](Value operand) {
                             return contains(operand);
                           });
    known_[op] = isOfUnits;
    return isOfUnits;
  }

private:
  DenseMap<Operation *, bool> known_;
};

} // namespace

/// The size of dimension `dim` of a memref that is not of a fixed size, if a
/// slice says what it is.
static Value sliceSize(Value memref, unsigned dim) {
  auto slice = memref.getDefiningOp<memref::SubViewOp>();
  if (!slice)
    return {};
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  for (auto [place, size] : llvm::enumerate(slice.getMixedSizes()))
    if (!dropped[place] && dim-- == 0)
      return dyn_cast<Value>(size);
  return {};
}

/// The sizes of the loops of an op; where they are not fixed, the values that
/// tell, or the most; none where that is not known.
static SmallVector<OpFoldResult> loopSizes(Operation *op) {
  Builder b(op->getContext());
  if (auto loops = dyn_cast<scf::ParallelOp>(op))
    return llvm::map_to_vector(loops.getUpperBound(), [&](Value bound) {
      auto size = getConstantIntValue(bound);
      return size ? OpFoldResult(b.getIndexAttr(*size)) : OpFoldResult(bound);
    });
  auto linalgOp = cast<linalg::LinalgOp>(op);
  SmallVector<OpFoldResult> sizes;
  for (auto [loop, size] : llvm::enumerate(linalgOp.getStaticLoopRanges())) {
    sizes.push_back(Value());
    if (!ShapedType::isDynamic(size)) {
      sizes.back() = b.getIndexAttr(size);
      continue;
    }
    if (std::optional<int64_t> most = boundOfLoop(linalgOp, loop))
      sizes.back() = b.getIndexAttr(*most);
    for (OpOperand &operand : op->getOpOperands())
      if (isa<MemRefType>(operand.get().getType()))
        for (auto [dim, place] : llvm::enumerate(
                 linalgOp.getMatchingIndexingMap(&operand).getResults()))
          if (place == b.getAffineDimExpr(loop))
            if (Value known = sliceSize(operand.get(), dim))
              sizes.back() = known;
  }
  return sizes;
}

int64_t mlc::noteTeams(func::FuncOp step) {
  Builder b(step.getContext());
  const int64_t batch =
      step->getAttrOfType<IntegerAttr>(steps::kBatch).getInt();
  int64_t common = 0;
  UnitSizes unitSizes;
  step.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (!isa<linalg::LinalgOp, scf::ParallelOp>(op))
      return WalkResult::advance();
    auto forall = op->getParentOfType<scf::ForallOp>();
    std::optional<Shards> shards = forall ? shardsOf(forall) : std::nullopt;
    const int64_t ofShard = shards ? shards->size : 1;
    auto known = [&](OpFoldResult size) -> int64_t {
      if (auto fixed = getConstantIntValue(size))
        return *fixed;
      auto value = dyn_cast_or_null<Value>(size);
      if (value && unitSizes.contains(value))
        return ofShard;
      return value ? boundOf(size).value_or(batch) : batch;
    };
    int64_t elements = 1;
    for (OpFoldResult size : loopSizes(op))
      elements *= known(size);
    const int64_t terms = longestSum(op, [&](Value count) -> int64_t {
      return unitSizes.contains(count)
                 ? ofShard
                 : boundOf(OpFoldResult(count)).value_or(batch);
    });
    op->setAttr(kElements, b.getI64IntegerAttr(elements));
    op->setAttr(kTeam,
                b.getI64IntegerAttr(teamFor(elements, terms, kBlockThreads)));
    if (!forall)
      common += elements * terms;
    return WalkResult::skip();
  });
  return common;
}
