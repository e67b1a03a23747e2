//===- TouchedSums.h - A batch's sums by column -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_TOUCHEDSUMS_H
#define MLC_LIB_TILE_TOUCHEDSUMS_H

#include "dialects/Csr/Csr.h"

#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// The touched columns of a range, and of each of some products its sums there,
/// as csr.update_rows has them: of `width` columns.
struct TouchedSums {
  /// The first column of the range.
  mlir::Value first;
  /// How many columns the batch has there: an index.
  mlir::Value count;
  /// [columns], i32: the column of a rank, in ascending order.
  mlir::Value columns;
  /// Of each product, [columns * width + spare], f32: the row of a rank after
  /// that of the one before it. What is beyond the last is not set.
  llvm::SmallVector<mlir::Value> sums;
};

/// Loops on tensors that make the above for the columns that `op` updates;
/// their time follows from the batch's entries there, too.
TouchedSums sumTouchedColumns(mlir::RewriterBase &rewriter,
                              csr::UpdateRowsOp op, int64_t width,
                              int64_t spare);

} // namespace mlc

#endif // MLC_LIB_TILE_TOUCHEDSUMS_H
