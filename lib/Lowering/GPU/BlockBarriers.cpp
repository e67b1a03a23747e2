//===- BlockBarriers.cpp - Barriers within a thread block -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launches.h"
#include "dialects/Spmd/Spmd.h"
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

/// The buffers that some thread reads or writes, and whether it writes; the
/// null buffer stands for any. A buffer has one entry, however often it is
/// touched, so that what a loop or a branch hands on is no longer than the
/// step has buffers.
class Accesses {
public:
  void add(Value buffer, bool writes) { isWritten_[buffer] |= writes; }
  void add(const Accesses &others) {
    for (auto [buffer, writes] : others.isWritten_)
      add(buffer, writes);
    awaits_ |= others.awaits_;
    publishes_ |= others.publishes_;
  }
  void addAwait() { awaits_ = true; }
  void addPublish() { publishes_ = true; }
  void clear() { *this = {}; }

  /// Whether these have to wait for those before: one writes what the other
  /// reads or writes; or these tell other blocks that this one has read words,
  /// which those await.
  bool conflictWith(const Accesses &before) const {
    return (publishes_ && before.awaits_) || conflictInMemory(before);
  }

private:
  bool conflictInMemory(const Accesses &others) const {
    return llvm::any_of(isWritten_, [&](auto access) {
      auto [buffer, writes] = access;
      if (!buffer)
        return others.hasAny(writes);
      return others.has(buffer, writes) || others.has(Value(), writes);
    });
  }

  /// Whether there is an access that conflicts with one to `buffer`.
  bool has(Value buffer, bool writes) const {
    auto found = isWritten_.find(buffer);
    return found != isWritten_.end() && (writes || found->second);
  }
  /// The same for an access to any buffer.
  bool hasAny(bool writes) const {
    return llvm::any_of(isWritten_,
                        [&](auto access) { return writes || access.second; });
  }

  llvm::SmallDenseMap<Value, bool> isWritten_;
  bool awaits_ = false, publishes_ = false;
};

/// What `memref` is a view of: an argument, or a memref.view of shared memory
/// or of the workspace, since no two of these overlap.
Value placeOf(Value memref) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>()) {
    if (isa<memref::ViewOp>(view))
      return memref;
    memref = view.getViewSource();
  }
  return isa<BlockArgument>(memref) ? memref : Value();
}

/// The accesses of `op` and of all ops inside.
Accesses accessesIn(Operation *op) {
  Accesses accesses;
  op->walk([&](Operation *inner) {
    // Words say themselves when they may be read.
    if (isa<spmd::AwaitOp>(inner))
      return accesses.addAwait();
    if (isa<spmd::PublishOp>(inner))
      return accesses.addPublish();
    SmallVector<MemoryEffects::EffectInstance> effects;
    if (auto known = dyn_cast<MemoryEffectOpInterface>(inner))
      known.getEffects(effects);
    else if (!inner->hasTrait<OpTrait::HasRecursiveMemoryEffects>())
      accesses.add(Value(), true);
    for (const MemoryEffects::EffectInstance &effect : effects)
      accesses.add(effect.getValue() ? placeOf(effect.getValue()) : Value(),
                   !isa<MemoryEffects::Read>(effect.getEffect()));
  });
  return accesses;
}

class BlockBarriersPass
    : public mlc::impl::BlockBarriersBase<BlockBarriersPass> {
  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    Block &step = getOperation().getBody().front();
    // Twice: the next step begins with the accesses at this one's end.
    Accesses open;
    for (int number = 0; number < 2; ++number)
      open = walk(step, std::move(open));
  }

  /// Places the barriers of a block. `open` has the accesses since the last
  /// barrier before it; returns those since the last barrier at its end.
  static Accesses walk(Block &block, Accesses open) {
    for (Operation &op : llvm::make_early_inc_range(block)) {
      if (op.hasAttr(kOnce) || isMemoryEffectFree(&op))
        continue;
      if (isBarrier(op)) {
        open.clear();
        continue;
      }
      // A barrier that a loop or branch needs stands before it: in it, ops that
      // follow would need another one.
      Accesses own = accessesIn(&op);
      if (own.conflictWith(open)) {
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
            own.add(walk(region.front(), open));
      }
      open.add(own);
    }
    return open;
  }

  static bool isBarrier(Operation &op) {
    auto call = dyn_cast<func::CallOp>(op);
    return isa<gpu::BarrierOp>(op) ||
           (call && call.getCallee() == steps::kBarrierFunction);
  }
};

} // namespace
