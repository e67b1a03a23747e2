//===- TileVectors.cpp - Vector code inside of foralls --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorTile.h"
#include "dialects/Csr/Csr.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/Vector/Transforms/LoweringPatterns.h"
#include "mlir/Dialect/Vector/Transforms/VectorRewritePatterns.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlc {
#define GEN_PASS_DEF_TILEVECTORS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// Rows shorter than this are left to plain loops.
constexpr int64_t kShortRow = 8;
/// Results that a sum of terms has in registers at a time.
constexpr int64_t kTermSums = 4;

bool isCsrProduct(Operation *op) {
  return isa<csr::MatmulOp, csr::MatmulTransposedOp>(op);
}

/// A sum that its only user may compute in its own tile.
bool isSumOfColumns(Operation *op) {
  return sumKindOf(op) == SumKind::OfColumns;
}

bool isElementwise(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp || !isa<linalg::GenericOp, linalg::FillOp>(op) ||
      linalgOp.getNumParallelLoops() != linalgOp.getNumLoops() ||
      linalgOp.getNumLoops() == 0 || linalgOp.getNumLoops() > 2)
    return false;
  // Reading at computed places is a loop's work.
  if (llvm::any_of(linalgOp.getBlock()->getOperations(), [](Operation &inner) {
        return isa<tensor::ExtractOp>(inner);
      }))
    return false;
  return llvm::all_of(linalgOp.getDpsInitsMutable(), [&](OpOperand &init) {
    return linalgOp.getMatchingIndexingMap(&init).isIdentity();
  });
}

/// Whether `op` alone uses a product that is computed in its registers, or
/// starts one.
bool joinsProduct(Operation *op) {
  auto isJoined = [](Operation *product) {
    return isCsrProduct(product) || isSumOfColumns(product);
  };
  if (op->hasOneUse() && isJoined(*op->user_begin()))
    return true;
  return llvm::any_of(op->getOperands(), [&](Value operand) {
    Operation *producer = operand.getDefiningOp();
    return producer && isJoined(producer) && producer->hasOneUse();
  });
}

/// Products and sums, and element-wise ops on rows that are long enough or that
/// share a product's registers.
bool isVectorizable(Operation *op) {
  if (isCsrProduct(op) || sumKindOf(op))
    return true;
  if (!isElementwise(op))
    return false;
  const int64_t row = cast<linalg::LinalgOp>(op).getStaticLoopRanges().back();
  return ShapedType::isDynamic(row) || row >= kShortRow || joinsProduct(op);
}

/// A masked read of what a write with the same mask has just stored: the
/// vector itself where the mask is set, and the padding elsewhere.
struct ForwardMaskedWrite : OpRewritePattern<vector::TransferReadOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vector::TransferReadOp read,
                                PatternRewriter &b) const override {
    auto write = read.getBase().getDefiningOp<vector::TransferWriteOp>();
    if (!write || !read.getMask() || read.getMask() != write.getMask() ||
        read.getVectorType() != write.getVectorType() ||
        read.getPermutationMap() != write.getPermutationMap() ||
        read.getIndices() != write.getIndices())
      return failure();
    Value padding = vector::BroadcastOp::create(
        b, read.getLoc(), read.getVectorType(), read.getPadding());
    b.replaceOpWithNewOp<arith::SelectOp>(read, read.getMask(),
                                          write.getVector(), padding);
    return success();
  }
};

