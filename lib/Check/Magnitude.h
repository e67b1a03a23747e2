//===- Magnitude.h - How large the terms of a result are --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_CHECK_MAGNITUDE_H
#define MLC_CHECK_MAGNITUDE_H

#include "lib/Reference/Tensor.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/ArrayRef.h"

#include <optional>

namespace mlc {

/// What the rounding error of an op's f32 result is relative to, element by
/// element: the sum of the absolute values of the terms that the op's formula
/// adds up, so |a||b| for a product of matrices, and the result itself where
/// nothing is added. Nothing for ops that do not round: they copy, compare,
/// choose, or work in f64 or on integers.
std::optional<reference::Reals>
magnitudeOf(mlir::Operation *op, llvm::ArrayRef<reference::DatumRef> operands,
            const reference::Datum &result);

} // namespace mlc

#endif // MLC_CHECK_MAGNITUDE_H
