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

/// Whether all vectors of results share `value`: it is from outside of `body`,
/// where a constant is too once code is moved out of loops.
bool isShared(Value value, Block *body) {
  Operation *op = value.getDefiningOp();
  return value.getParentBlock() != body ||
         isa_and_present<arith::ConstantOp>(op);
}

/// The most values of one vector of results that are live at a time, each
/// result from its op to its last use; and how many values are shared.
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
    // An argument is loaded where it is first used.
    DenseSet<Value> live;
    for (Operation &op : *body) {
      for (Value operand : op.getOperands())
        if (!isShared(operand, body))
          live.insert(operand);
      // Its result can take the place of an operand that is not needed later.
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
    return isa<arith::MulUIExtendedOp>(inner);
  });
}

int64_t mlc::vectorsAtATime(linalg::LinalgOp op, int64_t registers,
                            int64_t most) {
  // Polynomials fill any number of registers with their coefficients; their
  // length hides their latency.
  if (hasLongBody(op))
    return 1;
  const Pressure pressure(op.getBlock());
  while (most > 1 && most * pressure.values + pressure.sharedValues > registers)
    most /= 2;
  return most;
}
