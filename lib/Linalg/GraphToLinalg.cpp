//===- GraphToLinalg.cpp - Graph ops as loops on tensors ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BatchSize.h"
#include "Philox.h"
#include "dialects/Csr/Csr.h"
#include "dialects/Graph/Graph.h"
#include "dialects/Graph/TensorExpr.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mlc {
#define GEN_PASS_DEF_GRAPHTOLINALG
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

//===----------------------------------------------------------------------===//
// Tensors and loops
//===----------------------------------------------------------------------===//

constexpr utils::IteratorType kParallel = utils::IteratorType::parallel;
constexpr utils::IteratorType kReduction = utils::IteratorType::reduction;

/// An unset tensor; `sizes` are of any source.
Value emptyTensor(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> sizes,
                  Type element) {
  return tensor::EmptyOp::create(b, loc, sizes, element);
}

Value filledTensor(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> sizes,
                   float number) {
  Value init = emptyTensor(b, loc, sizes, b.getF32Type());
  Value scalar = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(number));
  return linalg::FillOp::create(b, loc, scalar, init).getResult(0);
}

using Body = function_ref<Value(OpBuilder &, ValueRange)>;

Value loops(OpBuilder &b, Location loc, ValueRange inputs, Value init,
            ArrayRef<AffineMap> maps, ArrayRef<utils::IteratorType> iterators,
            Body body) {
  return linalg::GenericOp::create(
             b, loc, init.getType(), inputs, init, maps, iterators,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               linalg::YieldOp::create(b, loc, body(b, args));
             })
      .getResult(0);
}

/// The (rows, columns) maps of two nested loops.
struct Maps {
  explicit Maps(MLIRContext *context)
      : rows(AffineMap::get(2, 0, getAffineDimExpr(0, context))),
        columns(AffineMap::get(2, 0, getAffineDimExpr(1, context))),
        both(AffineMap::getMultiDimIdentityMap(2, context)),
        none(AffineMap::get(2, 0, context)) {}
  AffineMap rows, columns, both, none;
};

/// [n, c] -> [n], over each row.
template <typename CombineOp>
Value reduceRows(OpBuilder &b, Value x, float start) {
  Location loc = x.getLoc();
  Maps maps(b.getContext());
  Value init =
      filledTensor(b, loc, tensor::getMixedSize(b, loc, x, 0), start);
  return loops(b, loc, x, init, {maps.both, maps.rows}, {kParallel, kReduction},
               [&](OpBuilder &b, ValueRange args) -> Value {
                 return CombineOp::create(b, loc, args[1], args[0]);
               });
}

/// [n] -> the shape [n, c] of `like`, each row one value.
Value spreadRows(OpBuilder &b, Value perRow, Value like) {
  Location loc = perRow.getLoc();
  Maps maps(b.getContext());
  Value init = emptyTensor(b, loc, tensor::getMixedSizes(b, loc, like),
                           b.getF32Type());
  return loops(b, loc, perRow, init, {maps.rows, maps.both},
               {kParallel, kParallel},
               [](OpBuilder &, ValueRange args) { return args[0]; });
}

/// The sum of all elements, each times the scalar `scale`, as a tensor<f32>.
Value meanOf(OpBuilder &b, TensorExpr terms, Value scale) {
  Location loc = terms.value().getLoc();
  auto type = cast<RankedTensorType>(terms.value().getType());
  SmallVector<utils::IteratorType> iterators(type.getRank(), kReduction);
  Value scaled = (terms * terms.spread(scale)).value();
  return loops(b, loc, scaled, filledTensor(b, loc, {}, 0.0f),
               {b.getMultiDimIdentityMap(type.getRank()),
                AffineMap::get(type.getRank(), 0, b.getContext())},
               iterators, [&](OpBuilder &b, ValueRange args) -> Value {
                 return arith::AddFOp::create(b, loc, args[1], args[0]);
               });
}

/// 1 / (rows of `batch` * perRow), in f32.
Value reciprocalCount(OpBuilder &b, Value batch, int64_t perRow) {
  Location loc = batch.getLoc();
  Value rows = tensor::DimOp::create(b, loc, batch, 0);
  Value wide = arith::IndexCastOp::create(b, loc, b.getI64Type(), rows);
  Value count = arith::SIToFPOp::create(b, loc, b.getF32Type(), wide);
  Value columns = arith::ConstantOp::create(
      b, loc, b.getF32FloatAttr(static_cast<float>(perRow)));
  Value one = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(1.0f));
  return arith::DivFOp::create(b, loc, one,
                               arith::MulFOp::create(b, loc, count, columns));
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

