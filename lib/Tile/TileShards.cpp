//===- TileShards.cpp - Computations as foralls over shards ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitSum.h"
#include "TileOps.h"
#include "dialects/Mlc/Mlc.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlc {
#define GEN_PASS_DEF_TILESHARDS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

class TileShardsPass : public mlc::impl::TileShardsBase<TileShardsPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    splits_.clear();
    fused_.clear();
    ranks_ = {};
    IRRewriter rewriter(&getContext());
    workers_ =
        steps::addArgument(function, rewriter.getIndexType(), steps::kWorkers);
    if (function->hasAttr(steps::kIndependent))
      return;

    // The plan is of the ops as they stand, and not of what becomes of them.
    SmallVector<Operation *> ops;
    bool hasRanks = ShardRule::of(function).ranks > 1;
    for (Operation &op : function.getBody().front()) {
      if (!isa<TilingInterface>(op))
        continue;
      ops.push_back(&op);
      if (auto split = op.getAttrOfType<SplitAttr>(kSplit)) {
        splits_[&op] = split;
        hasRanks |= split.getShards() && split.getShards().getRanks() > 1;
      }
      if (op.hasAttr(kFused))
        fused_.insert(&op);
      op.removeAttr(kSplit);
      op.removeAttr(kFused);
    }
    if (hasRanks)
      ranks_ =
          steps::addArgument(function, rewriter.getIndexType(), steps::kRanks);
    // Consumers first, so that they take their producers in.
    for (Operation *op : llvm::reverse(ops)) {
      if (op->use_empty()) {
        rewriter.eraseOp(op);
        continue;
      }
      SplitAttr split = splits_.lookup(op);
      if (split && failed(apply(rewriter, cast<TilingInterface>(op), split)))
        return signalPassFailure();
    }
  }

  LogicalResult apply(RewriterBase &rewriter, TilingInterface op,
                      SplitAttr split) {
    if (split.getKind() == SplitKind::Rows)
      return shard(rewriter, op, split);
    const int64_t extent = loopSizesOf(op)[split.getLoop()];
    const Shards shards(split.getShards());
    if (ShapedType::isDynamic(extent) ||
        llvm::divideCeil(extent, shards.size) !=
            static_cast<uint64_t>(shards.count))
      return op->emitError("expected ")
             << split << " to have shards of all units of a known number";
    if (split.getKind() != SplitKind::Terms)
      return shard(rewriter, op, split);
    FailureOr<Value> sum =
        splitSum(rewriter, op, split.getLoop(), extent, shards, workers_);
    if (failed(sum))
      return op->emitError("cannot be split into partial sums");
    rewriter.replaceOp(op, *sum);
    return success();
  }

  /// The iterations of a loop that one of a forall has: rows of the batch in
  /// equal numbers, a single shard, or the run of whole shards of a worker.
  OpFoldResult sizeOf(RewriterBase &rewriter, Location loc, SplitAttr split,
                      OpFoldResult rows) {
    if (split.getKind() == SplitKind::Rows) {
      Value all = workers_;
      if (ranks_)
        all = arith::MulIOp::create(rewriter, loc, workers_, ranks_);
      return affine::makeComposedFoldedAffineApply(
          rewriter, loc,
          rewriter.getAffineSymbolExpr(0).ceilDiv(
              rewriter.getAffineSymbolExpr(1)),
          {rows, all});
    }
    const Shards shards(split.getShards());
    return split.getKind() == SplitKind::Library
               ? OpFoldResult(rewriter.getIndexAttr(shards.size))
               : unitsOfWorker(rewriter, loc, shards, workers_);
  }

  LogicalResult shard(RewriterBase &rewriter, TilingInterface root,
                      SplitAttr split) {
    rewriter.setInsertionPoint(root);
    const unsigned loop = split.getLoop();
    SmallVector<Range> domain = root.getIterationDomain(rewriter);
    SmallVector<OpFoldResult> sizes(domain.size(), rewriter.getIndexAttr(0));
    sizes[loop] = sizeOf(rewriter, root.getLoc(), split, domain[loop].size);

    scf::SCFTileAndFuseOptions options;
    options.tilingOptions.setTileSizes(sizes);
    options.tilingOptions.setLoopType(
        scf::SCFTilingOptions::LoopType::ForallOp);
    options.setFusionControlFn(
        [&](tensor::ExtractSliceOp, OpResult producer, bool)
            -> std::optional<scf::SCFTileAndFuseOptions::ControlFnResult> {
          if (fused_.contains(producer.getOwner()))
            return scf::SCFTileAndFuseOptions::ControlFnResult{};
          return std::nullopt;
        });
    FailureOr<scf::SCFTileAndFuseResult> tiled =
        scf::tileConsumerAndFuseProducersUsingSCF(rewriter, root, options);
    if (failed(tiled))
      return root->emitError("cannot be split into shards");
    if (split.getKind() != SplitKind::Rows)
      for (LoopLikeOpInterface forall : tiled->loops)
        noteShards(forall, Shards(split.getShards()));
    for (auto [old, replacement] : tiled->replacements)
      rewriter.replaceAllUsesWith(old, replacement);
    for (Operation *op : tiled->tiledAndFusedOps)
      if (split.getKind() == SplitKind::Library && isa<linalg::MatmulOp>(op))
        op->setAttr(steps::kLibrary, rewriter.getUnitAttr());
    return success();
  }

  /// How many workers a rank has; how many ranks, in a program for several.
  Value workers_, ranks_;
  /// The plan.
  DenseMap<Operation *, SplitAttr> splits_;
  DenseSet<Operation *> fused_;
};

} // namespace
