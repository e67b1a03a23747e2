//===- OptimizerSupport.h - What optimisers share ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_OPTIMIZERSUPPORT_H
#define MLC_DIALECTS_GRAPH_OPTIMIZERSUPPORT_H

#include "dialects/Graph/Graph.h"
#include "dialects/Graph/TensorExpr.h"

namespace mlc::graph {

using EmitError = llvm::function_ref<mlir::InFlightDiagnostic()>;

/// Whether a setting is finite and 0 or more, in [0, 1), finite and above 0;
/// else an error that cites the constraint.
mlir::LogicalResult verifyNotNegative(EmitError emitError, llvm::StringRef name,
                                      double value);
mlir::LogicalResult verifyFraction(EmitError emitError, llvm::StringRef name,
                                   double value);
mlir::LogicalResult verifyPositive(EmitError emitError, llvm::StringRef name,
                                   double value, llvm::StringRef constraint);

/// Scalar arithmetic in f64, as PyTorch does it, narrowed to f32 at the end.
class Scalars {
public:
  explicit Scalars(const OptimizerStep &step)
      : b_(step.builder), loc_(step.parameter.getLoc()) {}
  mlir::Value number(double value) {
    return mlir::arith::ConstantOp::create(b_, loc_, b_.getF64FloatAttr(value));
  }
  /// An integer as a number.
  mlir::Value real(mlir::Value x) {
    return mlir::arith::SIToFPOp::create(b_, loc_, b_.getF64Type(), x);
  }
  mlir::Value add(mlir::Value x, mlir::Value y) {
    return mlir::arith::AddFOp::create(b_, loc_, x, y);
  }
  mlir::Value mul(mlir::Value x, mlir::Value y) {
    return mlir::arith::MulFOp::create(b_, loc_, x, y);
  }
  mlir::Value div(mlir::Value x, mlir::Value y) {
    return mlir::arith::DivFOp::create(b_, loc_, x, y);
  }
  mlir::Value sub(mlir::Value x, mlir::Value y) {
    return mlir::arith::SubFOp::create(b_, loc_, x, y);
  }
  mlir::Value sqrt(mlir::Value x) {
    return mlir::math::SqrtOp::create(b_, loc_, x);
  }
  mlir::Value narrow(mlir::Value x) {
    return mlir::arith::TruncFOp::create(b_, loc_, b_.getF32Type(), x);
  }
  /// 1 - base^step.
  mlir::Value biasCorrection(double base, mlir::Value step) {
    mlir::Value exponent = real(step);
    mlir::Value power =
        mlir::math::PowFOp::create(b_, loc_, number(base), exponent);
    return sub(number(1.0), power);
  }

private:
  mlir::OpBuilder &b_;
  mlir::Location loc_;
};

/// The batch of `#graph.csr` data whose entries alone make the step's gradient:
/// x of x^T dy, or of a sum of such products, each within bounds or not. Null
/// where there is none.
mlir::Value sparseBatchOf(const OptimizerStep &step);

/// `update`, but the parameter and the states keep the rows of columns that
/// `batch` has not.
OptimizerResult keepUntouched(const OptimizerStep &step, mlir::Value batch,
                              OptimizerResult update);

/// The same for an update that leaves an element whose gradient is 0 as it is:
/// only where that takes less time than a pass over all rows, and where nothing
/// else changes every row.
OptimizerResult skipUntouched(const OptimizerStep &step,
                              OptimizerResult update);

} // namespace mlc::graph

#endif // MLC_DIALECTS_GRAPH_OPTIMIZERSUPPORT_H
