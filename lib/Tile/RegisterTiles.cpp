//===- RegisterTiles.cpp - Tiles that fit vector registers ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PackOperands.h"
#include "RowGather.h"
#include "SplitOffRest.h"
#include "SumLoops.h"
#include "TileChoice.h"
#include "TileOps.h"
#include "dialects/Csr/Csr.h"
#include "dialects/Mlc/Mlc.h"
#include "lib/CostModel.h"
#include "lib/Support/Explain.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlc {
#define GEN_PASS_DEF_REGISTERTILES
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// Tiles the ops of one block.
class RegisterTiler {
public:
  RegisterTiler(RewriterBase &rewriter, const RegisterTiling &tiling)
      : rewriter_(rewriter), choice_{tiling, {}} {}

  /// Splits what can be vectorised into tiles of registers, consumers first; a
  /// product or initialiser that only one of them uses goes along.
  LogicalResult tileBlock(Block &block) {
    SmallVector<Operation *> ops;
    for (Operation &op : block.without_terminator()) {
      if (!isVectorizable(&op, choice_.tiling.costs.shortRow))
        continue;
      ops.push_back(&op);
      if (op.hasOneUse())
        choice_.usedOnce.insert(&op);
    }
    for (Operation *op : llvm::reverse(ops)) {
      if (op->use_empty()) {
        erase(op);
        continue;
      }
      // Alone, filling is the library's work; equal loops would become one.
      if (isa<linalg::FillOp>(op))
        continue;
      if (failed(tileRoot(cast<TilingInterface>(op))))
        return op->emitError("cannot be tiled for vectors");
    }
    return success();
  }

private:
  /// Whole tiles of registers first. Then what is left of the rows, in tiles of
  /// one row, and what is left of the columns, in tiles of one row and a
  /// register, which are masked (or of one element, for sums of terms).
  LogicalResult tileRoot(TilingInterface root) {
    if (cast<RankedTensorType>(root->getResult(0).getType()).getRank() == 0) {
      VectorTile().setOn(root);
      return success();
    }
    const bool inBlocks =
        llvm::any_of(choice_.opsOfTile(root), [&](Operation *op) {
          auto product = dyn_cast<linalg::GenericOp>(op);
          return product && isWorthBlocksOfRows(product, choice_.tiling.costs);
        });
    if (inBlocks) {
      FailureOr<TilingInterface> block = takeBlockOfRows(root);
      if (failed(block))
        return failure();
      root = *block;
    }
    rewriter_.setInsertionPoint(root);
    const VectorTile whole = choice_.tileOf(
        root,
        root.getIterationDomain(rewriter_)[resultLoops(root).back()].size);
    const VectorTile masked = sumKindOf(root) == SumKind::OfTerms
                                  ? VectorTile{1, 1, false}
                                  : VectorTile{1, choice_.tiling.lanes, true};
    explain(root, "tile") << remark::add(
        "{0} x {1}{2} of registers of {3}, {4} ops together", whole.rows,
        whole.width, whole.isMasked ? " masked" : "", choice_.tiling.lanes,
        choice_.opsOfTile(root).size());
    FailureOr<TileLoops> loops = tile(root, whole);
    if (failed(loops))
      return failure();
    if (whole.isMasked)
      return success();
    if (failed(splitLoop(loops->columns, whole.width, masked)) ||
        (loops->rows &&
         failed(splitLoop(loops->rows, whole.rows, {1, whole.width, false}))))
      return failure();
    if (whole.rows > 1)
      packOperands(rewriter_, loops->columns, loops->rows, inBlocks,
                   choice_.tiling.costs);
    return success();
  }

  /// Keeps the whole tiles in `loop`, and tiles what is left as `restTile`.
  LogicalResult splitLoop(scf::ForOp loop, int64_t size, VectorTile restTile) {
    scf::ForOp rest = splitOffRest(rewriter_, loop, size);
    return rest ? tileRest(rest, restTile) : success();
  }

  /// Tiles what a loop does once more.
  LogicalResult tileRest(scf::ForOp loop, VectorTile vectors) {
    Operation *root = nullptr;
    loop.walk([&](Operation *op) {
      if (!VectorTile::of(op))
        return;
      VectorTile::clear(op);
      if (op->hasOneUse())
        choice_.usedOnce.insert(op);
      root = op; // users come last
    });
    return tile(cast<TilingInterface>(root), vectors);
  }

  /// The loops over a root's tiles.
  struct TileLoops {
    scf::ForOp columns;
    scf::ForOp rows; // null where the result has one dimension, or an update
  };

