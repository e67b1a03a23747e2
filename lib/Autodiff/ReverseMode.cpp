//===- ReverseMode.cpp - Gradients through a block of ops -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Autodiff/ReverseMode.h"

#include "dialects/Graph/TensorExpr.h"
#include "lib/Names.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

ReverseMode::ReverseMode(OpBuilder &builder, ValueRange sources, Block &block)
    : builder_(builder) {
  active_.insert(sources.begin(), sources.end());
  for (Operation &op : block) {
    if (llvm::none_of(op.getOperands(),
                      [&](Value operand) { return active_.contains(operand); }))
      continue;
    // Sizes and conditions depend on the sources, but have no derivatives.
    for (Value result : op.getResults())
      if (isa<FloatType>(getElementTypeOrSelf(result.getType())))
        active_.insert(result);
    path_.push_back(&op);
  }
}

LogicalResult ReverseMode::run(Value output) {
  Value one = arith::ConstantOp::create(
      builder_, output.getLoc(),
      DenseElementsAttr::get(cast<ShapedType>(output.getType()), 1.0f));
  return run(output, one);
}

LogicalResult ReverseMode::run(Value output, Value seed) {
  gradients_[output] = seed;
  for (Operation *op : llvm::reverse(path_)) {
    if (op->getNumResults() != 1 || !gradients_.contains(op->getResult(0)))
      continue; // the output does not depend on it
    ofCurrent_ = gradients_.lookup(op->getResult(0));
    Block &step = *builder_.getInsertionBlock();
    Operation *last = &step.back();
    if (failed(differentiate(op)))
      return failure();
    names::nameOpsAfter(step, last, "grad", op->getLoc());
  }
  return success();
}

LogicalResult ReverseMode::differentiate(Operation *op) {
  auto differentiable = dyn_cast<DifferentiableOpInterface>(op);
  if (!differentiable)
    return op->emitError("expected an op with a gradient rule between the "
                         "parameters and the loss, but '")
           << op->getName() << "' has none";
  differentiable.differentiate(*this);
  return success();
}

void ReverseMode::add(Value operand, Value contribution) {
  Value &sum = gradients_[operand];
  sum = sum ? (TensorExpr(builder_, sum) + TensorExpr(builder_, contribution))
                  .value()
            : contribution;
}
