//===- PrefetchTiles.cpp - A tile's operands on their way during its sums -===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CacheLine.h"
#include "lib/CostModel.h"
#include "mlc/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/SetVector.h"

namespace mlc {
#define GEN_PASS_DEF_PREFETCHTILES
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;

/// To the second cache: the first has few places for what is on its way.
static constexpr uint32_t kLocality = 2;

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
    iterations_ = mlc::CostModel::of(getOperation()).tileIterations;
    DominanceInfo dominance(getOperation());
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) {
      if (sumsVectors(loop))
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops)
      prefetchFor(loop, dominance);
  }

  /// The tiles that are read between the loop and the next one, if it is known
  /// where they are.
  void prefetchFor(scf::ForOp loop, DominanceInfo &dominance) const {
    auto isBefore = [&](Value value) {
      return dominance.properlyDominates(value, loop);
    };
    llvm::SetVector<Value> tiles;
    for (Operation &op : llvm::make_early_inc_range(llvm::make_range(
             std::next(loop->getIterator()), loop->getBlock()->end()))) {
      if (isa<LoopLikeOpInterface>(op))
        break;
      // Views move before the loop with what needs them there.
      if (isa<ViewLikeOpInterface>(op) && isMemoryEffectFree(&op) &&
          llvm::all_of(op.getOperands(), isBefore))
        op.moveBefore(loop);
      auto read = dyn_cast<vector::TransferReadOp>(op);
      if (read && isTile(read.getBase().getType()) &&
          isBefore(read.getBase()) &&
          llvm::all_of(read.getIndices(), [](Value place) {
            return getConstantIntValue(place).has_value();
          }))
        tiles.insert(read.getBase());
    }
    OpBuilder b = OpBuilder::atBlockBegin(loop.getBody());
    for (Value tile : tiles)
      prefetchLine(b, tile, loop.getInductionVar());
  }

  static bool isTile(Type type) {
    auto memref = dyn_cast<MemRefType>(type);
    return memref && memref.getRank() == 2 && memref.hasStaticShape();
  }

  /// One line of the tile in each iteration, since few can be on their way at a
  /// time.
  void prefetchLine(OpBuilder &b, Value tile, Value iteration) const {
    auto type = cast<MemRefType>(tile.getType());
    const int64_t line = mlc::kCacheLine * 8 / type.getElementTypeBitWidth();
    const int64_t lines = llvm::divideCeil(type.getDimSize(1), line);
    Location loc = tile.getLoc();
    AffineExpr number = b.getAffineSymbolExpr(0).floorDiv(iterations_) %
                        (type.getDimSize(0) * lines);
    Value row = affine::makeComposedAffineApply(b, loc, number.floorDiv(lines),
                                                {iteration});
    Value column = affine::makeComposedAffineApply(
        b, loc, (number % lines) * line, {iteration});
    memref::PrefetchOp::create(b, loc, tile, ValueRange{row, column},
                               /*isWrite=*/false, kLocality,
                               /*isDataCache=*/true);
  }

  /// Of a sum, between two lines of a tile.
  int64_t iterations_ = 1;
};

} // namespace
