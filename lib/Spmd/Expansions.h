//===- Expansions.h - Views that split a size ------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_SPMD_EXPANSIONS_H
#define MLC_LIB_SPMD_EXPANSIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlc {

/// Each `memref.expand_shape` that splits a size into several that are not
/// known becomes a `memref.reinterpret_cast` of the same sizes: upstream's
/// lowering knows one such size at most.
void castExpansions(mlir::func::FuncOp step);

} // namespace mlc

#endif // MLC_LIB_SPMD_EXPANSIONS_H
