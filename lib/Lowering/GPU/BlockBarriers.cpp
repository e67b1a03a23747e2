//===- BlockBarriers.cpp - Where threads of a block meet ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launches.h"
#include "mlc/GpuPasses.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace mlc {
#define GEN_PASS_DEF_BLOCKBARRIERS
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// A buffer that some thread reads or writes; null: any.
struct Access {
  Value buffer;
  bool writes;
};
using Accesses = SmallVector<Access>;

/// The argument that `memref` is a view of, or its place in shared memory or in
/// the workspace, where no two places overlap.
Value placeOf(Value memref) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>()) {
    if (isa<memref::ViewOp>(view))
      return memref;
    memref = view.getViewSource();
  }
  return isa<BlockArgument>(memref) ? memref : Value();
}

/// What `op` and all ops inside touch.
Accesses accessesOf(Operation *op) {
  Accesses accesses;
  op->walk([&](Operation *inner) {
    SmallVector<MemoryEffects::EffectInstance> effects;
    if (auto known = dyn_cast<MemoryEffectOpInterface>(inner))
      known.getEffects(effects);
    else if (!inner->hasTrait<OpTrait::HasRecursiveMemoryEffects>())
      accesses.push_back({Value(), true});
    for (const MemoryEffects::EffectInstance &effect : effects)
      accesses.push_back(
          {effect.getValue() ? placeOf(effect.getValue()) : Value(),
           !isa<MemoryEffects::Read>(effect.getEffect())});
  });
  return accesses;
}

bool conflict(const Accesses &some, const Accesses &others) {
  return llvm::any_of(some, [&](const Access &x) {
    return llvm::any_of(others, [&](const Access &y) {
      return (x.writes || y.writes) &&
             (!x.buffer || !y.buffer || x.buffer == y.buffer);
    });
  });
}

class BlockBarriersPass
    : public mlc::impl::BlockBarriersBase<BlockBarriersPass> {
  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    Block &step = getOperation().getBody().front();
    // Twice: what a step has touched last, the next one may touch first.
    Accesses open;
    for (int number = 0; number < 2; ++number)
      open = walk(step, std::move(open));
  }

  /// Passes the ops of a block, with what was touched since threads last met;
  /// returns what was when they leave it.
  static Accesses walk(Block &block, Accesses open) {
    for (Operation &op : llvm::make_early_inc_range(block)) {
      if (op.hasAttr(kOnce) || isMemoryEffectFree(&op))
        continue;
      if (isMeeting(op)) {
        open.clear();
        continue;
      }
      // Before a loop or a branch, not in it: others come after it that would
      // need one too.
      Accesses own = accessesOf(&op);
      if (conflict(own, open)) {
        OpBuilder b(&op);
        gpu::BarrierOp::create(b, op.getLoc());
        open.clear();
      }
      if (auto loop = dyn_cast<scf::ForOp>(op)) {
        own = walk(*loop.getBody(), open);
        if (!loop->hasAttr(steps::kAtMostOne))
          own = walk(*loop.getBody(), std::move(own));
      } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
        own.clear();
        for (Region &region : branch->getRegions())
          if (!region.empty())
            llvm::append_range(own, walk(region.front(), open));
      }
      llvm::append_range(open, own);
    }
    return open;
  }

  static bool isMeeting(Operation &op) {
    auto call = dyn_cast<func::CallOp>(op);
    return isa<gpu::BarrierOp>(op) ||
           (call && call.getCallee() == steps::kExchangeFunction);
  }
};

} // namespace