/// Gives every input of a one-row tile the tile's own shape: a row that all
/// rows share becomes a row of its own, one number for the row a scalar.
/// (Upstream's masks fit no other inputs.)
void alignInputs(RewriterBase &b, linalg::GenericOp op) {
  if (op.getNumLoops() != 2)
    return;
  b.setInsertionPoint(op);
  Location loc = op.getLoc();
  for (int64_t i = op.getNumDpsInputs() - 1; i >= 0; --i) {
    OpOperand *input = op.getDpsInputOperand(i);
    AffineMap map = op.getMatchingIndexingMap(input);
    if (map.isIdentity())
      continue;
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    if (map.getNumResults() == 1 && map.isFunctionOfDim(1)) {
      auto type = cast<RankedTensorType>(input->get().getType());
      Value size = b.createOrFold<tensor::DimOp>(loc, input->get(), 0);
      SmallVector<OpFoldResult> shape{b.getIndexAttr(1),
                                      type.isDynamicDim(0)
                                          ? OpFoldResult(size)
                                          : b.getIndexAttr(type.getDimSize(0))};
      Value row = tensor::ExpandShapeOp::create(
          b, loc,
          RankedTensorType::get({1, type.getDimSize(0)}, type.getElementType()),
          input->get(), ArrayRef<ReassociationIndices>{{0, 1}}, shape);
      maps[i] = b.getMultiDimIdentityMap(2);
      b.modifyOpInPlace(op, [&] {
        input->set(row);
        op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
      });
      continue;
    }
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    Value scalar = tensor::ExtractOp::create(
        b, loc, input->get(), SmallVector<Value>(map.getNumResults(), zero));
    maps.erase(maps.begin() + i);
    b.modifyOpInPlace(op, [&] {
      op.getBlock()->getArgument(i).replaceAllUsesWith(scalar);
      op.getBlock()->eraseArgument(i);
      op.getInputsMutable().erase(i);
      op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
    });
  }
}

/// Splits a loop over tiles of `size` elements: it keeps the whole tiles, and a
/// copy of it, which is returned, does what is left at the end; null where
/// nothing can be left.
scf::ForOp splitLoop(RewriterBase &b, scf::ForOp loop, int64_t size) {
  std::optional<int64_t> upper = getConstantIntValue(loop.getUpperBound());
  if (size == 1 || (upper && *upper % size == 0))
    return {};
  b.setInsertionPoint(loop);
  Location loc = loop.getLoc();
  OpFoldResult whole = affine::makeComposedFoldedAffineApply(
      b, loc, b.getAffineSymbolExpr(0).floorDiv(size) * size,
      {getAsOpFoldResult(loop.getUpperBound())});
  Value end = getValueOrCreateConstantIndexOp(b, loc, whole);
  b.setInsertionPointAfter(loop);
  auto rest = cast<scf::ForOp>(b.clone(*loop));
  rest.setLowerBound(end);
  for (auto [old, replacement] :
       llvm::zip_equal(loop.getResults(), rest.getResults()))
    b.replaceAllUsesExcept(old, replacement, rest);
  rest.getInitArgsMutable().assign(loop.getResults());
  b.modifyOpInPlace(loop, [&] { loop.setUpperBound(end); });

  // No tile is cut any more at the end of the first loop.
  SmallVector<affine::AffineMinOp> cuts;
  loop.walk([&](affine::AffineMinOp op) {
    if (llvm::is_contained(op.getOperands(), loop.getInductionVar()) &&
        llvm::is_contained(op.getMap().getResults(),
                           b.getAffineConstantExpr(size)))
      cuts.push_back(op);
  });
  for (affine::AffineMinOp cut : cuts) {
    b.setInsertionPoint(cut);
    b.replaceOpWithNewOp<arith::ConstantIndexOp>(cut, size);
  }
  return rest;
}

/// Vector registers that a row covers, alone and in the tile of a dense
/// product.
constexpr int64_t kRowRegisters = 4, kProductRegisters = 2;

