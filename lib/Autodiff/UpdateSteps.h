//===- UpdateSteps.h - Which steps change parameters ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With `accumulate(n)` parameters change after each n steps, in private
// training after the last batch of a call.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_AUTODIFF_UPDATESTEPS_H
#define MLC_LIB_AUTODIFF_UPDATESTEPS_H

#include "dialects/Graph/Graph.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlc {

/// Whether a training step is the last of those whose gradients make an update,
/// i1; null where each is.
inline mlir::Value isLastOfUpdate(mlir::OpBuilder &b, mlir::func::FuncOp step,
                                  graph::TrainOp train) {
  if (train.getPrivateClipAttr())
    return steps::findArgument(step, steps::kCallEnds);
  const int64_t count = train.getStepsOfUpdate();
  if (count == 1)
    return {};
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
