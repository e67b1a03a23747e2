//===- Records.cpp - Quantised weights as bytes ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Records.h"
#include "mlc/QuantizedWeights.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

/// Whether all its products are of dense rows.
static bool isOfDenseRows(DequantizeOp weight) {
  return llvm::all_of(weight->getUsers(), [&](Operation *user) {
    if (auto linear = dyn_cast<LinearOp>(user))
      return !isCsr(linear.getInput().getType());
    auto product = dyn_cast<graph::MatmulOp>(user);
    return product && product.getRhs() == weight && product.getTransposeRhs() &&
           !product.getTransposeLhs();
  });
}

StepRecords::StepRecords(func::FuncOp step) {
  MLIRContext *context = step.getContext();
  Type byte = IntegerType::get(context, 8), real = Float32Type::get(context);
  step.walk([&](DequantizeOp op) {
    auto numbers = dyn_cast<BlockArgument>(op.getNumbers());
    auto scales = dyn_cast<BlockArgument>(op.getScales());
    const bool byColumns = op.getScales().getType().getRank() == 2;
    const bool isMatrix = isOfDenseRows(op);
    if (!numbers || !scales || !numbers.hasOneUse() || !scales.hasOneUse() ||
        (isMatrix && !byColumns)) {
      weights_.push_back({op}); // finish() refuses its uses.
      return;
    }
    const int64_t rows = op.getType().getDimSize(0);
    const int64_t bits = op.getNumbers().getType().getElementTypeBitWidth();
    const int64_t columns = op.getType().getDimSize(1);
    const int64_t bytes = byColumns ? MLC_UNSCALED_BYTES(columns)
                                    : MLC_RECORD_BYTES(bits, columns);
    if (byColumns)
      scales.setType(RankedTensorType::get({1, columns}, real));
    numbers.setType(isMatrix ? RankedTensorType::get({rows, bytes}, byte)
                             : RankedTensorType::get(
                                   {rows * bytes + MLC_RECORD_PADDING}, byte));
    weights_.push_back(
        {op,
         {numbers, bits, bytes, byColumns ? Value(scales) : Value()},
         isMatrix});
  });
  step.setType(FunctionType::get(context,
                                 step.getBody().front().getArgumentTypes(),
                                 step.getFunctionType().getResults()));
}

std::optional<Records> StepRecords::of(Value weight) const {
  for (const Weight &known : weights_)
    if (known.op == weight.getDefiningOp() && known.records.list &&
        !known.isMatrix)
      return known.records;
  return std::nullopt;
}

std::optional<NumbersMatrix> StepRecords::matrixOf(Value weight) const {
  for (const Weight &known : weights_)
    if (known.op == weight.getDefiningOp() && known.isMatrix)
      return NumbersMatrix{known.records.list, known.records.scales};
  return std::nullopt;
}

LogicalResult StepRecords::finish() {
  for (Weight &weight : weights_) {
    if (!weight.op->use_empty())
      return (*weight.op->user_begin())
          ->emitError("expected a quantised weight only in a graph.linear, and "
                      "in one of dense rows only with a scale for each column; "
                      "other products take f32 weights");
    weight.op.erase();
  }
  weights_.clear();
  return success();
}
