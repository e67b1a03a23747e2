//===- LoopOperands.h - Operands that keep loops apart ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LINALG_LOOPOPERANDS_H
#define MLC_LIB_LINALG_LOOPOPERANDS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlc {

/// Gives the element-wise loops of a step on tensors the operands with which
/// upstream's fusion can make them one: a tensor that holds one scalar becomes
/// that scalar; a destination that is not read is an empty tensor; and where
/// results have their buffers already, another loop's result that is
/// overwritten is read as an input.
llvm::LogicalResult simplifyLoopOperands(mlir::func::FuncOp step);

} // namespace mlc

#endif // MLC_LIB_LINALG_LOOPOPERANDS_H
