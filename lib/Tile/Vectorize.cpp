//===- Vectorize.cpp - Tiles as vector code -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GroupColumns.h"
#include "RowGather.h"
#include "SumLoops.h"
#include "TileOps.h"
#include "VectorTile.h"
#include "VectorizeCsr.h"
#include "VectorizeIntegers.h"
#include "VectorizeRows.h"
#include "VectorizeSum.h"
#include "mlc/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlc {
#define GEN_PASS_DEF_VECTORIZE
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

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

class VectorizePass : public mlc::impl::VectorizeBase<VectorizePass> {
  using VectorizeBase::VectorizeBase;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    if (failed(vectorize(rewriter)))
      return signalPassFailure();
    getOperation().walk([&](Operation *op) {
      if (!isCsrProduct(op) && !isa<csr::UpdateRowsOp>(op))
        return;
      op->emitError("expected a csr op where a forall or a function has its "
                    "ops");
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
    if (auto product = dyn_cast<csr::QuantizedMatmulOp>(op))
      return vectorizeCsr(rewriter, product, tile);
    if (auto product = dyn_cast<csr::IntegerMatmulOp>(op))
      return vectorizeIntegers(rewriter, product, tile, byteProducts);
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
};

} // namespace
