//===- NarrowRows.h - Several touched rows at a time ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_NARROWROWS_H
#define MLC_LIB_TILE_NARROWROWS_H

#include "dialects/Csr/Csr.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// The columns of rows of which a vector has several; 0 where `op` has others,
/// or sums over rows.
int64_t narrowWidthOf(csr::UpdateRowsOp op);

/// The region of a csr.update_rows on tiles of the same shape.
mlir::linalg::GenericOp elementwiseUpdate(mlir::RewriterBase &b,
                                          csr::UpdateRowsOp op,
                                          mlir::ValueRange inputs,
                                          mlir::ValueRange outputs);

/// Replaces a csr.update_rows of narrow rows by loops over as many touched rows
/// as a vector has room for: their elements are brought together, changed as
/// one tile, and brought back.
void updateNarrowRows(mlir::RewriterBase &b, csr::UpdateRowsOp op);

} // namespace mlc

#endif // MLC_LIB_TILE_NARROWROWS_H
