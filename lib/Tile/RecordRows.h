//===- RecordRows.h - Rows of quantised weights on vectors ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_RECORDROWS_H
#define MLC_LIB_TILE_RECORDROWS_H

#include "lib/Support/LoopBuilder.h"

namespace mlc {

/// How long the records of a weight are, and their numbers; whether a scale
/// stands before these.
struct RecordLayout {
  int64_t bits, bytes;
  bool isUnscaled = false;
};

/// Reads a quantised weight's records (see dialects/Csr). A row's numbers are
/// widened in registers, never in memory.
class RecordRows : public LoopBuilder {
public:
  RecordRows(mlir::OpBuilder &b, mlir::Location loc, mlir::Value records,
             RecordLayout layout)
      : LoopBuilder(b, loc), records_(records), layout_(layout) {}

  /// The byte that the record of a row begins at.
  mlir::Value place(mlir::Value row);
  /// Of the record at `place`, unless it is unscaled.
  mlir::Value scale(mlir::Value place);
  /// Its numbers from column `first` on, which is even for 4 bits, as `width`
  /// f32 lanes. Lanes beyond the row's columns have any finite number.
  mlir::Value numbers(mlir::Value place, mlir::Value first, int64_t width);
  /// The same of 8 bits, not widened.
  mlir::Value bytes(mlir::Value place, mlir::Value first, int64_t width);

private:
  /// `count` bytes from byte `at` on.
  mlir::Value read(mlir::Value at, int64_t count);
  mlir::Value widenBytes(mlir::Value bytes);
  mlir::Value widenHalves(mlir::Value at, int64_t width);

  mlir::Value records_;
  RecordLayout layout_;
};

} // namespace mlc

#endif // MLC_LIB_TILE_RECORDROWS_H
