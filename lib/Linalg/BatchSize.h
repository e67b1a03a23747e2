//===- BatchSize.h - The one dynamic size of a step -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LINALG_BATCHSIZE_H
#define MLC_LIB_LINALG_BATCHSIZE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlc {

/// The first dimension of every tensor of a step, where it is `?`, is the
/// batch: each `tensor.dim` that asks for one asks `rows` instead. Does nothing
/// to a function without that argument.
void unifyBatchSize(mlir::func::FuncOp step);

} // namespace mlc

#endif // MLC_LIB_LINALG_BATCHSIZE_H
