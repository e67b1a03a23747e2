//===- RegisterPressure.h - What a body keeps in registers ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_REGISTERPRESSURE_H
#define MLC_LIB_TILE_REGISTERPRESSURE_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <cstdint>

namespace mlc {

/// Whether an element of `op` takes many instructions and registers: a function
/// that `mlc-approximate-math` makes a polynomial, or random numbers.
bool hasLongBody(mlir::linalg::LinalgOp op);

/// How many vectors of results the element-wise `op` can compute at a time
/// without running out of `registers`: a power of two, at most `most`.
int64_t vectorsAtATime(mlir::linalg::LinalgOp op, int64_t registers,
                       int64_t most);

} // namespace mlc

#endif // MLC_LIB_TILE_REGISTERPRESSURE_H
