//===- Blas.h - The blas dialect --------------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_BLAS_BLAS_H
#define MLC_DIALECTS_BLAS_BLAS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/Blas/BlasDialect.h.inc"

#define GET_OP_CLASSES
#include "dialects/Blas/BlasOps.h.inc"

namespace mlc::blas {

/// Has one-shot bufferization know the dialect's ops.
void registerBufferization(mlir::DialectRegistry &registry);

} // namespace mlc::blas

#endif // MLC_DIALECTS_BLAS_BLAS_H
