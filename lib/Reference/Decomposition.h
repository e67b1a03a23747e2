//===- Decomposition.h - What an op is a short way to write -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_REFERENCE_DECOMPOSITION_H
#define MLC_REFERENCE_DECOMPOSITION_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace mlc::reference {

/// A function of `op`'s operands, of one block and one result: what
/// CompositeOpInterface makes of the op, or the terms whose mean
/// LossOpInterface says it is. Null for ops with neither interface.
mlir::OwningOpRef<mlir::func::FuncOp> decompositionOf(mlir::Operation *op);

} // namespace mlc::reference

#endif // MLC_REFERENCE_DECOMPOSITION_H
