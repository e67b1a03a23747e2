//===- PackOperands.cpp - Operands of large products, packed --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PackOperands.h"
#include "MatrixProduct.h"
#include "lib/Support/Bounds.h"
#include "lib/Support/Explain.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"

using namespace mlir;
using namespace mlc;

namespace {

/// A slice [0, place] [terms, width] that a tile reads, `place` being the
/// variable of `loop`.
struct TileSlice {
  tensor::ExtractSliceOp op;
  int64_t width;

  /// What the loop `outer` around `loop` changes must be `loop`'s too.
  static std::optional<TileSlice> of(OpOperand *operand, scf::ForOp loop,
                                     scf::ForOp outer) {
    auto slice = operand
                     ? operand->get().getDefiningOp<tensor::ExtractSliceOp>()
                     : tensor::ExtractSliceOp();
    if (!slice || slice.getSourceType().getRank() != 2 ||
        slice.getType().getRank() != 2 || !slice.hasUnitStride())
      return std::nullopt;
    SmallVector<OpFoldResult> offsets = slice.getMixedOffsets();
    std::optional<int64_t> width =
        getConstantIntValue(slice.getMixedSizes()[1]);
    auto isOutside = [&](OpFoldResult value) {
      return getConstantIntValue(value) ||
             outer.isDefinedOutsideOfLoop(cast<Value>(value));
    };
    if (!width || !isOutside(offsets[0]) ||
        !isOutside(slice.getMixedSizes()[0]) ||
        !outer.isDefinedOutsideOfLoop(slice.getSource()) ||
        dyn_cast<Value>(offsets[1]) != loop.getInductionVar())
      return std::nullopt;
    return TileSlice{slice, *width};
  }

  Type element() { return op.getType().getElementType(); }
  OpFoldResult terms() {
    OpFoldResult size = op.getMixedSizes()[0];
    if (std::optional<int64_t> known = getConstantIntValue(size))
      return Builder(op.getContext()).getIndexAttr(*known);
    return size;
  }
};

class Packer {
public:
  Packer(RewriterBase &b, const CostModel &costs) : b_(b), costs_(costs) {}

  /// Packs a tile's rows of the left side, for all tiles of `rows`, before
  /// `columns`.
  void packLeft(OpOperand *operand, scf::ForOp columns, scf::ForOp rows) {
    std::optional<TileSlice> slice = TileSlice::of(operand, rows, columns);
    std::optional<int64_t> most = mostTerms(slice);
    if (!most)
      return;
    explain(operand->getOwner(), "pack") << remark::add(
        "the left side, {0} rows at a time, since it is read along its columns",
        costs_.blockRows);
    Location loc = slice->op.getLoc();
    b_.setInsertionPoint(columns);
    Value width = arith::ConstantIndexOp::create(b_, loc, slice->width);
    Value packed = tensor::EmptyOp::create(
        b_, loc,
        {int64_t(llvm::divideCeil(costs_.blockRows, slice->width)), *most,
         slice->width},
        slice->element());
    auto loop = scf::ForOp::create(
        b_, loc, rows.getLowerBound(), rows.getUpperBound(), rows.getStep(),
        packed, [&](OpBuilder &, Location, Value row, ValueRange carried) {
          OpBuilder::InsertionGuard guard(b_);
          b_.setInsertionPointToStart(carried[0].getParentBlock());
          Value tile = arith::DivUIOp::create(b_, loc, row, width);
          scf::YieldOp::create(b_, loc, copy(*slice, row, carried[0], tile));
        });
    b_.setInsertionPoint(slice->op);
    Value tile = arith::DivUIOp::create(b_, loc, rows.getInductionVar(), width);
    replace(*slice, loop.getResult(0), {tile});
  }

  /// Packs a tile's columns of the right side before what `columns` does.
  void packRight(OpOperand *operand, scf::ForOp columns) {
    std::optional<TileSlice> slice = TileSlice::of(operand, columns, columns);
    if (!slice)
      return;
    std::optional<int64_t> all = boundOf(slice->op.getSource(), 1);
    std::optional<int64_t> most = mostTerms(slice);
    if (!all || !most || 2 * *most * *all < costs_.blockElements)
      return;
    Value &packed = packedRight_[slice->op.getSource()];
    if (!packed) {
      explain(operand->getOwner(), "pack") << remark::add(
          "the right side, {0} columns of {1} terms at a time: it has {2} "
          "elements or more",
          slice->width, *most, costs_.blockElements / 2);
      b_.setInsertionPointToStart(columns.getBody());
      Value empty = tensor::EmptyOp::create(
          b_, slice->op.getLoc(), {*most, slice->width}, slice->element());
      packed = copy(*slice, columns.getInductionVar(), empty, {});
    }
    replace(*slice, packed, {});
  }

private:
  /// The most terms of a slice, if there is one, where that is known.
  static std::optional<int64_t> mostTerms(std::optional<TileSlice> slice) {
    return slice ? boundOf(slice->op.getResult(), 0) : std::nullopt;
  }

