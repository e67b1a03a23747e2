//===- Philox.h - Random numbers in generated code ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LINALG_PHILOX_H
#define MLC_LIB_LINALG_PHILOX_H

#include "mlir/IR/Builders.h"

#include <array>

namespace mlc {

/// The first word (i32) of Philox4x32-10 at a counter with a key, all i32.
/// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11.
mlir::Value buildPhilox(mlir::OpBuilder &builder, mlir::Location loc,
                        std::array<mlir::Value, 4> counter,
                        std::array<mlir::Value, 2> key);

/// The number in [0, 1), f32, that decides over one element of a dropout:
/// Philox4x32-10 with the key `seed` (i64) and the counter words (example low,
/// example high, column, 16 + site), example = `position` (i64) + `row`
/// (index); the first word's upper 24 bits. runtime/Program/Random.h draws the
/// runtime's numbers in the same way with other purposes.
mlir::Value buildDropoutDraw(mlir::OpBuilder &builder, mlir::Location loc,
                             mlir::Value seed, mlir::Value position,
                             mlir::Value row, mlir::Value column, int64_t site);

/// draw >= probability ? x / (1 - probability) : 0, all f32.
mlir::Value buildDropout(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Value x, mlir::Value draw, double probability);

} // namespace mlc

#endif // MLC_LIB_LINALG_PHILOX_H
