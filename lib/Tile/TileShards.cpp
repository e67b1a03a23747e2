//===- TileShards.cpp - Computations as foralls over shards ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RegisterPressure.h"
#include "SplitSum.h"
#include "TileOps.h"
#include "dialects/Csr/Csr.h"
#include "dialects/Mlc/Mlc.h"
#include "lib/CostModel.h"
#include "lib/Support/Explain.h"
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

/// The product of the sizes that are known.
int64_t workOfRow(linalg::MatmulOp op) {
  int64_t work = 1;
  for (int64_t size : op.getStaticLoopRanges())
    work *= ShapedType::isDynamic(size) ? 1 : size;
  return work;
}

/// Whether columns of the result are contiguous on the right side too, so that
/// the product will be computed in registers that hold columns.
bool sumsColumns(linalg::MatmulOp op) {
  const unsigned columns = op.getNumLoops() - 2;
  return op.getIndexingMapsArray()[1].getDimPosition(1) == columns;
}

/// Whether cblas_sgemm is worth its packing.
bool isLibraryFaster(linalg::MatmulOp op, int64_t registers,
                     const CostModel &costs) {
  return registers < costs.manyRegisters && workOfRow(op) >= costs.libraryRow;
}

SmallVector<int64_t> loopSizesOf(TilingInterface op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op.getOperation()))
    return linalgOp.getStaticLoopRanges();
  return llvm::to_vector(
      cast<RankedTensorType>(op->getResult(0).getType()).getShape());
}

/// The innermost loop of one kind that is long enough to be split into shards.
std::optional<unsigned> findUnits(TilingInterface op, utils::IteratorType kind,
                                  const ShardRule &rule) {
  SmallVector<int64_t> sizes = loopSizesOf(op);
  auto iterators = op.getLoopIteratorTypes();
  for (unsigned loop = iterators.size(); loop-- > 0;)
    if (iterators[loop] == kind && !ShapedType::isDynamic(sizes[loop]) &&
        sizes[loop] >= rule.shortest)
      return loop;
  return std::nullopt;
}

/// A sum whose partial sums are fewer than its terms: they are what crosses
/// workers then. No other dimension of it is to be split.
bool isNarrowSum(TilingInterface op, unsigned loop, const ShardRule &rule) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op.getOperation());
  if (!linalgOp || linalgOp.getNumReductionLoops() != 1 ||
      linalgOp.getNumDpsInits() != 1)
    return false;
  // What is added must be added only.
  auto combiner = linalgOp.getBlock()
                      ->getTerminator()
                      ->getOperand(0)
                      .getDefiningOp<arith::AddFOp>();
  Value sum = linalgOp.getRegionOutputArgs()[0];
  if (!combiner || !sum.hasOneUse() || *sum.user_begin() != combiner)
    return false;
  const int64_t extent = loopSizesOf(op)[loop];
  int64_t columns = 1;
  for (int64_t size : linalgOp.getStaticLoopRanges())
    if (!ShapedType::isDynamic(size) && size != extent)
      columns *= size;
  return Shards(extent, rule).count * columns <= extent;
}

/// An op that only gives a destination its first value.
bool isInitializer(Operation *op) {
  if (isa<linalg::FillOp>(op))
    return true;
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return generic && isa<linalg::YieldOp>(generic.getBlock()->front());
}

