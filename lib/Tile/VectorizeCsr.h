//===- VectorizeCsr.h - Csr products on vectors ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_VECTORIZECSR_H
#define MLC_LIB_TILE_VECTORIZECSR_H

#include "dialects/Csr/Csr.h"

#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// A product whose tile is one row of at most `width` columns becomes a loop
/// over non-zeros with a vector accumulator; columns beyond the tile's are
/// masked. Fails for other tiles.
mlir::LogicalResult vectorizeCsr(mlir::RewriterBase &rewriter, csr::MatmulOp op,
                                 int64_t width);
mlir::LogicalResult vectorizeCsr(mlir::RewriterBase &rewriter,
                                 csr::MatmulTransposedOp op, int64_t width);

/// The counting sort of a batch's non-zeros by column, as loops on tensors.
void lowerGroupColumns(mlir::RewriterBase &rewriter, csr::GroupColumnsOp op);

} // namespace mlc

#endif // MLC_LIB_TILE_VECTORIZECSR_H
