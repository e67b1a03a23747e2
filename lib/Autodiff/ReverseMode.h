//===- ReverseMode.h - Gradients through a block of ops ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_AUTODIFF_REVERSEMODE_H
#define MLC_LIB_AUTODIFF_REVERSEMODE_H

#include "dialects/Graph/Graph.h"

namespace mlc {

/// Reverse-mode differentiation of one value of a block with respect to a set
/// of sources: parameters, or the batch itself. Knows no op: each op's rule is
/// asked for through graph::DifferentiableOpInterface.
///
/// A source may be a `#graph.csr` batch, whose gradient has the batch's type:
/// it holds the gradient at the entries that the batch stores.
class ReverseMode : public graph::Gradients {
public:
  /// Finds the ops of `block` that lead from `sources`, values of the block or
  /// its arguments, to anything. What is built goes where `builder` stands,
  /// which must be the end of `block`.
  ReverseMode(mlir::OpBuilder &builder, mlir::ValueRange sources,
              mlir::Block &block);

  /// Builds the gradients of `output`. `seed`, of the type of `output`, is the
  /// gradient of what is differentiated with respect to `output`. Fails, with
  /// an error at the op, where an op between the sources and `output` has no
  /// gradient rule.
  mlir::LogicalResult run(mlir::Value output, mlir::Value seed);

  /// The same for an `output` of one element, a loss: its seed is 1.
  mlir::LogicalResult run(mlir::Value output);

  /// The gradient with respect to `value`, of its type; null where `output`
  /// does not depend on it.
  mlir::Value of(mlir::Value value) const { return gradients_.lookup(value); }

  mlir::OpBuilder &builder() override { return builder_; }
  mlir::Value ofResult() override { return ofCurrent_; }
  bool wants(mlir::Value operand) override { return active_.contains(operand); }
  void add(mlir::Value operand, mlir::Value contribution) override;

protected:
  /// Has `op` add its share to the gradients of its operands. Fails, with an
  /// error at the op, where it has no rule.
  virtual mlir::LogicalResult differentiate(mlir::Operation *op);

private:
  mlir::OpBuilder &builder_;
  /// The sources and everything that depends on them.
  llvm::DenseSet<mlir::Value> active_;
  /// The ops that depend on the sources, in order.
  llvm::SmallVector<mlir::Operation *> path_;
  llvm::DenseMap<mlir::Value, mlir::Value> gradients_;
  mlir::Value ofCurrent_;
};

} // namespace mlc

#endif // MLC_LIB_AUTODIFF_REVERSEMODE_H
