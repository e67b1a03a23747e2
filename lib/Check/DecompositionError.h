//===- DecompositionError.h - Rounding of what an op stands for -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_CHECK_DECOMPOSITIONERROR_H
#define MLC_CHECK_DECOMPOSITIONERROR_H

#include "lib/Reference/Tensor.h"

#include "mlir/IR/Operation.h"

#include <optional>

namespace mlc {

/// A bound, to first order, on the error of the ops that `op` decomposes into
/// (lib/Reference/Decomposition.h), element by element of their result: of a
/// loss, of its terms. Each op rounds its result, and carries the errors of its
/// operands on by its derivative (Higham, "Accuracy and Stability of Numerical
/// Algorithms", 1.6 and 3.3); so it sees where numbers cancel. Nothing for an
/// op that does not decompose or whose decomposition holds an op without a
/// bound.
std::optional<reference::Reals>
errorOfDecomposition(mlir::Operation *op,
                     llvm::ArrayRef<reference::DatumRef> operands);

} // namespace mlc

#endif // MLC_CHECK_DECOMPOSITIONERROR_H
