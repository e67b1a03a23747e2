//===- RowGather.h - Copies of rows that a list names --------- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_ROWGATHER_H
#define MLC_LIB_TILE_ROWGATHER_H

#include "VectorTile.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// A loop that copies those rows of a matrix which a list names, or a part of
/// them.
bool isRowGather(mlir::Operation *op);

/// Whether a loop only copies elements of a tensor from computed places.
bool yieldsElement(mlir::linalg::GenericOp op);

/// A row gather, whose tile is a part of one row, becomes a read and a write.
mlir::LogicalResult vectorizeRowGather(mlir::RewriterBase &rewriter,
                                       mlir::linalg::GenericOp op,
                                       VectorTile tile);

} // namespace mlc

#endif // MLC_LIB_TILE_ROWGATHER_H
