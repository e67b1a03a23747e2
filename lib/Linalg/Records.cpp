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

StepRecords::StepRecords(func::FuncOp step) {
  step.walk([&](DequantizeOp op) {
    auto numbers = dyn_cast<BlockArgument>(op.getNumbers());
    auto scales = dyn_cast<BlockArgument>(op.getScales());
    if (!numbers || !scales || !numbers.hasOneUse() || !scales.hasOneUse()) {
      weights_.push_back({op, {}}); // finish() refuses its uses.
      return;
    }
    const int64_t rows = op.getType().getDimSize(0);
    const int64_t bits = op.getNumbers().getType().getElementTypeBitWidth();
    const int64_t columns = op.getType().getDimSize(1);
    const bool byColumns = op.getScales().getType().getRank() == 2;
    const int64_t bytes = byColumns ? MLC_UNSCALED_BYTES(columns)
                                    : MLC_RECORD_BYTES(bits, columns);
    if (byColumns)
      scales.setType(RankedTensorType::get({1, columns},
                                           Float32Type::get(op.getContext())));
    numbers.setType(
        RankedTensorType::get({rows * bytes + MLC_RECORD_PADDING},
                              IntegerType::get(op.getContext(), 8)));
    weights_.push_back(
        {op, {numbers, bits, bytes, byColumns ? Value(scales) : Value()}});
  });
  step.setType(FunctionType::get(step.getContext(),
                                 step.getBody().front().getArgumentTypes(),
                                 step.getFunctionType().getResults()));
}

std::optional<Records> StepRecords::of(Value weight) const {
  for (const auto &[op, records] : weights_)
    if (op == weight.getDefiningOp() && records.list)
      return records;
  return std::nullopt;
}

LogicalResult StepRecords::finish() {
  for (auto &[op, records] : weights_) {
    if (!op->use_empty()) {
      return (*op->user_begin())
          ->emitError("expected a quantised weight only in a graph.linear of "
                      "#graph.csr examples; other products take f32 weights");
    }
    op.erase();
  }
  weights_.clear();
  return success();
}
