//===- LowerCsr.cpp - Products with CSR data ------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerCsr.h"
#include "LinearInit.h"
#include "Loops.h"
#include "Records.h"
#include "RowUpdates.h"
#include "dialects/Csr/Csr.h"
#include "lib/CostModel.h"
#include "lib/Support/Explain.h"
#include "mlc/RuntimeABI.h"
#include "mlc/Steps.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

/// A data set's arguments in CSR form, and its columns' order in the batch.
class CsrData {
public:
  /// Replaces `data` by the arguments of its CSR form.
  CsrData(OpBuilder &b, func::FuncOp function, BlockArgument data,
          const StepRecords &records)
      : records_(records),
        width_(cast<RankedTensorType>(data.getType()).getDimSize(1)) {
    auto add = [&](Type type, StringRef role) {
      return steps::addArgument(function, type, role, data.getLoc());
    };
    auto list = [&](Type element) {
      return RankedTensorType::get({ShapedType::kDynamic}, element);
    };
    indptr_ = add(list(b.getI64Type()), steps::kIndptr);
    indices_ = add(list(b.getIntegerType(width_ <= MLC_U16_WIDTH ? 16 : 32)),
                   steps::kIndices);
    values_ = add(list(b.getF32Type()), steps::kValues);
    ones_ = add(b.getI1Type(), steps::kOnes);
    capacity_ = add(b.getIndexType(), steps::kNonzeroCapacity);
    auto batch = function->getAttrOfType<IntegerAttr>(steps::kBatch);
    if (batch) {
      const int64_t words = llvm::divideCeil(batch.getInt(), 64);
      if (words * width_ <= CostModel::of(function).mostMaskWords)
        maskWords_ = words;
    }
  }

  void lower(IRRewriter &b, LinearOp op, Value rows) {
    b.setInsertionPoint(op);
    Value init =
        linearInit(b, op, tensor::getMixedSize(b, op.getLoc(), rows, 0));
    if (const auto records = records_.of(op.getWeight())) {
      Value first = arith::ConstantIndexOp::create(b, op.getLoc(), 0);
      if (records->scales) {
        b.replaceOpWithNewOp<csr::IntegerMatmulOp>(
            op, init.getType(), rows, indptr_, indices_, values_, ones_,
            records->list, first, records->scales, init, records->bytes);
        return;
      }
      b.replaceOpWithNewOp<csr::QuantizedMatmulOp>(
          op, init.getType(), rows, indptr_, indices_, values_, ones_,
          records->list, first, init, records->bits, records->bytes);
      return;
    }
    b.replaceOpWithNewOp<csr::MatmulOp>(op, init.getType(), rows, indptr_,
                                        indices_, values_, ones_,
                                        op.getWeight(), init);
  }

  /// x^T dy.
  void lower(IRRewriter &b, graph::MatmulOp op, Value rows) {
    b.setInsertionPoint(op);
    Location loc = op.getLoc();
    group(b, loc, rows);
    Value init = filledTensor(
        b, loc,
        {b.getIndexAttr(width_), tensor::getMixedSize(b, loc, op.getRhs(), 1)},
        0.0f);
    b.replaceOpWithNewOp<csr::MatmulTransposedOp>(
        op, init.getType(), ones_, grouped_.getStarts(), grouped_.getExamples(),
        grouped_.getEntries(), grouped_.getMasks(), op.getRhs(), init);
  }