  /// Copies the slice whose place is `place` to `packed`: one row for each
  /// term, behind `at`.
  Value copy(TileSlice slice, Value place, Value packed, ValueRange at) {
    Location loc = slice.op.getLoc();
    Value zero = arith::ConstantIndexOp::create(b_, loc, 0);
    Value one = arith::ConstantIndexOp::create(b_, loc, 1);
    Value padding =
        arith::ConstantOp::create(b_, loc, b_.getZeroAttr(slice.element()));
    Value terms = getValueOrCreateConstantIndexOp(b_, loc, slice.terms());
    Value from =
        getValueOrCreateConstantIndexOp(b_, loc, slice.op.getMixedOffsets()[0]);
    auto type = VectorType::get({slice.width}, slice.element());
    auto loop = scf::ForOp::create(
        b_, loc, zero, terms, one, packed,
        [&](OpBuilder &inner, Location, Value term, ValueRange carried) {
          Value row = arith::AddIOp::create(inner, loc, from, term);
          Value vector = vector::TransferReadOp::create(
              inner, loc, type, slice.op.getSource(), ValueRange{row, place},
              padding, ArrayRef<bool>{true});
          SmallVector<Value> to(at);
          to.append({term, zero});
          auto next = vector::TransferWriteOp::create(
              inner, loc, vector, carried[0], to, ArrayRef<bool>{true});
          scf::YieldOp::create(inner, loc, next.getResult());
        });
    return loop.getResult(0);
  }

  /// What stands for `slice` where `packed` has it, behind `at`.
  void replace(TileSlice slice, Value packed, ArrayRef<OpFoldResult> at) {
    Location loc = slice.op.getLoc();
    SmallVector<OpFoldResult> offsets(at), sizes(at.size(), b_.getIndexAttr(1));
    offsets.append(2, b_.getIndexAttr(0));
    sizes.append({slice.terms(), b_.getIndexAttr(slice.width)});
    SmallVector<OpFoldResult> strides(offsets.size(), b_.getIndexAttr(1));
    auto type = RankedTensorType::get(
        {getConstantIntValue(slice.terms()).value_or(ShapedType::kDynamic),
         slice.width},
        slice.element());
    b_.setInsertionPoint(slice.op);
    Value view = tensor::ExtractSliceOp::create(b_, loc, type, packed, offsets,
                                                sizes, strides);
    if (view.getType() != slice.op.getType())
      view = tensor::CastOp::create(b_, loc, slice.op.getType(), view);
    b_.replaceOp(slice.op, view);
  }

  RewriterBase &b_;
  const CostModel &costs_;
  /// By what is packed.
  DenseMap<Value, Value> packedRight_;
};

} // namespace

bool mlc::isWorthBlocksOfRows(linalg::GenericOp product,
                              const CostModel &costs) {
  if (!isMatrixProduct(product) || !operandAlong(product, 2, 0))
    return false;
  const int64_t rows = product.getStaticLoopRanges()[0];
  std::optional<int64_t> columns = boundOf(product.getDpsInits()[0], 1);
  return !ShapedType::isDynamic(rows) && rows > costs.blockRows && columns &&
         rows * *columns >= costs.blockElements;
}

void mlc::packOperands(RewriterBase &rewriter, scf::ForOp columns,
                       scf::ForOp rows, bool packsLeft,
                       const CostModel &costs) {
  Packer packer(rewriter, costs);
  OpBuilder::InsertionGuard guard(rewriter);
  // Bounds and places that a packed copy needs before the loops.
  moveLoopInvariantCode(rows);
  moveLoopInvariantCode(columns);
  SmallVector<linalg::GenericOp> products;
  columns.getBody()->walk([&](linalg::GenericOp op) {
    if (isMatrixProduct(op))
      products.push_back(op);
  });
  for (linalg::GenericOp product : products) {
    if (packsLeft && rows->isAncestor(product))
      packer.packLeft(operandAlong(product, 2, 0), columns, rows);
    packer.packRight(operandAlong(product, 2, 1), columns);
  }
}
