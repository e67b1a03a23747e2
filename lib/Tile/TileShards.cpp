//===- TileShards.cpp - Computations as foralls over shards ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Csr/Csr.h"
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

/// The columns of one zmm register: shards begin at cache lines.
constexpr int64_t kLineColumns = 16;
/// Columns that a shard of a library product has at least, and the shards that
/// it has at most. They do not depend on the machine: bits do on them.
constexpr int64_t kLibraryColumns = 64, kLibraryShards = 8;
/// A product whose smaller matrix dimensions are this large is the library's.
constexpr int64_t kLibraryMinimum = 32;

/// Whether cblas_sgemm is worth its packing: every size that is known is large
/// enough.
bool isForLibrary(linalg::MatmulOp op) {
  return llvm::all_of(op.getStaticLoopRanges(), [](int64_t size) {
    return ShapedType::isDynamic(size) || size >= kLibraryMinimum;
  });
}

struct ShardDim {
  unsigned loop;
  /// The loop's extent; kDynamic for the batch.
  int64_t size;
};

/// The parallel loop along which an op is split: the innermost that is long
/// enough to give every worker a cache line, or else the longest.
std::optional<ShardDim> chooseShardDim(TilingInterface op) {
  ArrayRef<int64_t> sizes;
  SmallVector<int64_t> linalgSizes;
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op.getOperation())) {
    linalgSizes = linalgOp.getStaticLoopRanges();
    sizes = linalgSizes;
  } else {
    sizes = cast<RankedTensorType>(op->getResult(0).getType()).getShape();
  }
  std::optional<ShardDim> longest;
  auto iterators = op.getLoopIteratorTypes();
  for (unsigned loop = iterators.size(); loop-- > 0;) {
    if (iterators[loop] != utils::IteratorType::parallel)
      continue;
    if (sizes[loop] >= 2 * kLineColumns)
      return ShardDim{loop, sizes[loop]};
    // The batch is longer than any short known size.
    if (!longest || ShapedType::isDynamic(sizes[loop]) ||
        (!ShapedType::isDynamic(longest->size) && sizes[loop] > longest->size))
      longest = ShardDim{loop, sizes[loop]};
  }
  if (longest && longest->size == 1)
    return std::nullopt;
  return longest;
}

/// An op that only gives a destination its first value.
bool isInitializer(Operation *op) {
  if (isa<linalg::FillOp>(op))
    return true;
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return generic && isa<linalg::YieldOp>(generic.getBlock()->front());
}