  /// The sum of the squares of x^T dy, whose rows are never stored.
  void lower(IRRewriter &b, SumSquaresOp op, Value rows) {
    auto product = op.getInput().getDefiningOp<graph::MatmulOp>();
    explain(op, "norm") << remark::add(
        "the squares of {0} are summed row by row of those that a batch "
        "touches; none is stored",
        sizesOf(product.getType().getShape()));
    b.setInsertionPoint(op);
    Location loc = op.getLoc();
    Value row = filledTensor(
        b, loc,
        {b.getIndexAttr(1), tensor::getMixedSize(b, loc, product.getRhs(), 1)},
        0.0f);
    Value first = arith::ConstantIndexOp::create(b, loc, 0);
    Value count = arith::ConstantIndexOp::create(b, loc, width_);
    auto squares = csr::UpdateRowsOp::create(
        b, loc, row.getType(), rows, indptr_, indices_, values_, ones_,
        capacity_, first, count, product.getRhs(), ValueRange(), row, width_,
        /*sums=*/true);
    OpBuilder::InsertionGuard guard(b);
    Block *body = b.createBlock(&squares.getBody(), {},
                                {b.getF32Type(), b.getF32Type()}, {loc, loc});
    Value square = arith::MulFOp::create(b, loc, body->getArgument(0),
                                         body->getArgument(0));
    Value sum = arith::AddFOp::create(b, loc, body->getArgument(1), square);
    csr::YieldOp::create(b, loc, sum);
    b.setInsertionPoint(op);
    Value columns = tensor::CollapseShapeOp::create(
        b, loc, squares.getResult(0), ArrayRef<ReassociationIndices>{{0, 1}});
    b.replaceOp(op, sumElements(b, loc, columns));
    b.eraseOp(product);
  }

  /// Each result of the step that is dy W^T at the batch's entries, or a sum of
  /// such products, becomes a list as long as `values`. Nothing else may use
  /// the products.
  LogicalResult lowerResults(IRRewriter &b, func::FuncOp step,
                             GatherOp gather) {
    Operation *end = step.getBody().front().getTerminator();
    for (OpOperand &result : end->getOpOperands()) {
      SmallVector<SampledMatmulOp> terms;
      if (!addTerms(result.get(), gather, terms))
        continue;
      b.setInsertionPointAfterValue(result.get());
      result.set(sumOf(b, terms, gather.getRows()));
    }
    step.setType(b.getFunctionType(step.getFunctionType().getInputs(),
                                   end->getOperandTypes()));
    for (Operation &op :
         llvm::make_early_inc_range(llvm::reverse(step.getBody().front())))
      if (isa<SampledMatmulOp, arith::AddFOp>(op) && op.use_empty())
        b.eraseOp(&op);
    for (Operation *user : gather->getUsers())
      if (auto left = dyn_cast<SampledMatmulOp>(user))
        return left.emitError(
            "expected a matrix with the data's entries to be a result of the "
            "step, or added to others into one, and nothing else");
    return success();
  }

  /// Only rows of columns that the batch has change.
  LogicalResult lower(IRRewriter &b, TouchedColumnsOp op, Value rows) {
    return lowerRowUpdates(
        b, op, {{rows, indptr_, indices_, values_, ones_}, capacity_});
  }

private:
  /// Appends the products at the entries of `gather` that `matrix` is a sum of,
  /// each as often as it is added; false where it is something else.
  static bool addTerms(Value matrix, GatherOp gather,
                       SmallVectorImpl<SampledMatmulOp> &terms) {
    if (auto product = matrix.getDefiningOp<SampledMatmulOp>()) {
      terms.push_back(product);
      return llvm::is_contained(gather->getUsers(), product);
    }
    auto sum = matrix.getDefiningOp<arith::AddFOp>();
    return sum && addTerms(sum.getLhs(), gather, terms) &&
           addTerms(sum.getRhs(), gather, terms);
  }

  /// The first of the step is written, and the others are added to it.
  Value sumOf(IRRewriter &b, SmallVectorImpl<SampledMatmulOp> &terms,
              Value rows) {
    llvm::stable_sort(terms, [](SampledMatmulOp x, SampledMatmulOp y) {
      return x->isBeforeInBlock(y);
    });
    Value list = emptyTensor(b, terms.front().getLoc(),
                             {OpFoldResult(capacity_)}, b.getF32Type());
    for (auto [number, term] : llvm::enumerate(terms))
      list = sample(b, term, rows, list, /*accumulate=*/number > 0);
    return list;
  }

