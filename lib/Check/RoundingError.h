//===- RoundingError.h - How wrong an op's f32 result can be ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_CHECK_ROUNDINGERROR_H
#define MLC_CHECK_ROUNDINGERROR_H

#include "lib/Reference/Tensor.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/ArrayRef.h"

#include <optional>

namespace mlc {

/// What f32 rounds by at most, relative to the exact result.
inline constexpr double kRounding = 0x1p-24;

/// A bound on the rounding error of an op's f32 result, element by element:
/// max(64, n) u sum |t| for a formula that adds up n terms t, with u = 2^-24;
/// so n u |a||b| for a product of matrices, whatever the order of its sums
/// (Higham, "Accuracy and Stability of Numerical Algorithms", 3.1 and 3.5).
/// Of a CSR matrix, element by element of its values. Nothing for ops that do
/// not round: they copy, compare, choose, or work in f64 or on integers.
std::optional<reference::Reals>
roundingErrorOf(mlir::Operation *op,
                llvm::ArrayRef<reference::DatumRef> operands,
                const reference::Datum &result);

} // namespace mlc

#endif // MLC_CHECK_ROUNDINGERROR_H
