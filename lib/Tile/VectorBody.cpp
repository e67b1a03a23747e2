//===- VectorBody.cpp - A loop's body on vectors --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlc;

bool mlc::isElementwiseBody(linalg::LinalgOp op) {
  return llvm::all_of(op.getBlock()->without_terminator(),
                      [](Operation &inner) {
                        return OpTrait::hasElementwiseMappableTraits(&inner) ||
                               isa<arith::ConstantOp>(inner);
                      });
}

Value mlc::spread(OpBuilder &b, Location loc, Value scalar, int64_t width) {
  return vector::BroadcastOp::create(
      b, loc, VectorType::get({width}, scalar.getType()), scalar);
}

SmallVector<Value> mlc::emitBody(OpBuilder &b, linalg::LinalgOp op,
                                 ArrayRef<Value> arguments, int64_t width) {
  Location loc = op.getLoc();
  Block *body = op.getBlock();
  IRMapping mapping;
  mapping.map(body->getArguments(), arguments);
  auto spreadOnce = [&](Value value) { // from outside, or a constant
    if (!mapping.contains(value))
      mapping.map(value, spread(b, loc, value, width));
    return mapping.lookup(value);
  };
  for (Operation &inner : body->without_terminator()) {
    if (isa<arith::ConstantOp>(inner)) {
      mapping.map(inner.getResult(0),
                  spread(b, loc, b.clone(inner)->getResult(0), width));
      continue;
    }
    for (Value operand : inner.getOperands())
      spreadOnce(operand);
    Operation *clone = b.clone(inner, mapping);
    for (Value result : clone->getResults())
      result.setType(VectorType::get({width}, result.getType()));
  }
  return llvm::map_to_vector(body->getTerminator()->getOperands(), spreadOnce);
}
