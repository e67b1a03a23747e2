//===- Rows.cpp - Rows and elements as loops ------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Loops.h"
#include "Philox.h"
#include "dialects/Graph/Graph.h"
#include "dialects/Graph/TensorExpr.h"
#include "lib/Support/Explain.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

struct LowerGather : OpRewritePattern<GatherOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(GatherOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value data = asMatrix(b, loc, op.getData());
    const int64_t rank = cast<RankedTensorType>(data.getType()).getRank();
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, data);
    sizes[0] = tensor::getMixedSize(b, loc, op.getRows(), 0);
    Value init = emptyTensor(b, loc, sizes, op.getType().getElementType());
    SmallVector<utils::IteratorType> iterators(rank, kParallel);
    AffineMap rowOf =
        AffineMap::get(rank, 0, getAffineDimExpr(0, b.getContext()));
    Value rows = loops(
        b, loc, op.getRows(), init, {rowOf, b.getMultiDimIdentityMap(rank)},
        iterators, [&](OpBuilder &b, ValueRange args) -> Value {
          SmallVector<Value> place{
              arith::IndexCastOp::create(b, loc, b.getIndexType(), args[0])};
          for (int64_t dim = 1; dim < rank; ++dim)
            place.push_back(linalg::IndexOp::create(b, loc, dim));
          return tensor::ExtractOp::create(b, loc, data, place);
        });
    b.replaceOp(op, fromMatrix(b, loc, rows, op.getData()));
    return success();
  }
};

struct LowerSumBatch : OpRewritePattern<SumBatchOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SumBatchOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    LoopMaps maps(b.getContext());
    Value input = asRows(b, loc, op.getInput());
    Value init =
        filledTensor(b, loc, tensor::getMixedSize(b, loc, input, 1), 0.0f);
    b.replaceOp(op, loops(b, loc, input, init, {maps.both, maps.columns},
                          {kReduction, kParallel},
                          [&](OpBuilder &b, ValueRange args) -> Value {
                            return arith::AddFOp::create(b, loc, args[1],
                                                         args[0]);
                          }));
    return success();
  }
};

/// The squares of each column are summed first, which workers share, and then
/// those sums.
struct LowerSumSquares : OpRewritePattern<SumSquaresOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SumSquaresOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value sums = op.getInput();
    explain(op, "norm") << remark::add(
        "{0} is stored, and its squares are summed",
        sizesOf(op.getInput().getType().getShape()));
    if (op.getInput().getType().getRank() > 1) {
      LoopMaps maps(b.getContext());
      Value input = asRows(b, loc, sums);
      Value zero =
          filledTensor(b, loc, tensor::getMixedSize(b, loc, input, 1), 0.0f);
      sums = loops(
          b, loc, input, zero, {maps.both, maps.columns},
          {kReduction, kParallel}, [&](OpBuilder &b, ValueRange args) -> Value {
            Value square = arith::MulFOp::create(b, loc, args[0], args[0]);
            return arith::AddFOp::create(b, loc, args[1], square);
          });
    } else {
      TensorExpr x(b, sums, loc);
      sums = (x * x).value();
    }
    b.replaceOp(op, sumElements(b, loc, sums));
    return success();
  }
};

struct LowerSumRow : OpRewritePattern<SumRowOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SumRowOp op,
                                PatternRewriter &b) const override {
    Value sums = sumRows(b, op.getInput());
    b.replaceOp(op, spreadRows(b, sums, op.getInput()));
    return success();
  }
};

/// `vector` along one dimension of `like`, by a map from all of them.
Value repeated(OpBuilder &b, Location loc, Value vector, Value like,
               AffineMap map) {
  const int64_t rank = map.getNumDims();
  Value init =
      emptyTensor(b, loc, tensor::getMixedSizes(b, loc, like), b.getF32Type());
  SmallVector<utils::IteratorType> iterators(rank, kParallel);
  return loops(b, loc, vector, init, {map, b.getMultiDimIdentityMap(rank)},
               iterators, [](OpBuilder &, ValueRange args) { return args[0]; });
}

struct LowerRepeatRow : OpRewritePattern<RepeatRowOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(RepeatRowOp op,
                                PatternRewriter &b) const override {
    AffineMap all = b.getMultiDimIdentityMap(op.getType().getRank());
    b.replaceOp(op, repeated(b, op.getLoc(), op.getRow(), op.getLike(),
                             all.getMinorSubMap(1)));
    return success();
  }
};

struct LowerRepeatColumn : OpRewritePattern<RepeatColumnOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(RepeatColumnOp op,
                                PatternRewriter &b) const override {
    AffineMap all = b.getMultiDimIdentityMap(op.getType().getRank());
    b.replaceOp(op, repeated(b, op.getLoc(), op.getColumn(), op.getLike(),
                             all.getMajorSubMap(1)));
    return success();
  }
};

