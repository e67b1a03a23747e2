//===- VectorizeSum.h - Sums on vectors ----------------------- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_VECTORIZESUM_H
#define MLC_LIB_TILE_VECTORIZESUM_H

#include "VectorTile.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// A sum whose result is one tile becomes a loop over its terms with the tile
/// in registers. `lanes` are the elements of a vector register.
mlir::LogicalResult vectorizeSum(mlir::RewriterBase &rewriter,
                                 mlir::linalg::GenericOp op, VectorTile tile,
                                 int64_t lanes);

} // namespace mlc

#endif // MLC_LIB_TILE_VECTORIZESUM_H
