//===- LowerCsr.cpp - Products with CSR data ------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerCsr.h"
#include "LinearInit.h"
#include "Loops.h"
#include "dialects/Csr/Csr.h"
#include "mlc/Steps.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

/// A data set's arguments in CSR form, and its columns' order in the batch.
class CsrData {
public:
  /// Replaces `data` by the arguments of its CSR form.
  CsrData(OpBuilder &b, func::FuncOp function, BlockArgument data)
      : width(cast<RankedTensorType>(data.getType()).getDimSize(1)) {
    auto add = [&](Type type, StringRef role) {
      unsigned index = function.getNumArguments();
      if (failed(
              function.insertArgument(index, type,
                                      b.getDictionaryAttr(b.getNamedAttr(
                                          steps::kRole, b.getStringAttr(role))),
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
          TypeRange{
              RankedTensorType::get({width + 1}, b.getI32Type()),
              RankedTensorType::get({ShapedType::kDynamic}, b.getI32Type()),
              RankedTensorType::get({ShapedType::kDynamic}, b.getF32Type())},
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
