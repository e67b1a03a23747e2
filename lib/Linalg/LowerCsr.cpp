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
  CsrData(OpBuilder &b, func::FuncOp function, BlockArgument data)
      : records_(function),
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

  /// dy W^T at the batch's entries. What has the type of the data here is, from
  /// now on, a list as long as `values`: a result of the step, or added to
  /// another such list that is.
  LogicalResult lower(IRRewriter &b, SampledMatmulOp op, Value rows) {
    b.setInsertionPoint(op);
    Value unset =
        emptyTensor(b, op.getLoc(), {OpFoldResult(capacity_)}, b.getF32Type());
    return replace(b, op, sample(b, op, rows, unset), rows);
  }

  /// Only rows of columns that the batch has change.
  LogicalResult lower(IRRewriter &b, TouchedColumnsOp op, Value rows) {
    return lowerRowUpdates(
        b, op, {{rows, indptr_, indices_, values_, ones_}, capacity_});
  }

  /// Once everything is lowered.
  LogicalResult finish() { return records_.finish(); }

private:
  /// `op` where `b` stands, written to, or added to, `init`.
  Value sample(IRRewriter &b, SampledMatmulOp op, Value rows, Value init,
               bool accumulate = false) {
    if (const auto records = records_.of(op.getRhs()))
      return csr::QuantizedSampledMatmulOp::create(
          b, op.getLoc(), init.getType(), rows, indptr_, indices_, op.getLhs(),
          records->list, init, records->bits, records->bytes, accumulate);
    return csr::SampledMatmulOp::create(b, op.getLoc(), init.getType(), rows,
                                        indptr_, indices_, op.getLhs(),
                                        op.getRhs(), init, accumulate);
  }

  /// Puts `list` in the place of `matrix`. The first of two that are added is
  /// what the second, which has not been lowered yet, is added to.
  LogicalResult replace(IRRewriter &b, Operation *matrix, Value list,
                        Value rows) {
    if (matrix->hasOneUse()) {
      OpOperand &use = *matrix->use_begin();
      if (auto end = dyn_cast<func::ReturnOp>(use.getOwner())) {
        use.set(list);
        b.eraseOp(matrix);
        auto step = cast<func::FuncOp>(end->getParentOp());
        step.setType(b.getFunctionType(step.getFunctionType().getInputs(),
                                       end->getOperandTypes()));
        return success();
      }
      auto sum = dyn_cast<arith::AddFOp>(use.getOwner());
      Value other = sum ? sum->getOperand(1 - use.getOperandNumber()) : Value();
      auto next = other ? other.getDefiningOp<SampledMatmulOp>() : nullptr;
      if (next && next->hasOneUse()) {
        b.setInsertionPoint(sum);
        Value both = sample(b, next, rows, list, /*accumulate=*/true);
        if (failed(replace(b, sum, both, rows)))
          return failure();
        b.eraseOp(next);
        b.eraseOp(matrix);
        return success();
      }
    }
    return matrix->emitError("expected a matrix with the data's entries to be "
                             "added to another or returned, and nothing else");
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

  StepRecords records_;
  int64_t width_;
  /// Of 64 examples each, for a column; 0 where masks would take too long.
  int64_t maskWords_ = 0;
  Value indptr_, indices_, values_, ones_, capacity_;
  csr::GroupColumnsOp grouped_;
};

} // namespace

LogicalResult mlc::lowerCsr(func::FuncOp function) {
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
    SmallVector<SampledMatmulOp> sampled;
    for (Operation *consumer : consumers) {
      auto matmul = dyn_cast<graph::MatmulOp>(consumer);
      if (auto linear = dyn_cast<LinearOp>(consumer))
        csr.lower(b, linear, gather.getRows());
      else if (matmul && matmul.getTransposeLhs() && !matmul.getTransposeRhs())
        csr.lower(b, matmul, gather.getRows());
      else if (auto product = dyn_cast<SampledMatmulOp>(consumer))
        sampled.push_back(product);
      else
        return consumer->emitError("expected a #graph.csr operand only in "
                                   "graph.linear and its gradient");
    }
    // Each in turn, as long as there are any: some are lowered with others.
    while (!sampled.empty()) {
      SampledMatmulOp product = sampled.front();
      if (failed(csr.lower(b, product, gather.getRows())))
        return failure();
      llvm::erase_if(sampled, [&](SampledMatmulOp op) {
        return !llvm::is_contained(gather->getUsers(), op.getOperation());
      });
    }
    b.eraseOp(gather);
  }
  if (failed(csr.finish()))
    return failure();
  return function.eraseArgument(data.getArgNumber());
}
