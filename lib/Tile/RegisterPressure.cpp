//===- RegisterPressure.cpp - What a body keeps in registers --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RegisterPressure.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlc;

namespace {

/// Whether all vectors of results read the same register for `value`: it is
/// defined outside of `body`, or a constant, which is moved out of loops later.
bool isShared(Value value, Block *body) {
  Operation *op = value.getDefiningOp();
  return value.getParentBlock() != body ||
         isa_and_present<arith::ConstantOp>(op);
}

/// How many values of one vector of results are live at a time, at most, each
/// from the op that defines it to its last use; and how many values are shared.
struct Pressure {
  explicit Pressure(Block *body) {
    DenseMap<Value, Operation *> lastUses;
    DenseSet<Value> shared;
    for (Operation &op : *body)
      for (Value operand : op.getOperands()) {
        if (isShared(operand, body))
          shared.insert(operand);
        else
          lastUses[operand] = &op;
      }
    sharedValues = shared.size();
    // An argument is live from its first use on, where it is loaded.
    DenseSet<Value> live;
    for (Operation &op : *body) {
      for (Value operand : op.getOperands())
        if (!isShared(operand, body))
          live.insert(operand);
      // A result can have the register of an operand whose last use this is, so
      // the op itself does not raise the number.
      values = std::max(values, int64_t(live.size()));
      for (Value operand : op.getOperands())
        if (lastUses.lookup(operand) == &op)
          live.erase(operand);
      if (!isa<arith::ConstantOp>(op))
        live.insert_range(op.getResults());
    }
  }
  int64_t values = 1, sharedValues = 0;
};

} // namespace

bool mlc::hasLongBody(linalg::LinalgOp op) {
  return llvm::any_of(*op.getBlock(), [](Operation &inner) {
    if (isa<math::ExpOp, math::LogOp, math::Log1pOp, math::TanhOp, math::ErfOp>(
            inner))
      return true;
    // Philox, the generator of dropout's random numbers, is made of these.
    return isa<arith::MulUIExtendedOp>(inner);
  });
}

int64_t mlc::vectorsAtATime(linalg::LinalgOp op, int64_t registers,
                            int64_t most) {
  // Coefficients of polynomials fill any number of registers. One vector at a
  // time is enough: so many instructions keep the processor busy anyway.
  if (hasLongBody(op))
    return 1;
  const Pressure pressure(op.getBlock());
  while (most > 1 && most * pressure.values + pressure.sharedValues > registers)
    most /= 2;
  return most;
}