class TileVectorsPass : public mlc::impl::TileVectorsBase<TileVectorsPass> {
  using TileVectorsBase::TileVectorsBase;

  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    IRRewriter rewriter(&getContext());
    SmallVector<Block *> blocks{&getOperation().getBody().front()};
    getOperation().walk([&](scf::ForallOp forall) {
      blocks.push_back(forall.getBody());
      forall.walk([&](scf::ForOp loop) { blocks.push_back(loop.getBody()); });
    });
    // What each worker or one of them does is not joined: one may do a part.
    const Block *shared =
        getOperation()->hasAttr(steps::kAlone) ? nullptr : blocks.front();
    for (Block *block : blocks) {
      isShared = block == shared;
      if (failed(tileBlock(rewriter, *block)))
        return signalPassFailure();
    }
    if (failed(simplify()) || failed(vectorize(rewriter)) ||
        failed(simplify()) || failed(lowerMasks()))
      return signalPassFailure();
    getOperation().walk([&](Operation *op) {
      if (!isCsrProduct(op))
        return;
      op->emitError("expected a csr product where a forall or a function has "
                    "its ops");
      signalPassFailure();
    });
  }

  /// Splits what can be vectorised into tiles of registers, consumers first; a
  /// product or initialiser that only one of them uses goes along.
  LogicalResult tileBlock(RewriterBase &rewriter, Block &block) {
    SmallVector<Operation *> ops;
    usedOnce.clear();
    for (Operation &op : block.without_terminator()) {
      if (!isVectorizable(&op))
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
      // Alone, filling is the library's work; equal loops would become one.
      if (isa<linalg::FillOp>(op))
        continue;
      if (failed(tileRoot(rewriter, cast<TilingInterface>(op))))
        return op->emitError("cannot be tiled for vectors");
    }
    return success();
  }

  /// The root and the ops that will be computed in its tile.
  SmallVector<Operation *> opsOfTile(Operation *root) {
    SmallVector<Operation *> ops{root};
    for (size_t i = 0; i < ops.size(); ++i) // grows
      for (OpOperand &operand : ops[i]->getOpOperands()) {
        Operation *producer = operand.get().getDefiningOp();
        if (producer && usedOnce.contains(producer) && isOfTile(operand))
          ops.push_back(producer);
      }
    return ops;
  }

  /// Rows of the root's tile: several for a dense product, which reads its
  /// right side once for all of them. A csr product has one row a tile; wide
  /// products of integers are lowered upstream on one row only.
  int64_t rowsOf(Operation *root) {
    bool hasProduct = false;
    for (Operation *op : opsOfTile(root)) {
      if (isCsrProduct(op))
        return 1;
      auto loop = cast<linalg::LinalgOp>(op);
      hasProduct |= isSumOfColumns(op) && loop.getNumParallelLoops() == 2;
      for (Operation &inner : *loop.getBlock())
        for (Type type : inner.getResultTypes())
          if (type.isInteger(32) || type.isInteger(64))
            return 1;
    }
    return hasProduct ? productRows : 1;
  }

  /// The loops of the dimensions of the root's result.
  static SmallVector<unsigned> resultLoops(TilingInterface root) {
    SmallVector<unsigned> loops;
    for (auto [loop, kind] : llvm::enumerate(root.getLoopIteratorTypes()))
      if (kind == utils::IteratorType::parallel)
        loops.push_back(loop);
    return loops;
  }

  static int64_t upperBoundOf(OpFoldResult size) {
    FailureOr<int64_t> bound = ValueBoundsConstraintSet::computeConstantBound(
        presburger::BoundType::UB, ValueBoundsConstraintSet::Variable(size),
        /*stopCondition=*/nullptr, /*closedUB=*/true);
    return succeeded(bound) ? *bound : std::numeric_limits<int64_t>::max();
  }

  /// How the root and what goes along is tiled.
  VectorTile tileOf(TilingInterface root, OpFoldResult columns) {
    const unsigned rank =
        cast<RankedTensorType>(root->getResult(0).getType()).getRank();
    if (sumKindOf(root) == SumKind::OfTerms)
      return {rank == 2 ? kTermSums : 1, kTermSums, false};
    const int64_t rows = rank == 2 ? rowsOf(root) : 1;
    const int64_t width =
        (rows > 1 ? kProductRegisters : kRowRegisters) * lanes;
    std::optional<int64_t> known = getConstantIntValue(columns);
    if (!known && upperBoundOf(columns) < width) // never a whole tile
      return {1, lanes, true};
    if (!known || *known >= width)
      return {rows, width, false};
    // One narrow vector a row.
    const auto narrow = int64_t(llvm::PowerOf2Ceil(*known));
    return {1, narrow, narrow != *known};
  }

  /// Whole tiles of registers first. Then what is left of the rows, in tiles of
  /// one row, and what is left of the columns, in tiles of one row and a
  /// register, which are masked (or of one element, for sums of terms).
  LogicalResult tileRoot(RewriterBase &rewriter, TilingInterface root) {
    if (cast<RankedTensorType>(root->getResult(0).getType()).getRank() == 0) {
      VectorTile().setOn(root);
      return success();
    }
    rewriter.setInsertionPoint(root);
    const VectorTile whole = tileOf(
        root, root.getIterationDomain(rewriter)[resultLoops(root).back()].size);
    const VectorTile masked = sumKindOf(root) == SumKind::OfTerms
                                  ? VectorTile{1, 1, false}
                                  : VectorTile{1, lanes, true};
    FailureOr<SmallVector<LoopLikeOpInterface>> loops =
        tile(rewriter, root, whole);
    if (failed(loops))
      return failure();
    if (whole.isMasked)
      return success();
    const int64_t sizes[] = {whole.width, whole.rows};
    const VectorTile rests[] = {masked, {1, whole.width, false}};
    for (auto [loop, size, restTile] : llvm::zip(*loops, sizes, rests)) {
      scf::ForOp rest =
          splitLoop(rewriter, cast<scf::ForOp>(loop.getOperation()), size);
      if (rest && failed(tileRest(rewriter, rest, restTile)))
        return failure();
    }
    return success();
  }

  /// Tiles what a loop does once more.
  LogicalResult tileRest(RewriterBase &rewriter, scf::ForOp loop,
                         VectorTile vectors) {
    Operation *root = nullptr;
    loop.walk([&](Operation *op) {
      if (!VectorTile::of(op))
        return;
      VectorTile::clear(op);
      if (op->hasOneUse())
        usedOnce.insert(op);
      root = op; // users come last
    });
    return tile(rewriter, cast<TilingInterface>(root), vectors);
  }

  /// Tiles the root and what goes along with it.
  FailureOr<SmallVector<LoopLikeOpInterface>>
  tile(RewriterBase &rewriter, TilingInterface root, VectorTile vectors) {
    const SmallVector<unsigned> loops = resultLoops(root);
    SmallVector<OpFoldResult> sizes(root.getLoopIteratorTypes().size(),
                                    rewriter.getIndexAttr(0));
    sizes[loops.back()] = rewriter.getIndexAttr(vectors.width);
    scf::SCFTileAndFuseOptions options;
    if (loops.size() == 2) {
      sizes[loops[0]] = rewriter.getIndexAttr(vectors.rows);
      // Columns outside: their mask is the same for all rows, and a product's
      // right side stays near.
      SmallVector<int64_t> order =
          llvm::to_vector(llvm::seq<int64_t>(0, sizes.size()));
      std::swap(order[loops[0]], order[loops[1]]);
      options.tilingOptions.setInterchange(order);
    }
    options.tilingOptions.setTileSizes(sizes);
    options.setFusionControlFn(
        [&](tensor::ExtractSliceOp slice, OpResult producer, bool)
            -> std::optional<scf::SCFTileAndFuseOptions::ControlFnResult> {
          Operation *op = producer.getOwner();
          if (!isShared && usedOnce.contains(op) &&
              llvm::all_of(slice->getUses(), isOfTile) &&
              sumKindOf(op) != SumKind::OfTerms)
            return scf::SCFTileAndFuseOptions::ControlFnResult{};
          return std::nullopt;
        });
    rewriter.setInsertionPoint(root);
    FailureOr<scf::SCFTileAndFuseResult> tiled =
        scf::tileConsumerAndFuseProducersUsingSCF(rewriter, root, options);
    if (failed(tiled))
      return failure();
    for (Operation *op : tiled->tiledAndFusedOps)
      vectors.setOn(op);
    for (auto [old, replacement] : tiled->replacements)
      rewriter.replaceAllUsesWith(old, replacement);
    rewriter.eraseOp(root);
    return tiled->loops;
  }

  /// Whether an op needs of an operand just what it makes: a tile.
  static bool isOfTile(OpOperand &use) {
    auto dps = dyn_cast<DestinationStyleOpInterface>(use.getOwner());
    if (dps && dps.isDpsInit(&use))
      return true;
    auto loop = dyn_cast<linalg::LinalgOp>(use.getOwner());
    return loop && isElementwise(loop) &&
           loop.getMatchingIndexingMap(&use).isIdentity();
  }

  LogicalResult vectorize(RewriterBase &rewriter) {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<csr::GroupColumnsOp>(op) || VectorTile::of(op))
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      rewriter.setInsertionPoint(op);
      if (auto group = dyn_cast<csr::GroupColumnsOp>(op)) {
        lowerGroupColumns(rewriter, group);
        continue;
      }
      VectorTile tile = *VectorTile::of(op);
      VectorTile::clear(op);
      if (failed(vectorizeTile(rewriter, op, tile)))
        return op->emitError("cannot be vectorised");
    }
    return success();
  }

  LogicalResult vectorizeTile(RewriterBase &rewriter, Operation *op,
                              VectorTile tile) {
    if (auto product = dyn_cast<csr::MatmulOp>(op))
      return vectorizeCsr(rewriter, product, tile);
    if (auto product = dyn_cast<csr::MatmulTransposedOp>(op))
      return vectorizeCsr(rewriter, product, tile);
    auto generic = dyn_cast<linalg::GenericOp>(op);
    if (generic && sumKindOf(generic))
      return vectorizeSum(rewriter, generic, tile, lanes);
    if (generic && tile.isMasked)
      alignInputs(rewriter, generic);
    SmallVector<int64_t> sizes{tile.width};
    if (cast<linalg::LinalgOp>(op).getNumLoops() == 2)
      sizes.insert(sizes.begin(), tile.rows);
    FailureOr<linalg::VectorizationResult> vectorized = linalg::vectorize(
        rewriter, op, sizes, SmallVector<bool>(sizes.size(), false),
        /*vectorizeNDExtract=*/false, /*flatten1DDepthwiseConv=*/false,
        /*assumeDynamicDimsMatchVecSizes=*/!tile.isMasked);
    if (failed(vectorized))
      return failure();
    rewriter.replaceOp(op, vectorized->replacements);
    return success();
  }

  /// Canonicalisation and common subexpressions: masks must become one value.
  LogicalResult simplify() {
    RewritePatternSet patterns(&getContext());
    for (Dialect *dialect : getContext().getLoadedDialects())
      dialect->getCanonicalizationPatterns(patterns);
    for (RegisteredOperationName op : getContext().getRegisteredOperations())
      op.getCanonicalizationPatterns(patterns, &getContext());
    // Sizes of slices and loop results, from which masks are made.
    memref::populateResolveRankedShapedTypeResultDimsPatterns(patterns);
    scf::populateSCFForLoopCanonicalizationPatterns(patterns);
    patterns.add<ForwardMaskedWrite>(&getContext());
    FrozenRewritePatternSet frozen(std::move(patterns));
    for (int round = 0; round < 2; ++round) {
      if (failed(applyPatternsGreedily(getOperation(), frozen)))
        return failure();
      DominanceInfo dominance(getOperation());
      IRRewriter rewriter(&getContext());
      eliminateCommonSubExpressions(rewriter, dominance, getOperation());
    }
    return success();
  }

  LogicalResult lowerMasks() {
    RewritePatternSet patterns(&getContext());
    vector::populateVectorMaskOpLoweringPatterns(patterns);
    vector::populateVectorMaskLoweringPatternsForSideEffectingOps(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return failure();
    return simplify();
  }

  bool isShared = false;
  /// Ops of the block whose result has one use.
  DenseSet<Operation *> usedOnce;
};

} // namespace
