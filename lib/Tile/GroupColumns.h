//===- GroupColumns.h - A batch's non-zeros by column --------- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_GROUPCOLUMNS_H
#define MLC_LIB_TILE_GROUPCOLUMNS_H

#include "dialects/Csr/Csr.h"

#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// A csr.group_columns as loops on tensors.
void lowerGroupColumns(mlir::RewriterBase &rewriter, csr::GroupColumnsOp op);

/// A batch's non-zeros by column, of those columns of a range that have one.
/// Column `first` + c has the rank `ranks[c / 64]` + the bits of `bits[c / 64]`
/// below bit c % 64; that is also the number of columns before it. What is
/// beyond the last rank, or beyond the range, is not set.
struct TouchedColumns {
  /// The first column of the range.
  mlir::Value first;
  /// [columns / 64 + 1], i64: the batch's columns.
  mlir::Value bits;
  /// [columns / 64 + 1], i32.
  mlir::Value ranks;
  /// [columns], i32: the column of a rank.
  mlir::Value columns;
  /// [columns + 1], i32: the non-zeros of the column of rank r are in places
  /// starts[r] to below starts[r + 1] of `examples` and `entries`, which are as
  /// those of csr.group_columns.
  mlir::Value starts, examples, entries;

  /// The rank of `column`, an index in the range or that after its last.
  mlir::Value rankOf(mlir::OpBuilder &b, mlir::Location loc,
                     mlir::Value column) const;
};

/// Loops on tensors that make the above for the columns that `op` updates;
/// their time follows from the batch's entries there, a search in each of its
/// rows, and one look at 64 columns.
TouchedColumns groupTouchedColumns(mlir::RewriterBase &rewriter,
                                   csr::UpdateRowsOp op);

} // namespace mlc

#endif // MLC_LIB_TILE_GROUPCOLUMNS_H
