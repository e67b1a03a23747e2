//===- Environment.h - What values stand for --------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Inside the interpreter only.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_REFERENCE_ENVIRONMENT_H
#define MLC_REFERENCE_ENVIRONMENT_H

#include "lib/Reference/Tensor.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

namespace mlc::reference {

/// Holds each value from its op to its last use.
class Environment {
public:
  void set(mlir::Value value, DatumRef datum) {
    const auto uses = std::distance(value.use_begin(), value.use_end());
    if (uses)
      data_[value] = {std::move(datum), uses};
  }
  /// Says that `op` has been evaluated.
  void dropOperands(mlir::Operation *op) {
    for (mlir::Value operand : op->getOperands())
      if (--data_.find(operand)->second.usesLeft == 0)
        data_.erase(operand);
  }

  DatumRef get(mlir::Value value) const { return data_.at(value).datum; }
  const Datum &operator[](mlir::Value value) const {
    return *data_.at(value).datum;
  }
  const Reals &reals(mlir::Value value) const {
    return std::get<Reals>((*this)[value]);
  }
  const Integers &integers(mlir::Value value) const {
    return std::get<Integers>((*this)[value]);
  }
  /// Of a scalar integer.
  int64_t integer(mlir::Value value) const {
    return integers(value).elements[0];
  }
  Shape shape(mlir::Value value) const { return shapeOf((*this)[value]); }

private:
  struct Entry {
    DatumRef datum;
    ptrdiff_t usesLeft;
  };
  llvm::DenseMap<mlir::Value, Entry> data_;
};

using Result = mlir::FailureOr<Datum>;

/// Fails, with an error at `op`, unless all its operands have one shape.
mlir::LogicalResult checkEqualShapes(mlir::Operation *op,
                                     const Environment &environment);
/// Fails with an error that names the op.
mlir::LogicalResult reportUnknown(mlir::Operation *op);

/// `function(x)` of every element of the one operand.
template <typename Function>
Result unary(mlir::Operation *op, const Environment &environment,
             Function function) {
  Reals y = environment.reals(op->getOperand(0));
  for (double &x : y.elements)
    x = function(x);
  return Datum(std::move(y));
}

/// `function(x, other)` of the elements at each place of the two operands.
template <typename Function>
Result binary(mlir::Operation *op, const Environment &environment,
              Function function) {
  if (failed(checkEqualShapes(op, environment)))
    return mlir::failure();
  const Reals &others = environment.reals(op->getOperand(1));
  Reals y = environment.reals(op->getOperand(0));
  for (auto [x, other] : llvm::zip_equal(y.elements, others.elements))
    x = function(x, other);
  return Datum(std::move(y));
}

/// The result of an op of the graph dialect; fails with a located error.
Result evaluateGraphOp(mlir::Operation *op, const Environment &environment);
/// The same for an op of `arith`, `math` or `tensor`.
Result evaluateTensorOp(mlir::Operation *op, const Environment &environment);

} // namespace mlc::reference

#endif // MLC_REFERENCE_ENVIRONMENT_H
