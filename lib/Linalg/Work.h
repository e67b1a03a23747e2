//===- Work.h - Operations and bytes of computations ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LINALG_WORK_H
#define MLC_LIB_LINALG_WORK_H

#include "mlir/IR/Operation.h"

#include <optional>

namespace mlc {

/// A number of a step: `constant`, and more for each row of the batch and for
/// each non-zero (MlcAmount).
struct Amount {
  double constant = 0, perRow = 0, perNonzero = 0;

  /// Adds to what does or does not grow with the batch.
  void add(double number, bool ofRows) {
    (ofRows ? perRow : constant) += number;
  }
  Amount &operator+=(const Amount &other) {
    constant += other.constant;
    perRow += other.perRow;
    perNonzero += other.perNonzero;
    return *this;
  }
};

/// What a computation does in one step.
struct Work {
  /// On f32: each sum, product, quotient, root or function is one.
  Amount operations;
  /// Those of them that are products.
  Amount multiplications;
  /// Read and written.
  Amount bytes;
};

/// Of a linalg or csr op on tensors, in a step of batches of `mlc.batch` rows;
/// nothing for others. Where a size is only bounded, the most.
std::optional<Work> workOf(mlir::Operation *op);

} // namespace mlc

#endif // MLC_LIB_LINALG_WORK_H
