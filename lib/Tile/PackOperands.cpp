//===- PackOperands.cpp - Operands of large products, packed --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PackOperands.h"
#include "VectorTile.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"

using namespace mlir;
using namespace mlc;

namespace {

std::optional<int64_t> upperBoundOf(Value tensor, int64_t dim) {
  FailureOr<int64_t> bound = ValueBoundsConstraintSet::computeConstantBound(
      presburger::BoundType::UB,
      ValueBoundsConstraintSet::Variable(tensor, dim),
      /*stopCondition=*/nullptr, /*closedUB=*/true);
  return succeeded(bound) ? std::optional<int64_t>(*bound) : std::nullopt;
}

/// A product of two matrices: its rows, columns and terms are loops 0 to 2.
bool isProduct(linalg::GenericOp op) {
  return sumKindOf(op) == SumKind::OfColumns && op.getNumLoops() == 3 &&
         op.getNumDpsInputs() == 2 &&
         op.getIteratorTypesArray()[2] == utils::IteratorType::reduction;
}

/// The operand that the product reads by two of its loops, in this order.
OpOperand *operandAlong(linalg::GenericOp product, unsigned first,
                        unsigned last) {
  Builder b(product.getContext());
  AffineMap map = AffineMap::get(
      3, 0, {b.getAffineDimExpr(first), b.getAffineDimExpr(last)},
      product.getContext());
  for (OpOperand *input : product.getDpsInputOperands())
    if (product.getMatchingIndexingMap(input) == map)
      return input;
  return nullptr;
}

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

  OpFoldResult terms() {
    OpFoldResult size = op.getMixedSizes()[0];
    if (std::optional<int64_t> known = getConstantIntValue(size))
      return Builder(op.getContext()).getIndexAttr(*known);
    return size;
  }
};

class Packer {
public:
  Packer(RewriterBase &b, int64_t batch, const ProductBlocks &blocks)
      : b(b), batch(batch), blocks(blocks) {}

  /// Packs a tile's rows of the left side, for all tiles of `rows`, before
  /// `columns`.
  void packLeft(OpOperand *operand, scf::ForOp columns, scf::ForOp rows) {
    std::optional<TileSlice> slice = TileSlice::of(operand, rows, columns);
    if (!slice)
      return;
    Location loc = slice->op.getLoc();
    b.setInsertionPoint(columns);
    Value width = arith::ConstantIndexOp::create(b, loc, slice->width);
    Value packed = tensor::EmptyOp::create(
        b, loc,
        {int64_t(llvm::divideCeil(blocks.rows, slice->width)),
         mostTerms(*slice), slice->width},
        b.getF32Type());
    auto loop = scf::ForOp::create(
        b, loc, rows.getLowerBound(), rows.getUpperBound(), rows.getStep(),
        packed, [&](OpBuilder &, Location, Value row, ValueRange carried) {
          OpBuilder::InsertionGuard guard(b);
          b.setInsertionPointToStart(carried[0].getParentBlock());
          Value tile = arith::DivUIOp::create(b, loc, row, width);
          scf::YieldOp::create(b, loc, copy(*slice, row, carried[0], tile));
        });
    b.setInsertionPoint(slice->op);
    Value tile = arith::DivUIOp::create(b, loc, rows.getInductionVar(), width);
    replace(*slice, loop.getResult(0), {tile});
  }

  /// Packs a tile's columns of the right side before what `columns` does.
  void packRight(OpOperand *operand, scf::ForOp columns) {
    std::optional<TileSlice> slice = TileSlice::of(operand, columns, columns);
    if (!slice)
      return;
    std::optional<int64_t> all = upperBoundOf(slice->op.getSource(), 1);
    if (!all || 2 * mostTerms(*slice) * *all < blocks.elements)
      return;
    Value &packed = packedRight[slice->op.getSource()];
    if (!packed) {
      b.setInsertionPointToStart(columns.getBody());
      Value empty = tensor::EmptyOp::create(b, slice->op.getLoc(),
                                            {mostTerms(*slice), slice->width},
                                            b.getF32Type());
      packed = copy(*slice, columns.getInductionVar(), empty, {});
    }
    replace(*slice, packed, {});
  }

private:
  /// The most terms of a slice: of unknown number are only a batch's rows.
  int64_t mostTerms(TileSlice slice) {
    return upperBoundOf(slice.op.getResult(), 0).value_or(batch);
  }

  /// Copies the slice whose place is `place` to `packed`: one row for each
  /// term, behind `at`.
  Value copy(TileSlice slice, Value place, Value packed, ValueRange at) {
    Location loc = slice.op.getLoc();
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    Value one = arith::ConstantIndexOp::create(b, loc, 1);
    Value padding = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0.0f));
    Value terms = getValueOrCreateConstantIndexOp(b, loc, slice.terms());
    Value from =
        getValueOrCreateConstantIndexOp(b, loc, slice.op.getMixedOffsets()[0]);
    auto type = VectorType::get({slice.width}, b.getF32Type());
    auto loop = scf::ForOp::create(
        b, loc, zero, terms, one, packed,
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
    SmallVector<OpFoldResult> offsets(at), sizes(at.size(), b.getIndexAttr(1));
    offsets.append(2, b.getIndexAttr(0));
    sizes.append({slice.terms(), b.getIndexAttr(slice.width)});
    SmallVector<OpFoldResult> strides(offsets.size(), b.getIndexAttr(1));
    auto type = RankedTensorType::get(
        {getConstantIntValue(slice.terms()).value_or(ShapedType::kDynamic),
         slice.width},
        b.getF32Type());
    b.setInsertionPoint(slice.op);
    Value view = tensor::ExtractSliceOp::create(b, loc, type, packed, offsets,
                                                sizes, strides);
    if (view.getType() != slice.op.getType())
      view = tensor::CastOp::create(b, loc, slice.op.getType(), view);
    b.replaceOp(slice.op, view);
  }

  RewriterBase &b;
  int64_t batch;
  const ProductBlocks &blocks;
  /// By what is packed.
  DenseMap<Value, Value> packedRight;
};

} // namespace

