//===- TileVectors.cpp - Vector code inside of foralls --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorizeCsr.h"
#include "dialects/Csr/Csr.h"
#include "mlc/Passes.h"

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

bool isCsrProduct(Operation *op) {
  return isa<csr::MatmulOp, csr::MatmulTransposedOp>(op);
}

/// Whether `op` alone uses a csr product, or starts one: they share registers.
bool joinsCsrProduct(Operation *op) {
  if (op->hasOneUse() && isCsrProduct(*op->user_begin()))
    return true;
  return llvm::any_of(op->getOperands(), [](Value operand) {
    Operation *producer = operand.getDefiningOp();
    return producer && isCsrProduct(producer) && producer->hasOneUse();
  });
}

/// Element-wise ops on rows that are long enough, and csr products with what
/// starts and uses them.
bool isVectorizable(Operation *op) {
  if (isCsrProduct(op))
    return true;
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
  int64_t row = linalgOp.getStaticLoopRanges().back();
  return llvm::all_of(
             linalgOp.getDpsInitsMutable(),
             [&](OpOperand &init) {
               return linalgOp.getMatchingIndexingMap(&init).isIdentity();
             }) &&
         (ShapedType::isDynamic(row) || row >= kShortRow ||
          joinsCsrProduct(op));
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

class TileVectorsPass : public mlc::impl::TileVectorsBase<TileVectorsPass> {
  using TileVectorsBase::TileVectorsBase;

  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    IRRewriter rewriter(&getContext());
    SmallVector<scf::ForallOp> foralls;
    getOperation().walk(
        [&](scf::ForallOp forall) { foralls.push_back(forall); });
    for (scf::ForallOp forall : foralls)
      if (failed(tile(rewriter, forall)))
        return signalPassFailure();
    if (failed(simplify()) || failed(vectorize(rewriter)) ||
        failed(simplify()) || failed(lowerMasks()))
      return signalPassFailure();
  }

  /// The vector that covers a row of `op`: no wider than the row.
  int64_t widthOf(Operation *op) {
    int64_t row =
        cast<RankedTensorType>(op->getResult(0).getType()).getShape().back();
    return ShapedType::isDynamic(row)
               ? width
               : std::min<int64_t>(width, llvm::PowerOf2Ceil(row));
  }

  /// Splits what can be vectorised into rows of `width` columns, consumers
  /// first; a product or initialiser that only one of them uses goes along.
  LogicalResult tile(RewriterBase &rewriter, scf::ForallOp forall) {
    SmallVector<Operation *> ops;
    DenseSet<Operation *> usedOnce;
    for (Operation &op : forall.getBody()->without_terminator()) {
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
      auto root = cast<TilingInterface>(op);
      const unsigned rank = root.getLoopIteratorTypes().size();
      SmallVector<OpFoldResult> sizes{rewriter.getIndexAttr(widthOf(op))};
      scf::SCFTileAndFuseOptions options;
      if (rank == 2) {
        sizes.insert(sizes.begin(), rewriter.getIndexAttr(1));
        // Columns outside: their mask is the same for all rows.
        options.tilingOptions.setInterchange({1, 0});
      }
      options.tilingOptions.setTileSizes(sizes);
      options.setFusionControlFn(
          [&](tensor::ExtractSliceOp, OpResult producer, bool)
              -> std::optional<scf::SCFTileAndFuseOptions::ControlFnResult> {
            if (usedOnce.contains(producer.getOwner()))
              return scf::SCFTileAndFuseOptions::ControlFnResult{};
            return std::nullopt;
          });
      rewriter.setInsertionPoint(op);
      FailureOr<scf::SCFTileAndFuseResult> tiled =
          scf::tileConsumerAndFuseProducersUsingSCF(rewriter, root, options);
      if (failed(tiled))
        return op->emitError("cannot be tiled for vectors");
      for (auto [old, replacement] : tiled->replacements)
        rewriter.replaceAllUsesWith(old, replacement);
      rewriter.eraseOp(op);
    }
    return success();
  }

  LogicalResult vectorize(RewriterBase &rewriter) {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<csr::GroupColumnsOp>(op) ||
          (isVectorizable(op) && isa<scf::ForOp>(op->getParentOp())))
        ops.push_back(op);
    });
    SmallVector<int64_t> widths;
    for (Operation *op : ops)
      widths.push_back(widthOf(op));
    for (auto [op, vectorWidth] : llvm::zip_equal(ops, widths)) {
      rewriter.setInsertionPoint(op);
      if (auto group = dyn_cast<csr::GroupColumnsOp>(op)) {
        lowerGroupColumns(rewriter, group);
      } else if (auto product = dyn_cast<csr::MatmulOp>(op)) {
        if (failed(vectorizeCsr(rewriter, product, vectorWidth)))
          return op->emitError("expected a tile of one row");
      } else if (auto product = dyn_cast<csr::MatmulTransposedOp>(op)) {
        if (failed(vectorizeCsr(rewriter, product, vectorWidth)))
          return op->emitError("expected a tile of one row");
      } else {
        if (auto generic = dyn_cast<linalg::GenericOp>(op))
          alignInputs(rewriter, generic);
        SmallVector<int64_t> sizes{vectorWidth};
        if (cast<linalg::LinalgOp>(op).getNumLoops() == 2)
          sizes.insert(sizes.begin(), 1);
        FailureOr<linalg::VectorizationResult> vectorized = linalg::vectorize(
            rewriter, op, sizes, SmallVector<bool>(sizes.size(), false));
        if (failed(vectorized))
          return op->emitError("cannot be vectorised");
        rewriter.replaceOp(op, vectorized->replacements);
      }
    }
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
};

} // namespace