Value product(OpBuilder &b, Location loc, Value lhs, bool transposeLhs,
              Value rhs, bool transposeRhs, Value init) {
  MLIRContext *context = b.getContext();
  AffineExpr m, n, k;
  bindDims(context, m, n, k);
  auto map = [&](AffineExpr row, AffineExpr column) {
    return AffineMapAttr::get(AffineMap::get(3, 0, {row, column}, context));
  };
  auto matmul = linalg::MatmulOp::create(b, loc, init.getType(),
                                         ValueRange{lhs, rhs}, init);
  matmul.setIndexingMapsAttr(
      b.getArrayAttr({transposeLhs ? map(k, m) : map(m, k),
                      transposeRhs ? map(n, k) : map(k, n), map(m, n)}));
  return matmul.getResult(0);
}

/// What a linear layer adds to: its bias in each row, or zeros.
Value linearInit(OpBuilder &b, LinearOp op, OpFoldResult rows) {
  Location loc = op.getLoc();
  SmallVector<OpFoldResult> sizes{
      rows, b.getIndexAttr(op.getType().getDimSize(1))};
  if (!op.getBias())
    return filledTensor(b, loc, sizes, 0.0f);
  Maps maps(b.getContext());
  return loops(b, loc, op.getBias(),
               emptyTensor(b, loc, sizes, b.getF32Type()),
               {maps.columns, maps.both}, {kParallel, kParallel},
               [](OpBuilder &, ValueRange args) { return args[0]; });
}

struct LowerLinear : OpRewritePattern<LinearOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(LinearOp op,
                                PatternRewriter &b) const override {
    OpFoldResult rows = tensor::getMixedSize(b, op.getLoc(), op.getInput(), 0);
    b.replaceOp(op, product(b, op.getLoc(), op.getInput(), false,
                            op.getWeight(), false, linearInit(b, op, rows)));
    return success();
  }
};

struct LowerMatmul : OpRewritePattern<graph::MatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::MatmulOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    const bool left = op.getTransposeLhs(), right = op.getTransposeRhs();
    Value init = filledTensor(
        b, loc,
        {tensor::getMixedSize(b, loc, op.getLhs(), left ? 1 : 0),
         tensor::getMixedSize(b, loc, op.getRhs(), right ? 0 : 1)},
        0.0f);
    b.replaceOp(op,
                product(b, loc, op.getLhs(), left, op.getRhs(), right, init));
    return success();
  }
};

/// A data set's arguments in CSR form, and its columns' order in the batch.
class CsrData {
public:
  /// Replaces `data` by the arguments of its CSR form.
  CsrData(OpBuilder &b, func::FuncOp function, BlockArgument data)
      : width(cast<RankedTensorType>(data.getType()).getDimSize(1)) {
    auto add = [&](Type type, StringRef role) {
      unsigned index = function.getNumArguments();
      if (failed(function.insertArgument(
              index, type,
              b.getDictionaryAttr(
                  b.getNamedAttr(steps::kRole, b.getStringAttr(role))),
              data.getLoc())))
        llvm_unreachable("an argument can always be added at the end");
      return function.getArgument(index);
    };
    auto list = [&](Type element) {
      return RankedTensorType::get({ShapedType::kDynamic}, element);
    };
    indptr = add(list(b.getI64Type()), steps::kIndptr);
    indices = add(list(b.getI32Type()), steps::kIndices);
    values = add(list(b.getF32Type()), steps::kValues);
    capacity = add(b.getIndexType(), steps::kNonzeroCapacity);
  }

  void lower(IRRewriter &b, LinearOp op, Value rows) {
    b.setInsertionPoint(op);
    Value init =
        linearInit(b, op, tensor::getMixedSize(b, op.getLoc(), rows, 0));
    b.replaceOpWithNewOp<csr::MatmulOp>(op, init.getType(), rows, indptr,
                                        indices, values, op.getWeight(), init);
  }

  /// Only x^T dy is ever made of a CSR batch: nobody needs dx.
  void lower(IRRewriter &b, graph::MatmulOp op, Value rows) {
    b.setInsertionPoint(op);
    Location loc = op.getLoc();
    if (!grouped) {
      auto empty = [&](OpFoldResult size, Type type) {
        return emptyTensor(b, loc, size, type);
      };
      grouped = csr::GroupColumnsOp::create(
          b, loc,
          TypeRange{RankedTensorType::get({width + 1}, b.getI32Type()),
                    RankedTensorType::get({ShapedType::kDynamic},
                                          b.getI32Type()),
                    RankedTensorType::get({ShapedType::kDynamic},
                                          b.getF32Type())},
          rows, indptr, indices, values,
          empty(b.getIndexAttr(width + 1), b.getI32Type()),
          empty(capacity, b.getI32Type()), empty(capacity, b.getF32Type()));
    }
    Value init = filledTensor(
        b, loc,
        {b.getIndexAttr(width), tensor::getMixedSize(b, loc, op.getRhs(), 1)},
        0.0f);
    b.replaceOpWithNewOp<csr::MatmulTransposedOp>(
        op, init.getType(), grouped.getStarts(), grouped.getExamples(),
        grouped.getEntries(), op.getRhs(), init);
  }

private:
  int64_t width;
  Value indptr, indices, values, capacity;
  csr::GroupColumnsOp grouped;
};