/// Has a block of terms read a copy of its part of the left side, which many
/// tiles of columns read: rows that are a power of two apart leave no place in
/// a cache for what is read beside them.
static void packRows(RewriterBase &b, linalg::GenericOp block, int64_t batch,
                     const ProductBlocks &blocks) {
  OpOperand *left = operandAlong(block, 0, 2);
  if (!left)
    return;
  Value source = left->get();
  const int64_t rows = upperBoundOf(source, 0).value_or(batch);
  const int64_t terms = upperBoundOf(source, 1).value_or(blocks.terms);
  const int64_t columns = upperBoundOf(block.getDpsInits()[0], 1).value_or(0);
  // Few tiles would read it, or it would leave the near cache itself.
  if (4 * terms * columns < blocks.elements || rows > 4 * blocks.terms)
    return;
  b.setInsertionPoint(block);
  Location loc = block.getLoc();
  Value empty = tensor::EmptyOp::create(b, loc, {rows, terms}, b.getF32Type());
  auto type = cast<RankedTensorType>(source.getType());
  SmallVector<OpFoldResult> zeros(2, b.getIndexAttr(0)),
      ones(2, b.getIndexAttr(1));
  Value part = tensor::ExtractSliceOp::create(
      b, loc, type, empty, zeros, tensor::getMixedSizes(b, loc, source), ones);
  SmallVector<AffineMap> maps(2, b.getMultiDimIdentityMap(2));
  SmallVector<utils::IteratorType> loops(2, utils::IteratorType::parallel);
  auto copy = linalg::GenericOp::create(
      b, loc, type, source, part, maps, loops,
      [](OpBuilder &inner, Location place, ValueRange elements) {
        linalg::YieldOp::create(inner, place, elements[0]);
      });
  b.modifyOpInPlace(block, [&] { left->set(copy.getResult(0)); });
}

LogicalResult mlc::blockTerms(RewriterBase &rewriter, func::FuncOp function,
                              const ProductBlocks &blocks) {
  SmallVector<linalg::GenericOp> products;
  function.walk([&](linalg::GenericOp op) {
    if (isProduct(op))
      products.push_back(op);
  });
  for (linalg::GenericOp product : products) {
    const int64_t columns = product.getStaticLoopRanges()[1];
    const int64_t count = product.getStaticLoopRanges()[2];
    // What another loop reads is computed in that loop's registers.
    const bool isRead = llvm::any_of(product->getUses(), [](OpOperand &use) {
      auto user = dyn_cast<linalg::LinalgOp>(use.getOwner());
      return user && !user.isDpsInit(&use);
    });
    if (isRead || ShapedType::isDynamic(count) || count <= blocks.terms ||
        (!ShapedType::isDynamic(columns) && count * columns < blocks.elements))
      continue;
    SmallVector<OpFoldResult> sizes(3, rewriter.getIndexAttr(0));
    sizes[2] = rewriter.getIndexAttr(blocks.terms);
    rewriter.setInsertionPoint(product);
    FailureOr<scf::SCFTilingResult> tiled = scf::tileUsingSCF(
        rewriter, cast<TilingInterface>(product.getOperation()),
        scf::SCFTilingOptions().setTileSizes(sizes));
    if (failed(tiled))
      return product.emitError("cannot be split into blocks of terms");
    rewriter.replaceOp(product, tiled->replacements);
    auto block = cast<linalg::GenericOp>(tiled->tiledOps.front());
    auto batch = function->getAttrOfType<IntegerAttr>(steps::kBatch);
    if (batch)
      packRows(rewriter, block, batch.getInt(), blocks);
  }
  return success();
}

bool mlc::isWorthBlocksOfRows(linalg::GenericOp product,
                              const ProductBlocks &blocks) {
  if (!isProduct(product) || !operandAlong(product, 2, 0))
    return false;
  const int64_t rows = product.getStaticLoopRanges()[0];
  std::optional<int64_t> columns = upperBoundOf(product.getDpsInits()[0], 1);
  return !ShapedType::isDynamic(rows) && rows > blocks.rows && columns &&
         rows * *columns >= blocks.elements;
}

void mlc::packOperands(RewriterBase &rewriter, scf::ForOp columns,
                       scf::ForOp rows, bool packsLeft, int64_t batch,
                       const ProductBlocks &blocks) {
  Packer packer(rewriter, batch, blocks);
  OpBuilder::InsertionGuard guard(rewriter);
  // Bounds and places that a packed copy needs before the loops.
  moveLoopInvariantCode(rows);
  moveLoopInvariantCode(columns);
  SmallVector<linalg::GenericOp> products;
  columns.getBody()->walk([&](linalg::GenericOp op) {
    if (isProduct(op))
      products.push_back(op);
  });
  for (linalg::GenericOp product : products) {
    if (packsLeft && rows->isAncestor(product))
      packer.packLeft(operandAlong(product, 2, 0), columns, rows);
    packer.packRight(operandAlong(product, 2, 1), columns);
  }
}
