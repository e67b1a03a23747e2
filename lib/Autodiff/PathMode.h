//===- PathMode.h - Gradients along a straight line of inputs ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_AUTODIFF_PATHMODE_H
#define MLC_LIB_AUTODIFF_PATHMODE_H

#include "lib/Autodiff/ReverseMode.h"

namespace mlc {

/// What becomes of the values of a block while its input moves along a straight
/// line. Ops are known by AffineOpInterface and CurvedOpInterface alone.
struct PathValues {
  PathValues(mlir::Block &block, mlir::Value input);

  bool isAffine(mlir::Value value) const { return affine.contains(value); }
  /// Whether the value depends on the input.
  bool moves(mlir::Value value) const {
    return affine.contains(value) || curved.contains(value);
  }

  /// The affine values, and the others that depend on the input.
  llvm::DenseSet<mlir::Value> affine, curved;
  /// The ops that compute them, in order, each group.
  llvm::SmallVector<mlir::Operation *> affineOps, otherOps;
  /// Whether each op that is not affine has a rule along the path, and operands
  /// that are: gradients then have a closed form.
  bool areClosed = true;
};

/// Reverse mode with respect to an input that is somewhere on the straight line
/// from a baseline to the batch.
class PathMode final : public ReverseMode, public graph::PathEnds {
public:
  /// `baseline` is of the batch's type; null for a `#graph.csr` batch, whose
  /// baseline has no entries. `begin` and `end` are f32 scalars, places on the
  /// line. Where `values` are not closed, ops that are not affine are given
  /// operands at the path's end, so that `values` and the block's results are
  /// those there.
  static PathMode make(mlir::OpBuilder &builder, PathValues &values,
                       mlir::Value input, mlir::Value baseline,
                       mlir::Value begin, mlir::Value end, mlir::Block &block);

  mlir::Value atBegin(mlir::Value operand) override;
  mlir::Value atEnd(mlir::Value operand) override;
  void add(mlir::Value operand, mlir::Value contribution) override;

protected:
  mlir::LogicalResult differentiate(mlir::Operation *op) override;

private:
  /// What stands in the block before it is differentiated.
  struct Line {
    mlir::Value input, begin, end;
    /// The affine values where the line begins.
    llvm::DenseMap<mlir::Value, mlir::Value> atBaseline;
    /// What ops read in the place of affine values, and these.
    llvm::DenseMap<mlir::Value, mlir::Value> affineOf;
    bool isClosed = false;

    mlir::Value at(mlir::OpBuilder &builder, mlir::Value value,
                   mlir::Value place) const;
  };

  PathMode(mlir::OpBuilder &builder, mlir::Block &block, Line line)
      : ReverseMode(builder, line.input, block), line_(std::move(line)) {}

  static void evaluateAtBaseline(const PathValues &values, Line &line);
  static void moveToEnd(const PathValues &values, Line &line);

  Line line_;
  llvm::DenseMap<mlir::Value, mlir::Value> begins_, ends_;
};

} // namespace mlc

#endif // MLC_LIB_AUTODIFF_PATHMODE_H
