//===- LaunchLevels.cpp - What may run at the same time -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launches.h"
#include "lib/Spmd/MemoryAccess.h"
#include "mlc/GpuPasses.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlc {
#define GEN_PASS_DEF_LAUNCHLEVELS
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

/// What threads read before they start: see isThreadWork.
static void addOwnReads(Value value, SmallVectorImpl<MemoryAccess> &accesses,
                        DenseSet<Operation *> &seen) {
  Operation *op = value.getDefiningOp();
  if (!op || !seen.insert(op).second)
    return;
  if (auto load = dyn_cast<memref::LoadOp>(op))
    accesses.push_back({bufferOf(load.getMemRef()), false, std::nullopt});
  for (Value operand : op->getOperands())
    addOwnReads(operand, accesses, seen);
}

static SmallVector<MemoryAccess> allAccesses(Operation *op) {
  SmallVector<MemoryAccess> accesses = accessesOf(op);
  DenseSet<Operation *> seen;
  SetVector<Value> used(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), used);
  for (Value value : used)
    addOwnReads(value, accesses, seen);
  return accesses;
}

bool mlc::isThreadWork(Operation &op) {
  if (isa<memref::AllocOp, memref::LoadOp>(op) ||
      op.hasTrait<OpTrait::IsTerminator>())
    return false;
  return !isMemoryEffectFree(&op);
}

namespace {

/// The highest levels of the work that has touched each buffer so far.
class BufferLevels {
public:
  /// The level of work with these accesses, which comes next.
  int64_t add(ArrayRef<MemoryAccess> accesses) {
    int64_t level = 0;
    for (const MemoryAccess &access : accesses)
      level = std::max(level, highestConflict(access) + 1);
    for (const MemoryAccess &access : accesses) {
      levels_[access.buffer].raise(access, level);
      ofAll_.raise(access, level);
    }
    return level;
  }

private:
  struct Levels {
    int64_t read = -1, written = -1;

    void raise(const MemoryAccess &access, int64_t level) {
      int64_t &highest = access.writes ? written : read;
      highest = std::max(highest, level);
    }
    /// Of the work that `access` has to wait for.
    int64_t conflictWith(const MemoryAccess &access) const {
      return access.writes ? std::max(read, written) : written;
    }
  };

  /// The null buffer stands for any.
  int64_t highestConflict(const MemoryAccess &access) const {
    if (!access.buffer)
      return ofAll_.conflictWith(access);
    return std::max(levels_.lookup(access.buffer).conflictWith(access),
                    levels_.lookup(Value()).conflictWith(access));
  }

  DenseMap<Value, Levels> levels_;
  Levels ofAll_;
};

class LaunchLevelsPass : public mlc::impl::LaunchLevelsBase<LaunchLevelsPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    BufferLevels levels;
    Builder b(&getContext());
    for (Operation &op : function.getBody().front())
      if (isThreadWork(op))
        op.setAttr(kLevel, b.getI64IntegerAttr(levels.add(allAccesses(&op))));
  }
};

} // namespace
