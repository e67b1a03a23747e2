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

static bool conflict(ArrayRef<MemoryAccess> a, ArrayRef<MemoryAccess> b) {
  return llvm::any_of(a, [&](const MemoryAccess &x) {
    return llvm::any_of(b, [&](const MemoryAccess &y) {
      return (x.writes || y.writes) &&
             (!x.buffer || !y.buffer || x.buffer == y.buffer);
    });
  });
}

bool mlc::isThreadWork(Operation &op) {
  if (isa<memref::AllocOp, memref::LoadOp>(op) ||
      op.hasTrait<OpTrait::IsTerminator>())
    return false;
  return !isMemoryEffectFree(&op);
}

namespace {

class LaunchLevelsPass : public mlc::impl::LaunchLevelsBase<LaunchLevelsPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    struct Work {
      SmallVector<MemoryAccess> accesses;
      int64_t level;
    };
    SmallVector<Work> before;
    Builder b(&getContext());
    for (Operation &op : function.getBody().front()) {
      if (!isThreadWork(op))
        continue;
      Work work{allAccesses(&op), 0};
      for (const Work &other : before)
        if (conflict(work.accesses, other.accesses))
          work.level = std::max(work.level, other.level + 1);
      op.setAttr(kLevel, b.getI64IntegerAttr(work.level));
      before.push_back(std::move(work));
    }
  }
};

} // namespace