/// Replaces a CSR data argument and everything that uses it.
LogicalResult lowerCsr(func::FuncOp function) {
  auto isData = [](BlockArgument argument) {
    return isCsr(argument.getType());
  };
  auto found = llvm::find_if(function.getArguments(), isData);
  if (found == function.getArguments().end())
    return success();
  BlockArgument data = *found;
  IRRewriter b(function.getContext());
  CsrData csr(b, function, data);
  for (Operation *user : llvm::make_early_inc_range(data.getUsers())) {
    auto gather = dyn_cast<GatherOp>(user);
    if (!gather)
      return user->emitError("expected #graph.csr data to be gathered first");
    SmallVector<Operation *> consumers(gather->getUsers());
    llvm::sort(consumers, [](Operation *x, Operation *y) {
      return x->isBeforeInBlock(y);
    });
    for (Operation *consumer : consumers) {
      auto matmul = dyn_cast<graph::MatmulOp>(consumer);
      if (auto linear = dyn_cast<LinearOp>(consumer))
        csr.lower(b, linear, gather.getRows());
      else if (matmul && matmul.getTransposeLhs() && !matmul.getTransposeRhs())
        csr.lower(b, matmul, gather.getRows());
      else
        return consumer->emitError("expected a #graph.csr operand only in "
                                   "graph.linear and its gradient");
    }
    b.eraseOp(gather);
  }
  return function.eraseArgument(data.getArgNumber());
}

//===----------------------------------------------------------------------===//
// Rows and elements
//===----------------------------------------------------------------------===//

struct LowerGather : OpRewritePattern<GatherOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(GatherOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    const int64_t rank = op.getType().getRank();
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(b, loc, op.getData());
    sizes[0] = tensor::getMixedSize(b, loc, op.getRows(), 0);
    Value init = emptyTensor(b, loc, sizes, op.getType().getElementType());
    SmallVector<utils::IteratorType> iterators(rank, kParallel);
    AffineMap rowOf =
        AffineMap::get(rank, 0, getAffineDimExpr(0, b.getContext()));
    b.replaceOp(
        op, loops(b, loc, op.getRows(), init,
                  {rowOf, b.getMultiDimIdentityMap(rank)}, iterators,
                  [&](OpBuilder &b, ValueRange args) -> Value {
                    SmallVector<Value> place{arith::IndexCastOp::create(
                        b, loc, b.getIndexType(), args[0])};
                    for (int64_t dim = 1; dim < rank; ++dim)
                      place.push_back(linalg::IndexOp::create(b, loc, dim));
                    return tensor::ExtractOp::create(b, loc, op.getData(),
                                                     place);
                  }));
    return success();
  }
};

struct LowerSumBatch : OpRewritePattern<SumBatchOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SumBatchOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    Maps maps(b.getContext());
    Value init = filledTensor(
        b, loc, tensor::getMixedSize(b, loc, op.getInput(), 1), 0.0f);
    b.replaceOp(op, loops(b, loc, op.getInput(), init,
                          {maps.both, maps.columns}, {kReduction, kParallel},
                          [&](OpBuilder &b, ValueRange args) -> Value {
                            return arith::AddFOp::create(b, loc, args[1],
                                                         args[0]);
                          }));
    return success();
  }
};

struct LowerSumRow : OpRewritePattern<SumRowOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SumRowOp op,
                                PatternRewriter &b) const override {
    Value sums = reduceRows<arith::AddFOp>(b, op.getInput(), 0.0f);
    b.replaceOp(op, spreadRows(b, sums, op.getInput()));
    return success();
  }
};

