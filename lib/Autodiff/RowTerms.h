//===- RowTerms.h - What each row adds to a gradient ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_AUTODIFF_ROWTERMS_H
#define MLC_LIB_AUTODIFF_ROWTERMS_H

#include "dialects/Graph/Graph.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"

namespace mlc {

/// An op that sums something over the rows of a batch, for a gradient: a
/// product x^T d (graph.matmul), or the sum of z (graph.sum_batch). Row n adds
/// x[n]^T d[n], or z[n], where a row may have several places.
struct RowTerm {
  mlir::Operation *op;

  bool isProduct() const { return llvm::isa<graph::MatmulOp>(op); }
  /// x; of a product alone.
  mlir::Value left() const { return op->getOperand(0); }
  /// d, or z.
  mlir::Value right() const { return op->getOperand(isProduct() ? 1 : 0); }
};

/// The gradients of a training step as sums over the rows of its batch, each
/// row of which depends on that row of the data alone.
class RowTerms {
public:
  /// `gradients`, one for each of `parameters`, are returned by the step.
  /// Fails, with an error at the op of the model, where an op mixes rows or has
  /// no rule here.
  static mlir::FailureOr<RowTerms>
  find(mlir::func::FuncOp step, mlir::ValueRange gradients,
       llvm::ArrayRef<graph::ParameterOp> parameters);

  /// Of parameter number i.
  llvm::ArrayRef<RowTerm> of(size_t i) const { return terms_[i]; }
  /// Every op from the terms to the gradients, in the step's order.
  llvm::ArrayRef<mlir::Operation *> summing() const {
    return summing_.getArrayRef();
  }

private:
  mlir::LogicalResult collect(mlir::Value gradient,
                              graph::ParameterOp parameter,
                              llvm::SmallVectorImpl<RowTerm> &terms);
  mlir::LogicalResult expectRowsApart(mlir::func::FuncOp step);
  mlir::LogicalResult visit(mlir::Operation *op);
  bool isOfRows(mlir::Value value) const { return rows_.contains(value); }

  std::vector<llvm::SmallVector<RowTerm>> terms_;
  llvm::SetVector<mlir::Operation *> summing_;
  /// Values whose row n follows from row n of the data.
  llvm::DenseSet<mlir::Value> rows_;
  /// Values that follow from several rows: losses.
  llvm::DenseSet<mlir::Value> mixed_;
};

} // namespace mlc

#endif // MLC_LIB_AUTODIFF_ROWTERMS_H
