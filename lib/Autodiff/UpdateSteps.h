//===- UpdateSteps.h - Which steps change parameters ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With `accumulate(n)` parameters change after each n steps.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_AUTODIFF_UPDATESTEPS_H
#define MLC_LIB_AUTODIFF_UPDATESTEPS_H

#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlc {

/// Whether a training step is the last of `count`: i1.
inline mlir::Value isLastOfUpdate(mlir::OpBuilder &b, mlir::func::FuncOp step,
                                  int64_t count) {
  mlir::Location loc = step.getLoc();
  mlir::Value number = steps::findArgument(step, steps::kStep);
  auto constant = [&](int64_t value) -> mlir::Value {
    return mlir::arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(value));
  };
  mlir::Value rest =
      mlir::arith::RemSIOp::create(b, loc, number, constant(count));
  return mlir::arith::CmpIOp::create(b, loc, mlir::arith::CmpIPredicate::eq,
                                     rest, constant(0));
}

/// Two tensors of one shape, which is known; one of them, as the i1 says.
inline mlir::Value choose(mlir::OpBuilder &b, mlir::Value condition,
                          mlir::Value yes, mlir::Value no) {
  auto type = llvm::cast<mlir::RankedTensorType>(yes.getType());
  mlir::Value everywhere =
      mlir::tensor::SplatOp::create(b, yes.getLoc(), type.clone(b.getI1Type()),
                                    condition, mlir::ValueRange());
  return mlir::arith::SelectOp::create(b, yes.getLoc(), everywhere, yes, no);
}

} // namespace mlc

#endif // MLC_LIB_AUTODIFF_UPDATESTEPS_H
