//===- TensorExpr.h - Formulas on tensors -----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_TENSOREXPR_H
#define MLC_DIALECTS_GRAPH_TENSOREXPR_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

namespace mlc::graph {

/// A float tensor under construction, so that rules read like calculus:
/// `1.0 - y * y` builds `arith` ops on whole tensors. Both sides of an operator
/// have one shape; a number or an f32 scalar is spread to it.
class TensorExpr {
public:
  TensorExpr(mlir::OpBuilder &builder, mlir::Value value)
      : TensorExpr(builder, value, value.getLoc()) {}
  /// What is made of it has the location `loc`.
  TensorExpr(mlir::OpBuilder &builder, mlir::Value value, mlir::Location loc)
      : builder_(&builder), value_(value), loc_(loc) {}

  mlir::Value value() const { return value_; }
  /// `number`, everywhere, in this tensor's shape.
  TensorExpr filled(double number) const;
  /// The f32 scalar `scalar`, everywhere, in this tensor's shape.
  TensorExpr spread(mlir::Value scalar) const;

  friend TensorExpr operator+(TensorExpr a, TensorExpr b);
  friend TensorExpr operator-(TensorExpr a, TensorExpr b);
  friend TensorExpr operator*(TensorExpr a, TensorExpr b);
  friend TensorExpr operator/(TensorExpr a, TensorExpr b);
  friend TensorExpr operator+(TensorExpr a, double b) {
    return a + a.filled(b);
  }
  friend TensorExpr operator*(TensorExpr a, double b) {
    return a * a.filled(b);
  }
  friend TensorExpr operator/(TensorExpr a, double b) {
    return a / a.filled(b);
  }
  friend TensorExpr operator-(double a, TensorExpr b) {
    return b.filled(a) - b;
  }
  friend TensorExpr operator/(double a, TensorExpr b) {
    return b.filled(a) / b;
  }

  /// a / b for a `b` that is normal, positive and of no extreme size: a target
  /// may go through 1 / b, in steps that round the result as a division does.
  friend TensorExpr quotient(TensorExpr a, TensorExpr b);
  /// All are NaN where a or b is.
  friend TensorExpr max(TensorExpr a, TensorExpr b);
  friend TensorExpr min(TensorExpr a, TensorExpr b);
  friend TensorExpr max(TensorExpr a, double b) { return max(a, a.filled(b)); }
  friend TensorExpr min(TensorExpr a, double b) { return min(a, a.filled(b)); }
  friend TensorExpr abs(TensorExpr a);
  friend TensorExpr exp(TensorExpr a);
  friend TensorExpr log(TensorExpr a);
  friend TensorExpr log1p(TensorExpr a);
  friend TensorExpr sqrt(TensorExpr a);
  friend TensorExpr tanh(TensorExpr a);
  friend TensorExpr erf(TensorExpr a);
  friend TensorExpr sigmoid(TensorExpr a);
  /// -1, 0 or 1.
  friend TensorExpr sign(TensorExpr a);
  /// condition > 0 ? yes : no, element by element.
  friend TensorExpr ifPositive(TensorExpr condition, TensorExpr yes,
                               TensorExpr no);

private:
  mlir::OpBuilder *builder_;
  mlir::Value value_;
  mlir::Location loc_;
};

/// The second size of `x` as a number, f32.
mlir::Value secondSize(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x);

} // namespace mlc::graph

#endif // MLC_DIALECTS_GRAPH_TENSOREXPR_H