struct LowerOneHot : OpRewritePattern<OneHotOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(OneHotOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    Maps maps(b.getContext());
    Value init = emptyTensor(
        b, loc,
        {tensor::getMixedSize(b, loc, op.getLabel(), 0),
         b.getIndexAttr(op.getType().getDimSize(1))},
        b.getF32Type());
    b.replaceOp(
        op, loops(b, loc, op.getLabel(), init, {maps.rows, maps.both},
                  {kParallel, kParallel},
                  [&](OpBuilder &b, ValueRange args) -> Value {
                    Value column = arith::IndexCastOp::create(
                        b, loc, b.getI32Type(),
                        linalg::IndexOp::create(b, loc, 1));
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
    TensorExpr x(b, op.getInput());
    Value largest = reduceRows<arith::MaximumFOp>(
        b, x.value(), -std::numeric_limits<float>::infinity());
    TensorExpr e =
        exp(x - TensorExpr(b, spreadRows(b, largest, x.value())));
    Value sum = reduceRows<arith::AddFOp>(b, e.value(), 0.0f);
    b.replaceOp(
        op, (e / TensorExpr(b, spreadRows(b, sum, x.value()))).value());
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
    Maps maps(b.getContext());
    Value init = emptyTensor(
        b, loc, tensor::getMixedSizes(b, loc, op.getInput()), b.getF32Type());
    const double probability = op.getProbability().convertToDouble();
    b.replaceOp(
        op,
        loops(b, loc, op.getInput(), init, {maps.both, maps.both},
              {kParallel, kParallel}, [&](OpBuilder &b, ValueRange args) -> Value {
                Value row = linalg::IndexOp::create(b, loc, 0);
                Value column = linalg::IndexOp::create(b, loc, 1);
                Value draw = buildDropoutDraw(b, loc, op.getSeed(),
                                              op.getPosition(), row, column,
                                              *op.getSite());
                return buildDropout(b, loc, args[0], draw, probability);
              }));
    return success();
  }
};

struct LowerElementwise
    : OpInterfaceRewritePattern<ElementwiseOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(ElementwiseOpInterface op,
                                PatternRewriter &b) const override {
    b.replaceOp(op, op.expand(b));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Losses
//===----------------------------------------------------------------------===//

struct LowerBce : OpRewritePattern<BceWithLogitsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(BceWithLogitsOp op,
                                PatternRewriter &b) const override {
    TensorExpr y(b, op.getPrediction()), t(b, op.getLabel());
    Value scale =
        reciprocalCount(b, y.value(), op.getPrediction().getType().getDimSize(1));
    b.replaceOp(op, meanOf(b, max(y, 0.0) - y * t + log1p(exp(abs(y) * -1.0)),
                           scale));
    return success();
  }
};

struct LowerMse : OpRewritePattern<MseOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MseOp op, PatternRewriter &b) const override {
    TensorExpr y(b, op.getPrediction()), t(b, op.getLabel());
    TensorExpr error = y - t;
    Value scale =
        reciprocalCount(b, y.value(), op.getPrediction().getType().getDimSize(1));
    b.replaceOp(op, meanOf(b, error * error, scale));
    return success();
  }
};

struct LowerCrossEntropy : OpRewritePattern<CrossEntropyOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(CrossEntropyOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    TensorExpr y(b, op.getPrediction());
    TensorExpr largest(
        b, reduceRows<arith::MaximumFOp>(
               b, y.value(), -std::numeric_limits<float>::infinity()));
    TensorExpr shifted =
        exp(y - TensorExpr(b, spreadRows(b, largest.value(), y.value())));
    Value sum = reduceRows<arith::AddFOp>(b, shifted.value(), 0.0f);
    AffineMap same = b.getMultiDimIdentityMap(1);
    Value init = emptyTensor(
        b, loc, tensor::getMixedSize(b, loc, op.getLabel(), 0), b.getF32Type());
    Value terms = loops(
        b, loc, {op.getLabel(), sum, largest.value()}, init,
        {same, same, same, same}, kParallel,
        [&](OpBuilder &b, ValueRange args) -> Value {
          Value row = linalg::IndexOp::create(b, loc, 0);
          Value label = arith::IndexCastOp::create(b, loc, b.getIndexType(),
                                                   args[0]);
          Value logit = tensor::ExtractOp::create(b, loc, op.getPrediction(),
                                                  ValueRange{row, label});
          Value log = math::LogOp::create(b, loc, args[1]);
          Value logSum = arith::AddFOp::create(b, loc, log, args[2]);
          return arith::SubFOp::create(b, loc, logSum, logit);
        });
    b.replaceOp(op, meanOf(b, TensorExpr(b, terms),
                           reciprocalCount(b, y.value(), 1)));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

class GraphToLinalgPass
    : public mlc::impl::GraphToLinalgBase<GraphToLinalgPass> {
  void runOnOperation() override {
    if (failed(lowerCsr(getOperation())))
      return signalPassFailure();
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    patterns.add<LowerLinear, LowerMatmul, LowerGather, LowerSumBatch,
                 LowerSumRow, LowerOneHot, LowerSoftmax, LowerDropout,
                 LowerElementwise, LowerBce, LowerMse, LowerCrossEntropy>(
        context);
    ConversionTarget target(*context);
    target.addIllegalDialect<GraphDialect>();
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      return signalPassFailure();
    unifyBatchSize(getOperation());
  }
};

} // namespace
