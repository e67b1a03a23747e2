//===- VectorizeRows.h - Element-wise ops beside a product ---- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_VECTORIZEROWS_H
#define MLC_LIB_TILE_VECTORIZEROWS_H

#include "VectorTile.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// Whether an op computes each element of a matrix from operands that have the
/// matrix's rows or columns in its order.
bool isOfRows(mlir::linalg::GenericOp op);

/// Such an op, whose tile has whole rows, becomes vector code row by row: the
/// registers that a row's computation needs are free again for the next, beside
/// a product's sums.
void vectorizeRows(mlir::RewriterBase &rewriter, mlir::linalg::GenericOp op,
                   VectorTile tile);

} // namespace mlc

#endif // MLC_LIB_TILE_VECTORIZEROWS_H
