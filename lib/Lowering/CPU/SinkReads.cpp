//===- SinkReads.cpp - Vectors are read where they are needed -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlc {
#define GEN_PASS_DEF_SINKREADS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;

/// Whether memory may be another after `op`.
static bool mayWrite(Operation &op) {
  std::optional<SmallVector<MemoryEffects::EffectInstance>> effects =
      getEffectsRecursively(&op);
  return !effects ||
         llvm::any_of(*effects,
                      [](const MemoryEffects::EffectInstance &effect) {
                        return !isa<MemoryEffects::Read>(effect.getEffect());
                      });
}

/// Whether `op` reads a vector, or gives what a read returns another shape.
static bool isRead(Operation *op) {
  if (auto read = dyn_cast<vector::TransferReadOp>(op))
    return isa<MemRefType>(read.getBase().getType());
  return isa<vector::BroadcastOp, vector::ShapeCastOp>(op) &&
         op->getOperand(0).getDefiningOp<vector::TransferReadOp>();
}

/// The op before which `read` is needed: the first of its block that uses it,
/// or that may write.
static Operation *placeFor(Operation *read) {
  llvm::SmallPtrSet<Operation *, 4> users;
  for (Operation *user : read->getUsers())
    if (Operation *inBlock = read->getBlock()->findAncestorOpInBlock(*user))
      users.insert(inBlock);
  Operation *op = read->getNextNode();
  while (!op->hasTrait<OpTrait::IsTerminator>() && !users.contains(op) &&
         !mayWrite(*op))
    op = op->getNextNode();
  return op;
}

namespace {

class SinkReadsPass : public mlc::impl::SinkReadsBase<SinkReadsPass> {
  void runOnOperation() override {
    SmallVector<Operation *> reads;
    getOperation().walk([&](Operation *op) {
      if (isRead(op))
        reads.push_back(op);
    });
    // From the last on, so that what stands between two reads has moved
    // already.
    for (Operation *read : llvm::reverse(reads))
      read->moveBefore(placeFor(read));
  }
};

} // namespace
