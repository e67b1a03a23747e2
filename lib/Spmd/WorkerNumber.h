//===- WorkerNumber.h - Workers of all ranks, numbered ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_SPMD_WORKERNUMBER_H
#define MLC_LIB_SPMD_WORKERNUMBER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace mlc {

/// The number of the worker that runs `step` among those of all ranks: the
/// argument `worker` in a program for one rank, else rank * workers + worker.
/// Null where the step has no such argument.
mlir::Value numberOfWorker(mlir::OpBuilder &b, mlir::func::FuncOp step);

/// How many workers all ranks have: `workers`, or ranks * workers. Null where
/// the step has no such argument.
mlir::Value allWorkers(mlir::OpBuilder &b, mlir::func::FuncOp step);

} // namespace mlc

#endif // MLC_LIB_SPMD_WORKERNUMBER_H