struct LowerOneHot : OpRewritePattern<OneHotOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(OneHotOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    const int64_t rank = op.getType().getRank();
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(b, loc, op.getLabel());
    sizes.push_back(b.getIndexAttr(op.getType().getShape().back()));
    Value init = emptyTensor(b, loc, sizes, b.getF32Type());
    AffineMap all = b.getMultiDimIdentityMap(rank);
    SmallVector<utils::IteratorType> iterators(rank, kParallel);
    b.replaceOp(
        op, loops(b, loc, op.getLabel(), init, {all.dropResult(rank - 1), all},
                  iterators, [&](OpBuilder &b, ValueRange args) -> Value {
                    Value column = arith::IndexCastOp::create(
                        b, loc, b.getI32Type(),
                        linalg::IndexOp::create(b, loc, rank - 1));
                    Value isLabel = arith::CmpIOp::create(
                        b, loc, arith::CmpIPredicate::eq, column, args[0]);
                    return arith::UIToFPOp::create(b, loc, b.getF32Type(),
                                                   isLabel);
                  }));
    return success();
  }
};

struct LowerSoftmax : OpRewritePattern<SoftmaxOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SoftmaxOp op,
                                PatternRewriter &b) const override {
    TensorExpr x(b, op.getInput(), op.getLoc());
    Value largest = maxRows(b, x.value());
    TensorExpr e = exp(x - TensorExpr(b, spreadRows(b, largest, x.value())));
    Value sum = sumRows(b, e.value());
    b.replaceOp(op, (e / TensorExpr(b, spreadRows(b, sum, x.value()))).value());
    return success();
  }
};

struct LowerDropout : OpRewritePattern<DropoutOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(DropoutOp op,
                                PatternRewriter &b) const override {
    if (!op.getSeed()) {
      b.replaceOp(op, op.getInput());
      return success();
    }
    Location loc = op.getLoc();
    LoopMaps maps(b.getContext());
    Value input = asMatrix(b, loc, op.getInput());
    Value init = emptyTensor(b, loc, tensor::getMixedSizes(b, loc, input),
                             b.getF32Type());
    const double probability = op.getProbability().convertToDouble();
    Value kept = loops(
        b, loc, input, init, {maps.both, maps.both}, {kParallel, kParallel},
        [&](OpBuilder &b, ValueRange args) -> Value {
          Value row = linalg::IndexOp::create(b, loc, 0);
          Value column = linalg::IndexOp::create(b, loc, 1);
          Value draw = buildDropoutDraw(b, loc, op.getSeed(), op.getPosition(),
                                        row, column, *op.getSite());
          return buildDropout(b, loc, args[0], draw, probability);
        });
    b.replaceOp(op, fromMatrix(b, loc, kept, op.getInput()));
    return success();
  }
};

struct LowerLogSumExp : OpRewritePattern<LogSumExpOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(LogSumExpOp op,
                                PatternRewriter &b) const override {
    TensorExpr x(b, op.getInput(), op.getLoc());
    TensorExpr largest(b, maxRows(b, x.value()));
    TensorExpr shifted =
        exp(x - TensorExpr(b, spreadRows(b, largest.value(), x.value())));
    TensorExpr sum(b, sumRows(b, shifted.value()));
    b.replaceOp(op, (log(sum) + largest).value());
    return success();
  }
};

struct LowerPick : OpRewritePattern<PickOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(PickOp op, PatternRewriter &b) const override {
    Location loc = op.getLoc();
    const int64_t rank = op.getType().getRank();
    AffineMap same = b.getMultiDimIdentityMap(rank);
    SmallVector<utils::IteratorType> iterators(rank, kParallel);
    Value init = emptyTensor(
        b, loc, tensor::getMixedSizes(b, loc, op.getLabel()), b.getF32Type());
    b.replaceOp(op,
                loops(b, loc, op.getLabel(), init, {same, same}, iterators,
                      [&](OpBuilder &b, ValueRange args) -> Value {
                        SmallVector<Value> place;
                        for (int64_t dim = 0; dim < rank; ++dim)
                          place.push_back(linalg::IndexOp::create(b, loc, dim));
                        place.push_back(arith::IndexCastOp::create(
                            b, loc, b.getIndexType(), args[0]));
                        return tensor::ExtractOp::create(b, loc, op.getInput(),
                                                         place);
                      }));
    return success();
  }
};

struct LowerComposite : OpInterfaceRewritePattern<CompositeOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(CompositeOpInterface op,
                                PatternRewriter &b) const override {
    b.replaceOp(op, op.decompose(b));
    return success();
  }
};

} // namespace

Value mlc::sumElements(OpBuilder &b, Location loc, Value x) {
  return loops(
      b, loc, x, filledTensor(b, loc, {}, 0.0f),
      {b.getMultiDimIdentityMap(1), AffineMap::get(1, 0, b.getContext())},
      kReduction, [&](OpBuilder &b, ValueRange args) -> Value {
        return arith::AddFOp::create(b, loc, args[1], args[0]);
      });
}

void mlc::populateRowPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerGather, LowerSumBatch, LowerSumRow, LowerRepeatRow,
               LowerRepeatColumn, LowerSumSquares, LowerOneHot, LowerLogSumExp,
               LowerPick, LowerSoftmax, LowerDropout, LowerComposite>(
      patterns.getContext());
}