class TileShardsPass : public mlc::impl::TileShardsBase<TileShardsPass> {
  using TileShardsBase::TileShardsBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    costs = CostModel::of(function);
    usedOnce.clear();
    IRRewriter rewriter(&getContext());
    workers =
        steps::addArgument(function, rewriter.getIndexType(), steps::kWorkers);
    if (function->hasAttr(steps::kIndependent))
      return;

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
      if (failed(split(rewriter, cast<TilingInterface>(op))))
        return signalPassFailure();
    }
  }

  ShardRule rule() { return ShardRule::of(getOperation()); }

  LogicalResult split(RewriterBase &rewriter, TilingInterface op) {
    if (std::optional<unsigned> units =
            findUnits(op, utils::IteratorType::parallel, rule()))
      return shard(rewriter, op, *units);
    std::optional<unsigned> terms =
        findUnits(op, utils::IteratorType::reduction, rule());
    if (terms && isNarrowSum(op, *terms, rule())) {
      const int64_t extent = loopSizesOf(op)[*terms];
      const Shards shards(extent, rule());
      explain(op, "shards") << remark::add(
          "a sum of {0} terms as partial sums of {1} shards, of which fewer "
          "numbers cross workers",
          extent, shards.count);
      FailureOr<Value> sum =
          splitSum(rewriter, op, *terms, extent, shards, workers);
      if (failed(sum))
        return op->emitError("cannot be split into partial sums");
      rewriter.replaceOp(op, *sum);
      return success();
    }
    auto iterators = op.getLoopIteratorTypes();
    if (!iterators.empty() && iterators[0] == utils::IteratorType::parallel &&
        ShapedType::isDynamic(loopSizesOf(op)[0]) &&
        chainHolds(op, [&](Operation *part) { return isHeavy(part); }))
      return shard(rewriter, op, 0);
    if (!iterators.empty())
      explain(op, "shards") << remark::add(
          "not split: no dimension of {0} has {1} units or more, and no row is "
          "heavy",
          sizesOf(loopSizesOf(op)), rule().shortest);
    return success();
  }

  /// Whether a row of a product takes long.
  bool isHeavy(Operation *op) const {
    if (isa<csr::MatmulOp>(op))
      return true;
    auto matmul = dyn_cast<linalg::MatmulOp>(op);
    return matmul && workOfRow(matmul) >= costs.heavyRow;
  }

  /// Whether `op` or one of the ops that make its destination is `wanted`.
  bool chainHolds(Operation *op, function_ref<bool(Operation *)> wanted) {
    while (op) {
      if (wanted(op))
        return true;
      auto dps = dyn_cast<DestinationStyleOpInterface>(op);
      if (!dps || dps.getNumDpsInits() != 1)
        return false;
      op = dps.getDpsInits()[0].getDefiningOp();
      if (!usedOnce.contains(op))
        return false;
    }
    return false;
  }

  bool isForLibrary(linalg::MatmulOp op) const {
    return gemm == Gemm::OpenBlas ||
           (gemm == Gemm::Auto && isLibraryFaster(op, registers, costs));
  }

  /// Splits along `loop`: units into whole shards, or rows of the batch. A
  /// product for the library is computed shard by shard, and not by rows of
  /// which each worker has others, since the library's rounding depends on the
  /// shape; elsewhere a worker's shards are one piece.
  LogicalResult shard(RewriterBase &rewriter, TilingInterface root,
                      unsigned loop) {
    rewriter.setInsertionPoint(root);
    Location loc = root.getLoc();
    const int64_t extent = loopSizesOf(root)[loop];
    const bool isLibrary =
        !ShapedType::isDynamic(extent) && chainHolds(root, [&](Operation *op) {
          auto matmul = dyn_cast<linalg::MatmulOp>(op);
          return matmul && isForLibrary(matmul);
        });
    explainShards(root, extent, isLibrary);
    SmallVector<Range> domain = root.getIterationDomain(rewriter);
    SmallVector<OpFoldResult> sizes(domain.size(), rewriter.getIndexAttr(0));
    if (ShapedType::isDynamic(extent))
      sizes[loop] = affine::makeComposedFoldedAffineApply(
          rewriter, loc,
          rewriter.getAffineSymbolExpr(0).ceilDiv(
              rewriter.getAffineSymbolExpr(1)),
          {domain[loop].size, workers});
    else if (isLibrary)
      sizes[loop] = rewriter.getIndexAttr(Shards(extent, rule()).size);
    else
      sizes[loop] =
          unitsOfWorker(rewriter, loc, Shards(extent, rule()), workers);

    scf::SCFTileAndFuseOptions options;
    options.tilingOptions.setTileSizes(sizes);
    options.tilingOptions.setLoopType(
        scf::SCFTilingOptions::LoopType::ForallOp);
    options.setFusionControlFn(
        [&](tensor::ExtractSliceOp slice, OpResult producer, bool isDestination)
            -> std::optional<scf::SCFTileAndFuseOptions::ControlFnResult> {
          Operation *op = producer.getOwner();
          if (isDestination ? belongsInPlace(op) : belongsInTile(op, slice))
            return scf::SCFTileAndFuseOptions::ControlFnResult{};
          return std::nullopt;
        });
    FailureOr<scf::SCFTileAndFuseResult> tiled =
        scf::tileConsumerAndFuseProducersUsingSCF(rewriter, root, options);
    if (failed(tiled))
      return root->emitError("cannot be split into shards");
    if (!ShapedType::isDynamic(extent))
      for (LoopLikeOpInterface loop : tiled->loops)
        noteShards(loop, Shards(extent, rule()));
    for (auto [old, replacement] : tiled->replacements)
      rewriter.replaceAllUsesWith(old, replacement);
    for (Operation *op : tiled->tiledAndFusedOps)
      if (isLibrary && isa<linalg::MatmulOp>(op))
        op->setAttr(steps::kLibrary, rewriter.getUnitAttr());
    return success();
  }

  void explainShards(Operation *root, int64_t extent, bool isLibrary) {
    if (ShapedType::isDynamic(extent)) {
      explain(root, "shards") << remark::add(
          "rows of the batch are split among workers: a product of {0} or more "
          "multiplications a row, or of sparse rows",
          costs.heavyRow);
    } else {
      const Shards shards(extent, rule());
      explain(root, "shards") << remark::add(
          "{0} units as {1} shards of {2}: at most {3}, of whole lines of {4}",
          extent, shards.count, shards.size, rule().most, rule().line);
    }
    // A chain of one op or more that make the destination.
    for (Operation *op = root; op && isa<DestinationStyleOpInterface>(op);
         op = cast<DestinationStyleOpInterface>(op)
                  .getDpsInits()[0]
                  .getDefiningOp())
      if (auto matmul = dyn_cast<linalg::MatmulOp>(op))
        explain(matmul, "product") << remark::add(
            "{0} by {1}: {2} multiplications a row, where OpenBLAS is faster "
            "from {3} on with less than {4} registers; there are {5}",
            sizesOf(matmul.getStaticLoopRanges()),
            isLibrary ? "OpenBLAS" : "generated code", workOfRow(matmul),
            costs.libraryRow, costs.manyRegisters, int64_t(registers));
  }

  /// What makes the destination of its one user is computed there.
  bool belongsInPlace(Operation *producer) {
    return isInitializer(producer) ||
           (isa<linalg::MatmulOp, csr::MatmulOp, csr::MatmulTransposedOp>(
                producer) &&
            usedOnce.contains(producer));
  }

  /// A product is also taken in where it will be computed in its user's
  /// registers.
  bool belongsInTile(Operation *producer, tensor::ExtractSliceOp slice) {
    if (isInitializer(producer))
      return true;
    if (!usedOnce.contains(producer))
      return false;
    auto matmul = dyn_cast<linalg::MatmulOp>(producer);
    if (matmul ? isForLibrary(matmul) || !sumsColumns(matmul)
               : !isa<csr::MatmulTransposedOp>(producer))
      return false;
    return llvm::all_of(slice->getUses(), [](OpOperand &use) {
      auto user = dyn_cast<linalg::LinalgOp>(use.getOwner());
      return needsOneTile(use) && user && !hasLongBody(user);
    });
  }

  CostModel costs;
  Value workers;
  /// Ops whose result had one use before anything was tiled.
  DenseSet<Operation *> usedOnce;
};

} // namespace
