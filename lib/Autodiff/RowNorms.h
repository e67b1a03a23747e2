//===- RowNorms.h - Norms of what each row adds to gradients ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_AUTODIFF_ROWNORMS_H
#define MLC_LIB_AUTODIFF_ROWNORMS_H

#include "dialects/Graph/TensorExpr.h"
#include "lib/Autodiff/RowTerms.h"

namespace mlc {

/// Squares of norms of what each row adds to gradients, as columns [n, 1].
class RowNorms {
public:
  /// `roundoff`: how wrong the result of an f32 operation can be, relatively.
  RowNorms(mlir::OpBuilder &b, mlir::func::FuncOp step, double roundoff)
      : b_(b), step_(step), roundoff_(roundoff) {}

  /// The same for a parameter with these terms, or null where there is no rule,
  /// after an error at a term. At least what it is in exact arithmetic, but for
  /// the share `error()`.
  mlir::Value ofParameter(llvm::ArrayRef<RowTerm> terms,
                          graph::ParameterOp parameter);

  /// By what share of itself a norm may be too small: half of what its square
  /// may be, with a few roundings more for what is done with it.
  double error() const {
    return (static_cast<double>(longest_) + 16) * roundoff_;
  }

private:
  graph::TensorExpr expr(mlir::Value value) { return {b_, value}; }
  graph::TensorExpr cancelled(graph::TensorExpr squares, double summands) const;
  mlir::Value ofSums(llvm::ArrayRef<RowTerm> terms);
  mlir::Value ofProducts(llvm::ArrayRef<RowTerm> terms,
                         graph::ParameterOp parameter);
  mlir::LogicalResult expectRule(const RowTerm &term, const RowTerm &first,
                                 graph::ParameterOp parameter);
  graph::TensorExpr pairsOf(const RowTerm &term, const RowTerm &other);
  mlir::Value asPlaces(mlir::Value x);
  graph::TensorExpr sumOfRow(mlir::Value x);
  mlir::Value sumOfPlaces(mlir::Value z);
  mlir::Value dot(mlir::Value x, mlir::Value y);
  mlir::Value rowSquares(int64_t rows);
  mlir::Value rowSum(mlir::Value x);

  mlir::OpBuilder &b_;
  mlir::func::FuncOp step_;
  double roundoff_;
  int64_t longest_ = 0;    ///< Terms of a sum.
  mlir::Value rowSquares_; ///< The argument.
};

} // namespace mlc

#endif // MLC_LIB_AUTODIFF_ROWNORMS_H