  /// `op` where `b` stands, written to, or added to, `init`.
  Value sample(IRRewriter &b, SampledMatmulOp op, Value rows, Value init,
               bool accumulate) {
    if (const auto records = records_.of(op.getRhs())) {
      Value lhs = op.getLhs();
      if (records->scales)
        lhs = timesColumns(b, op.getLoc(), lhs, records->scales);
      return csr::QuantizedSampledMatmulOp::create(
          b, op.getLoc(), init.getType(), rows, indptr_, indices_, lhs,
          records->list, init, records->bits, records->bytes,
          /*unscaled=*/bool(records->scales), accumulate);
    }
    return csr::SampledMatmulOp::create(b, op.getLoc(), init.getType(), rows,
                                        indptr_, indices_, op.getLhs(),
                                        op.getRhs(), init, accumulate);
  }

  void group(IRRewriter &b, Location loc, Value rows) {
    if (grouped_)
      return;
    auto empty = [&](OpFoldResult size, Type type) {
      return emptyTensor(b, loc, size, type);
    };
    grouped_ = csr::GroupColumnsOp::create(
        b, loc,
        TypeRange{RankedTensorType::get({width_ + 1}, b.getI32Type()),
                  RankedTensorType::get({ShapedType::kDynamic}, b.getI32Type()),
                  RankedTensorType::get({ShapedType::kDynamic}, b.getF32Type()),
                  RankedTensorType::get({width_, maskWords_}, b.getI64Type())},
        rows, indptr_, indices_, values_, ones_,
        empty(b.getIndexAttr(width_ + 1), b.getI32Type()),
        empty(capacity_, b.getI32Type()), empty(capacity_, b.getF32Type()),
        emptyTensor(b, loc,
                    {b.getIndexAttr(width_), b.getIndexAttr(maskWords_)},
                    b.getI64Type()));
  }

  const StepRecords &records_;
  int64_t width_;
  /// Of 64 examples each, for a column; 0 where masks would take too long.
  int64_t maskWords_ = 0;
  Value indptr_, indices_, values_, ones_, capacity_;
  csr::GroupColumnsOp grouped_;
};

/// What squares and sums x^T dy; null where other ops use the product, too.
SumSquaresOp squaresOf(graph::MatmulOp product) {
  return product && product->hasOneUse() && product.getTransposeLhs() &&
                 !product.getTransposeRhs()
             ? dyn_cast<SumSquaresOp>(*product->user_begin())
             : SumSquaresOp();
}

} // namespace

LogicalResult mlc::lowerCsr(func::FuncOp function, const StepRecords &records) {
  auto isData = [](BlockArgument argument) {
    return isCsr(argument.getType());
  };
  auto found = llvm::find_if(function.getArguments(), isData);
  if (found == function.getArguments().end())
    return success();
  BlockArgument data = *found;
  IRRewriter b(function.getContext());
  CsrData csr(b, function, data, records);
  for (Operation *user : llvm::make_early_inc_range(data.getUsers())) {
    auto gather = dyn_cast<GatherOp>(user);
    if (!gather)
      return user->emitError("expected #graph.csr data to be gathered first");
    // Updates first: they take products in.
    SmallVector<TouchedColumnsOp> updates;
    for (Operation *user : gather->getUsers())
      if (auto touched = dyn_cast<TouchedColumnsOp>(user))
        updates.push_back(touched);
    for (TouchedColumnsOp touched : updates)
      if (failed(csr.lower(b, touched, gather.getRows())))
        return failure();
    SmallVector<Operation *> consumers(gather->getUsers());
    llvm::sort(consumers, [](Operation *x, Operation *y) {
      return x->isBeforeInBlock(y);
    });
    for (Operation *consumer : consumers) {
      auto matmul = dyn_cast<graph::MatmulOp>(consumer);
      if (auto linear = dyn_cast<LinearOp>(consumer))
        csr.lower(b, linear, gather.getRows());
      else if (auto squares = squaresOf(matmul))
        csr.lower(b, squares, gather.getRows());
      else if (matmul && matmul.getTransposeLhs() && !matmul.getTransposeRhs())
        csr.lower(b, matmul, gather.getRows());
      else if (!isa<SampledMatmulOp>(consumer))
        return consumer->emitError("expected a #graph.csr operand only in "
                                   "graph.linear and its gradient");
    }
    if (failed(csr.lowerResults(b, function, gather)))
      return failure();
    b.eraseOp(gather);
  }
  return function.eraseArgument(data.getArgNumber());
}
