//===- VectorizeCsr.h - Csr products on vectors --------------- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_VECTORIZECSR_H
#define MLC_LIB_TILE_VECTORIZECSR_H

#include "VectorTile.h"
#include "dialects/Csr/Csr.h"

#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// A product whose tile is one row becomes a loop over non-zeros with a vector
/// accumulator. Fails for other tiles.
mlir::LogicalResult vectorizeCsr(mlir::RewriterBase &rewriter, csr::MatmulOp op,
                                 VectorTile tile);
mlir::LogicalResult vectorizeCsr(mlir::RewriterBase &rewriter,
                                 csr::QuantizedMatmulOp op, VectorTile tile);
mlir::LogicalResult vectorizeCsr(mlir::RewriterBase &rewriter,
                                 csr::MatmulTransposedOp op, VectorTile tile);

} // namespace mlc

#endif // MLC_LIB_TILE_VECTORIZECSR_H
