//===- BatchSize.h - Sizes that follow from the batch -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LINALG_BATCHSIZE_H
#define MLC_LIB_LINALG_BATCHSIZE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlc {

/// Takes `#graph.sizes` off all tensors: from here on, second sizes that are
/// not known are the step's argument `length`, whose bound `mlc.length` says.
/// Does nothing to a function without such tensors.
void dropSizes(mlir::func::FuncOp step);

/// Every dynamic size of a step's tensors is the batch, the length of its rows,
/// or the product of the sizes of which it was made (`tensor.collapse_shape`):
/// each `tensor.dim` that asks for one asks `rows` or `length` instead. Does
/// nothing to a function without the argument `rows`.
void unifyBatchSize(mlir::func::FuncOp step);

} // namespace mlc

#endif // MLC_LIB_LINALG_BATCHSIZE_H
