//===- PrefetchTiles.cpp - A tile's operands on their way during its sums -===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace mlc {
#define GEN_PASS_DEF_PREFETCHTILES
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;

/// Bytes of a cache line.
static constexpr int64_t kLine = 64;

/// Whether sums are kept in vector registers through `loop`, and no loop is
/// inside.
static bool sumsVectors(scf::ForOp loop) {
  if (!llvm::any_of(loop.getResultTypes(),
                    [](Type type) { return isa<VectorType>(type); }))
    return false;
  return !loop.getBody()
              ->walk(
                  [](LoopLikeOpInterface) { return WalkResult::interrupt(); })
              .wasInterrupted();
}

namespace {

class PrefetchTilesPass
    : public mlc::impl::PrefetchTilesBase<PrefetchTilesPass> {
  void runOnOperation() override {
    DominanceInfo dominance(getOperation());
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) {
      if (sumsVectors(loop))
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops)
      prefetchFor(loop, dominance);
  }

  /// What is read between the loop and the next one, if it is known where.
  static void prefetchFor(scf::ForOp loop, DominanceInfo &dominance) {
    auto isBefore = [&](Value value) {
      return dominance.properlyDominates(value, loop);
    };
    for (Operation &op : llvm::make_early_inc_range(llvm::make_range(
             std::next(loop->getIterator()), loop->getBlock()->end()))) {
      if (isa<LoopLikeOpInterface>(op))
        return;
      // Views move before the loop with what needs them there.
      if (isa<ViewLikeOpInterface>(op) && isMemoryEffectFree(&op) &&
          llvm::all_of(op.getOperands(), isBefore))
        op.moveBefore(loop);
      auto read = dyn_cast<vector::TransferReadOp>(op);
      if (read && read.getVectorType().getRank() == 1 && !read.getMask() &&
          isa<MemRefType>(read.getBase().getType()) &&
          isBefore(read.getBase()) && llvm::all_of(read.getIndices(), isBefore))
        prefetch(loop, read);
    }
  }

  static void prefetch(scf::ForOp loop, vector::TransferReadOp read) {
    OpBuilder b(loop);
    Location loc = read.getLoc();
    VectorType type = read.getVectorType();
    const int64_t step = kLine * 8 / type.getElementTypeBitWidth();
    for (int64_t first = 0; first < type.getDimSize(0); first += step) {
      SmallVector<Value> at = llvm::to_vector_of<Value>(read.getIndices());
      at.back() = affine::makeComposedAffineApply(
          b, loc, b.getAffineSymbolExpr(0) + first, {at.back()});
      memref::PrefetchOp::create(b, loc, read.getBase(), at, /*isWrite=*/false,
                                 /*localityHint=*/3, /*isDataCache=*/true);
    }
  }
};

} // namespace
