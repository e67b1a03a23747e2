//===- Reshape.cpp - Tensors seen in other shapes -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Loops.h"
#include "dialects/Graph/Graph.h"
#include "dialects/Graph/Shapes.h"
#include "dialects/Graph/TensorExpr.h"

#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"

using namespace mlir;
using namespace mlc;

/// As one of upstream's two reshapes; null where it takes both.
static Value reshapeOnce(OpBuilder &b, Location loc, Value x,
                         RankedTensorType type) {
  auto from = cast<RankedTensorType>(x.getType());
  std::optional<SmallVector<ReassociationIndices>> groups =
      getReassociationIndicesForReshape(from, type);
  if (!groups || from.getRank() == type.getRank())
    return {};
  if (type.getRank() < from.getRank())
    return tensor::CollapseShapeOp::create(b, loc, type, x, *groups);
  // Only a batch's first size is not known, and it stays.
  SmallVector<OpFoldResult> sizes;
  for (int64_t size : type.getShape())
    sizes.push_back(ShapedType::isDynamic(size)
                        ? tensor::getMixedSize(b, loc, x, 0)
                        : b.getIndexAttr(size));
  return tensor::ExpandShapeOp::create(b, loc, type, x, *groups, sizes);
}

Value mlc::reshapeTo(OpBuilder &b, Location loc, Value x,
                     RankedTensorType type) {
  auto from = cast<RankedTensorType>(x.getType());
  if (from == type)
    return x;
  if (Value once = reshapeOnce(b, loc, x, type))
    return once;
  // Through a shape that both are seen in: all elements, or those of rows.
  SmallVector<int64_t> flat;
  if (from.isDynamicDim(0))
    flat.push_back(ShapedType::kDynamic);
  flat.push_back(graph::knownElements(from));
  Value line = reshapeOnce(b, loc, x, from.clone(flat));
  return reshapeOnce(b, loc, line ? line : x, type);
}

/// The batch's dimension, and those of a row.
static SmallVector<ReassociationIndices, 2> columnGroups(int64_t rank) {
  return {{0}, llvm::to_vector<2>(llvm::seq<int64_t>(1, rank))};
}

Value mlc::fromMatrix(OpBuilder &b, Location loc, Value matrix, Value like) {
  auto type = cast<RankedTensorType>(like.getType());
  if (type.getRank() <= 2)
    return matrix;
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, like);
  SmallVector<int64_t> shape(type.getShape());
  shape[0] = cast<RankedTensorType>(matrix.getType()).getDimSize(0);
  sizes[0] = tensor::getMixedSize(b, loc, matrix, 0);
  return tensor::ExpandShapeOp::create(
      b, loc, RankedTensorType::get(shape, type.getElementType()), matrix,
      columnGroups(type.getRank()), sizes);
}

Value mlc::asMatrix(OpBuilder &b, Location loc, Value x) {
  auto type = cast<RankedTensorType>(x.getType());
  if (type.getRank() <= 2)
    return x;
  return tensor::CollapseShapeOp::create(b, loc, x,
                                         columnGroups(type.getRank()));
}

/// The dimensions of rows, and that of a row.
static SmallVector<ReassociationIndices, 2> rowGroups(int64_t rank) {
  ReassociationIndices rows(
      llvm::to_vector<2>(llvm::seq<int64_t>(0, rank - 1)));
  return {rows, {rank - 1}};
}

Value mlc::asRows(OpBuilder &b, Location loc, Value x) {
  const int64_t rank = cast<RankedTensorType>(x.getType()).getRank();
  if (rank <= 2)
    return x;
  return tensor::CollapseShapeOp::create(b, loc, x, rowGroups(rank));
}

Value mlc::fromRows(OpBuilder &b, Location loc, Value rows, Value like) {
  auto type = cast<RankedTensorType>(like.getType());
  if (type.getRank() <= 2)
    return rows;
  SmallVector<int64_t> shape(type.getShape());
  shape.back() = cast<RankedTensorType>(rows.getType()).getDimSize(1);
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, like);
  sizes.back() = b.getIndexAttr(shape.back());
  return tensor::ExpandShapeOp::create(
      b, loc, RankedTensorType::get(shape, type.getElementType()), rows,
      rowGroups(type.getRank()), sizes);
}

/// Of loops over all dimensions of `x`: all but the second.
static AffineMap withoutSecond(Value x) {
  const int64_t rank = cast<RankedTensorType>(x.getType()).getRank();
  return AffineMap::getMultiDimIdentityMap(rank, x.getContext()).dropResult(1);
}

namespace {

struct LowerAverage : OpRewritePattern<graph::AverageOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::AverageOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value x = op.getInput();
    AffineMap result = withoutSecond(x);
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, x);
    sizes.erase(sizes.begin() + 1);
    SmallVector<utils::IteratorType> iterators(result.getNumDims(), kParallel);
    iterators[1] = kReduction;
    graph::TensorExpr sum(
        b, loops(b, loc, x, filledTensor(b, loc, sizes, 0.0f),
                 {b.getMultiDimIdentityMap(result.getNumDims()), result},
                 iterators, [&](OpBuilder &b, ValueRange args) -> Value {
                   return arith::AddFOp::create(b, loc, args[1], args[0]);
                 }));
    Value terms = graph::secondSize(b, loc, x);
    b.replaceOp(op, (sum / sum.spread(terms)).value());
    return success();
  }
};

struct LowerDotPlaces : OpRewritePattern<graph::DotPlacesOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::DotPlacesOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    AffineExpr n, s, t, c;
    bindDims(b.getContext(), n, s, t, c);
    auto map = [&](ArrayRef<AffineExpr> indices) {
      return AffineMap::get(4, 0, indices, b.getContext());
    };
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(b, loc, op.getLhs());
    sizes[2] = b.getIndexAttr(op.getRhs().getType().getDimSize(1));
    b.replaceOp(
        op, loops(b, loc, {op.getLhs(), op.getRhs()},
                  filledTensor(b, loc, sizes, 0.0f),
                  {map({n, s, c}), map({n, t, c}), map({n, s, t})},
                  {kParallel, kParallel, kParallel, kReduction},
                  [&](OpBuilder &body, ValueRange args) -> Value {
                    Value product =
                        arith::MulFOp::create(body, loc, args[0], args[1]);
                    return arith::AddFOp::create(body, loc, args[2], product);
                  }));
    return success();
  }
};

struct LowerSpread : OpRewritePattern<graph::SpreadOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::SpreadOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value like = op.getLike();
    AffineMap input = withoutSecond(like);
    SmallVector<utils::IteratorType> iterators(input.getNumDims(), kParallel);
    Value empty = emptyTensor(b, loc, tensor::getMixedSizes(b, loc, like),
                              b.getF32Type());
    b.replaceOp(op, loops(b, loc, op.getInput(), empty,
                          {input, b.getMultiDimIdentityMap(input.getNumDims())},
                          iterators, [](OpBuilder &, ValueRange args) {
                            return args[0];
                          }));
    return success();
  }
};

struct LowerReshape : OpRewritePattern<graph::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::ReshapeOp op,
                                PatternRewriter &b) const override {
    b.replaceOp(op, reshapeTo(b, op.getLoc(), op.getInput(), op.getType()));
    return success();
  }
};

} // namespace

void mlc::populateReshapePatterns(RewritePatternSet &patterns) {
  patterns.add<LowerAverage, LowerDotPlaces, LowerReshape, LowerSpread>(
      patterns.getContext());
}