  /// Tiles the root and what goes along with it.
  FailureOr<TileLoops> tile(TilingInterface root, VectorTile vectors) {
    const SmallVector<unsigned> loops = resultLoops(root);
    const SmallVector<Operation *> joined = choice_.opsOfTile(root);
    SmallVector<OpFoldResult> sizes(root.getLoopIteratorTypes().size(),
                                    rewriter_.getIndexAttr(0));
    sizes[loops.back()] = rewriter_.getIndexAttr(vectors.width);
    // An update's own loop runs over rows.
    const bool isUpdate = isa<csr::UpdateRowsOp>(root);
    if (loops.size() == 2 && !isUpdate)
      sizes[loops[0]] = rewriter_.getIndexAttr(vectors.rows);
    // Columns outside where something is summed: their mask is the same for all
    // rows, and a product's right side stays near. Memory that is only passed
    // over is better read row by row.
    const bool areColumnsOutside =
        loops.size() == 2 && llvm::any_of(joined, [](Operation *op) {
          return isCsrProduct(op) || sumKindOf(op);
        });
    FailureOr<scf::SCFTileAndFuseResult> tiled =
        fuseTiles(root, sizes, joined, areColumnsOutside,
                  /*gathersRows=*/vectors.rows == 1);
    if (failed(tiled))
      return failure();
    for (Operation *op : tiled->tiledAndFusedOps)
      vectors.setOn(op);
    auto loopAt = [&](size_t place) {
      return cast<scf::ForOp>(tiled->loops[place].getOperation());
    };
    if (loops.size() == 1 || isUpdate)
      return TileLoops{loopAt(0), {}};
    return TileLoops{loopAt(!areColumnsOutside), loopAt(areColumnsOutside)};
  }

  /// A loop over blocks of rows of a large product's result: the root in it.
  FailureOr<TilingInterface> takeBlockOfRows(TilingInterface root) {
    SmallVector<OpFoldResult> sizes(root.getLoopIteratorTypes().size(),
                                    rewriter_.getIndexAttr(0));
    sizes[resultLoops(root)[0]] =
        rewriter_.getIndexAttr(choice_.tiling.costs.blockRows);
    FailureOr<scf::SCFTileAndFuseResult> tiled =
        fuseTiles(root, sizes, choice_.opsOfTile(root), /*swapsLoops=*/false,
                  /*gathersRows=*/false);
    if (failed(tiled))
      return failure();
    for (Operation *op : tiled->tiledAndFusedOps)
      if (op->hasOneUse())
        choice_.usedOnce.insert(op);
    return cast<TilingInterface>(tiled->tiledAndFusedOps.front());
  }

  FailureOr<scf::SCFTileAndFuseResult>
  fuseTiles(TilingInterface root, ArrayRef<OpFoldResult> sizes,
            ArrayRef<Operation *> joined, bool swapsLoops, bool gathersRows) {
    scf::SCFTileAndFuseOptions options;
    options.tilingOptions.setTileSizes(sizes);
    if (swapsLoops) {
      SmallVector<int64_t> order =
          llvm::to_vector(llvm::seq<int64_t>(0, sizes.size()));
      const SmallVector<unsigned> loops = resultLoops(root);
      std::swap(order[loops[0]], order[loops[1]]);
      options.tilingOptions.setInterchange(order);
    }
    options.setFusionControlFn(
        [&](tensor::ExtractSliceOp slice, OpResult producer, bool)
            -> std::optional<scf::SCFTileAndFuseOptions::ControlFnResult> {
          Operation *op = producer.getOwner();
          if (choice_.tiling.joins && llvm::is_contained(joined, op) &&
              !(isRowGather(op) && !gathersRows) &&
              llvm::all_of(slice->getUses(), needsOneTile) &&
              sumKindOf(op) != SumKind::OfTerms)
            return scf::SCFTileAndFuseOptions::ControlFnResult{};
          return std::nullopt;
        });
    rewriter_.setInsertionPoint(root);
    FailureOr<scf::SCFTileAndFuseResult> tiled =
        scf::tileConsumerAndFuseProducersUsingSCF(rewriter_, root, options);
    if (failed(tiled))
      return failure();
    for (auto [old, replacement] : tiled->replacements)
      rewriter_.replaceAllUsesWith(old, replacement);
    erase(root);
    return tiled;
  }

  void erase(Operation *op) {
    choice_.usedOnce.erase(op); // A new op may get its place in memory.
    rewriter_.eraseOp(op);
  }

  RewriterBase &rewriter_;
  TileChoice choice_;
};

class RegisterTilesPass
    : public mlc::impl::RegisterTilesBase<RegisterTilesPass> {
  using RegisterTilesBase::RegisterTilesBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    SmallVector<Block *> blocks;
    function.walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<func::FuncOp, scf::ForallOp, scf::ForOp>(op))
        blocks.push_back(&op->getRegion(0).front());
    });
    // What is outside of foralls each worker does, or one does a part of it.
    const bool isAlone = function->hasAttr(steps::kIndependent);
    RegisterTiling tiling;
    tiling.lanes = lanes;
    tiling.registers = registers;
    tiling.costs = CostModel::of(function);
    // Whole tiles.
    int64_t &blockRows = tiling.costs.blockRows;
    blockRows -= blockRows % tiling.productRows();
    blockRows = std::max(blockRows, tiling.productRows());
    IRRewriter rewriter(&getContext());
    for (Block *block : blocks) {
      Operation *parent = block->getParentOp();
      tiling.joins = isAlone || isa<scf::ForallOp>(parent) ||
                     parent->getParentOfType<scf::ForallOp>();
      if (failed(RegisterTiler(rewriter, tiling).tileBlock(*block)))
        return signalPassFailure();
    }
  }
};

} // namespace
