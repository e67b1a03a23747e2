//===- TileVectors.cpp - Vector code inside of foralls --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PackOperands.h"
#include "RegisterTiles.h"
#include "TileOps.h"
#include "TouchedRows.h"
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
    const ProductBlocks productBlocks{
        blockElements, blockTerms,
        std::max<int64_t>(blockRows / productRows, 1) * productRows};
    if (failed(mlc::blockTerms(rewriter, getOperation(), productBlocks)))
      return signalPassFailure();
    SmallVector<Block *> blocks;
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<func::FuncOp, scf::ForallOp, scf::ForOp>(op))
        blocks.push_back(&op->getRegion(0).front());
    });
    // What is outside of foralls each worker does, or one does a part of it.
    const bool isAlone = getOperation()->hasAttr(steps::kIndependent);
    auto batch = getOperation()->getAttrOfType<IntegerAttr>(steps::kBatch);
    for (Block *block : blocks) {
      Operation *parent = block->getParentOp();
      const bool joins = isAlone || isa<scf::ForallOp>(parent) ||
                         parent->getParentOfType<scf::ForallOp>();
      if (failed(tileForRegisters(rewriter, *block,
                                  {lanes, registers, productRows, joins,
                                   productBlocks, batch ? batch.getInt() : 1})))
        return signalPassFailure();
    }
    if (failed(simplify()))
      return signalPassFailure();
    skipUntouchedRows(rewriter, getOperation());
    if (failed(vectorize(rewriter)) || failed(simplify()) ||
        failed(lowerMasks()))
      return signalPassFailure();
    getOperation().walk([&](Operation *op) {
      if (!isCsrProduct(op))
        return;
      op->emitError("expected a csr product where a forall or a function has "
                    "its ops");
      signalPassFailure();
    });
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
    if (generic && yieldsElement(generic))
      return vectorizeRowGather(rewriter, generic, tile);
    if (generic && tile.rows > 1 && isOfRows(generic)) {
      vectorizeRows(rewriter, generic, tile);
      return success();
    }
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
};

} // namespace
