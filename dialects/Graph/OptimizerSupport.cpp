//===- OptimizerSupport.cpp - What optimisers share -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/OptimizerSupport.h"

#include <cmath>

using namespace mlir;
using namespace mlc::graph;

//===----------------------------------------------------------------------===//
// Settings
//===----------------------------------------------------------------------===//

LogicalResult mlc::graph::verifyNotNegative(EmitError emitError, StringRef name,
                                            double value) {
  if (!(std::isfinite(value) && value >= 0))
    return emitError() << "expected a finite " << name
                       << " of 0 or more (C1), but got " << value;
  return success();
}

LogicalResult mlc::graph::verifyFraction(EmitError emitError, StringRef name,
                                         double value) {
  if (!(value >= 0 && value < 1))
    return emitError() << "expected " << name << " in [0, 1) (C2), but got "
                       << value;
  return success();
}

LogicalResult mlc::graph::verifyPositive(EmitError emitError, StringRef name,
                                         double value, StringRef constraint) {
  if (!(std::isfinite(value) && value > 0))
    return emitError() << "expected a finite " << name << " above 0 ("
                       << constraint << "), but got " << value;
  return success();
}

//===----------------------------------------------------------------------===//
// Rows that a batch touches
//===----------------------------------------------------------------------===//

/// sparseBatchOf of a step with this gradient.
static Value batchOfGradient(Value gradient) {
  if (auto sum = gradient.getDefiningOp<arith::AddFOp>()) {
    Value batch = batchOfGradient(sum.getLhs());
    return batch == batchOfGradient(sum.getRhs()) ? batch : Value();
  }
  // mlc-clip: bounds around 0 leave a 0 as it is.
  if (Operation *bounded = gradient.getDefiningOp();
      isa_and_present<arith::MaximumFOp, arith::MinimumFOp>(bounded))
    return batchOfGradient(bounded->getOperand(0));
  auto product = gradient.getDefiningOp<MatmulOp>();
  return product && product.getTransposeLhs() &&
                 isCsr(product.getLhs().getType())
             ? product.getLhs()
             : Value();
}

Value mlc::graph::sparseBatchOf(const OptimizerStep &step) {
  return batchOfGradient(step.gradient);
}

OptimizerResult mlc::graph::keepUntouched(const OptimizerStep &step,
                                          Value batch, OptimizerResult update) {
  OpBuilder &b = step.builder;
  Location loc = step.parameter.getLoc();
  auto type = cast<RankedTensorType>(step.parameter.getType());
  Value touched =
      TouchedColumnsOp::create(b, loc, type.clone(b.getI1Type()), batch);
  auto keep = [&](Value &changed, Value old) {
    changed = arith::SelectOp::create(b, loc, touched, changed, old);
  };
  keep(update.parameter, step.parameter);
  for (auto [changed, old] : llvm::zip_equal(update.states, step.states))
    keep(changed, old);
  return update;
}

OptimizerResult mlc::graph::skipUntouched(const OptimizerStep &step,
                                          OptimizerResult update) {
  const bool isLong =
      cast<RankedTensorType>(step.parameter.getType()).getDimSize(0) >=
      step.manyRows;
  if (!isLong || step.changesAllRows)
    return update;
  Value batch = sparseBatchOf(step);
  return batch ? keepUntouched(step, batch, std::move(update)) : update;
}