class TileShardsPass : public mlc::impl::TileShardsBase<TileShardsPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    IRRewriter rewriter(&getContext());
    unsigned index = function.getNumArguments();
    if (failed(function.insertArgument(
            index, rewriter.getIndexType(),
            rewriter.getDictionaryAttr(rewriter.getNamedAttr(
                steps::kRole, rewriter.getStringAttr(steps::kWorkers))),
            function.getLoc())))
      return signalPassFailure();
    workers = function.getArgument(index);

    // Consumers first, so that they take their producers in.
    SmallVector<Operation *> ops;
    for (Operation &op : function.getBody().front()) {
      if (!isa<TilingInterface>(op))
        continue;
      ops.push_back(&op);
      if (op.hasOneUse())
        usedOnce.insert(&op);
    }
    for (Operation *op : llvm::reverse(ops)) {
      if (op->use_empty()) {
        rewriter.eraseOp(op);
        continue;
      }
      auto tileable = cast<TilingInterface>(op);
      if (std::optional<ShardDim> dim = chooseShardDim(tileable))
        if (failed(shard(rewriter, tileable, *dim)))
          return signalPassFailure();
    }
  }

  /// Loop extent / workers, rounded up to whole cache lines.
  OpFoldResult sizeForWorkers(OpBuilder &b, Location loc, OpFoldResult extent,
                              int64_t align) {
    AffineExpr size = b.getAffineSymbolExpr(0),
               count = b.getAffineSymbolExpr(1);
    return affine::makeComposedFoldedAffineApply(
        b, loc, size.ceilDiv(count).ceilDiv(align) * align, {extent, workers});
  }

  /// One of the program's own shards.
  OpFoldResult sizeForLibrary(OpBuilder &b, Location loc, OpFoldResult extent,
                              int64_t known) {
    int64_t shards = kLibraryShards;
    if (!ShapedType::isDynamic(known)) // at least two: one would be no forall
      shards = std::clamp<int64_t>(known / kLibraryColumns, 2, kLibraryShards);
    AffineExpr size = b.getAffineSymbolExpr(0);
    return affine::makeComposedFoldedAffineApply(
        b, loc, size.ceilDiv(shards).ceilDiv(kLineColumns) * kLineColumns,
        {extent});
  }

  /// Whether the chain of destinations of `op` holds a product for the library.
  bool holdsLibraryProduct(Operation *op) {
    while (op) {
      if (auto matmul = dyn_cast<linalg::MatmulOp>(op))
        return isForLibrary(matmul);
      auto dps = dyn_cast<DestinationStyleOpInterface>(op);
      if (!dps || dps.getNumDpsInits() != 1)
        return false;
      Value init = dps.getDpsInits()[0];
      op = init.getDefiningOp();
      if (!usedOnce.contains(op))
        return false;
    }
    return false;
  }

  LogicalResult shard(RewriterBase &rewriter, TilingInterface root,
                      ShardDim dim) {
    rewriter.setInsertionPoint(root);
    Location loc = root.getLoc();
    const bool isLibrary = holdsLibraryProduct(root);
    SmallVector<Range> domain = root.getIterationDomain(rewriter);
    SmallVector<OpFoldResult> sizes(domain.size(), rewriter.getIndexAttr(0));
    const bool isInnermost = dim.loop + 1 == domain.size();
    sizes[dim.loop] =
        isLibrary
            ? sizeForLibrary(rewriter, loc, domain[dim.loop].size, dim.size)
            : sizeForWorkers(rewriter, loc, domain[dim.loop].size,
                             isInnermost ? kLineColumns : 1);

    scf::SCFTileAndFuseOptions options;
    options.tilingOptions.setTileSizes(sizes);
    options.tilingOptions.setLoopType(
        scf::SCFTilingOptions::LoopType::ForallOp);
    options.setFusionControlFn(
        [this](tensor::ExtractSliceOp, OpResult producer, bool isDestination)
            -> std::optional<scf::SCFTileAndFuseOptions::ControlFnResult> {
          if (shouldFuse(producer.getOwner(), isDestination))
            return scf::SCFTileAndFuseOptions::ControlFnResult{};
          return std::nullopt;
        });
    FailureOr<scf::SCFTileAndFuseResult> tiled =
        scf::tileConsumerAndFuseProducersUsingSCF(rewriter, root, options);
    if (failed(tiled))
      return root->emitError("cannot be split into shards");
    for (auto [old, replacement] : tiled->replacements)
      rewriter.replaceAllUsesWith(old, replacement);
    for (Operation *op : tiled->tiledAndFusedOps)
      if (isLibrary && isa<linalg::MatmulOp>(op))
        op->setAttr(steps::kLibrary, rewriter.getUnitAttr());
    return success();
  }

  /// A product is taken in where it is computed in its consumer's place, a CSR
  /// product also where it will be computed in registers.
  bool shouldFuse(Operation *producer, bool isDestination) {
    if (isInitializer(producer))
      return true;
    if (isa<csr::MatmulTransposedOp>(producer))
      return usedOnce.contains(producer);
    if (isa<linalg::MatmulOp, csr::MatmulOp>(producer))
      return usedOnce.contains(producer) && isDestination;
    return false;
  }

  Value workers;
  /// Ops whose result had one use before anything was tiled.
  DenseSet<Operation *> usedOnce;
};

} // namespace
