//===- BlockTerms.cpp - Long sums of large products in blocks -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatrixProduct.h"
#include "lib/CostModel.h"
#include "lib/Support/Bounds.h"
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
#include "mlir/IR/PatternMatch.h"

namespace mlc {
#define GEN_PASS_DEF_BLOCKTERMS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

class BlockTermsPass : public mlc::impl::BlockTermsBase<BlockTermsPass> {
  void runOnOperation() override {
    costs_ = CostModel::of(getOperation());
    SmallVector<linalg::GenericOp> products;
    getOperation().walk([&](linalg::GenericOp op) {
      if (isWorthBlocks(op))
        products.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::GenericOp product : products)
      if (failed(split(rewriter, product)))
        return signalPassFailure();
  }

  bool isWorthBlocks(linalg::GenericOp op) const {
    if (!isMatrixProduct(op))
      return false;
    const int64_t columns = op.getStaticLoopRanges()[1];
    const int64_t count = op.getStaticLoopRanges()[2];
    // What another loop reads is computed in that loop's registers.
    const bool isRead = llvm::any_of(op->getUses(), [](OpOperand &use) {
      auto user = dyn_cast<linalg::LinalgOp>(use.getOwner());
      return user && !user.isDpsInit(&use);
    });
    return !isRead && !ShapedType::isDynamic(count) &&
           count > costs_.blockTerms &&
           (ShapedType::isDynamic(columns) ||
            count * columns >= costs_.blockElements);
  }

  LogicalResult split(RewriterBase &b, linalg::GenericOp product) {
    explain(product, "blocks") << remark::add(
        "{0} in blocks of {1} terms: the right side has {2} elements or more",
        sizesOf(product.getStaticLoopRanges()), costs_.blockTerms,
        costs_.blockElements);
    SmallVector<OpFoldResult> sizes(3, b.getIndexAttr(0));
    sizes[2] = b.getIndexAttr(costs_.blockTerms);
    b.setInsertionPoint(product);
    FailureOr<scf::SCFTilingResult> tiled =
        scf::tileUsingSCF(b, cast<TilingInterface>(product.getOperation()),
                          scf::SCFTilingOptions().setTileSizes(sizes));
    if (failed(tiled))
      return product.emitError("cannot be split into blocks of terms");
    b.replaceOp(product, tiled->replacements);
    if (getOperation()->hasAttr(steps::kBatch)) // a step
      packRows(b, cast<linalg::GenericOp>(tiled->tiledOps.front()));
    return success();
  }

  /// Has a block of terms read a copy of its part of the left side, which many
  /// tiles of columns read: rows that are a power of two apart leave no place
  /// in a cache for what is read beside them.
  void packRows(RewriterBase &b, linalg::GenericOp block) {
    OpOperand *left = operandAlong(block, 0, 2);
    if (!left)
      return;
    Value source = left->get();
    std::optional<int64_t> most = boundOf(source, 0);
    if (!most)
      return;
    const int64_t rows = *most;
    const int64_t count = boundOf(source, 1).value_or(costs_.blockTerms);
    const int64_t columns = boundOf(block.getDpsInits()[0], 1).value_or(0);
    // Few tiles would read it, or it would leave the near cache itself.
    if (4 * count * columns < costs_.blockElements ||
        rows > 4 * costs_.blockTerms)
      return;
    b.setInsertionPoint(block);
    Location loc = block.getLoc();
    Value empty =
        tensor::EmptyOp::create(b, loc, {rows, count}, b.getF32Type());
    auto type = cast<RankedTensorType>(source.getType());
    SmallVector<OpFoldResult> zeros(2, b.getIndexAttr(0)),
        ones(2, b.getIndexAttr(1));
    Value part = tensor::ExtractSliceOp::create(
        b, loc, type, empty, zeros, tensor::getMixedSizes(b, loc, source),
        ones);
    SmallVector<AffineMap> maps(2, b.getMultiDimIdentityMap(2));
    SmallVector<utils::IteratorType> loops(2, utils::IteratorType::parallel);
    auto copy = linalg::GenericOp::create(
        b, loc, type, source, part, maps, loops,
        [](OpBuilder &inner, Location place, ValueRange elements) {
          linalg::YieldOp::create(inner, place, elements[0]);
        });
    b.modifyOpInPlace(block, [&] { left->set(copy.getResult(0)); });
  }

  CostModel costs_;
};

} // namespace
