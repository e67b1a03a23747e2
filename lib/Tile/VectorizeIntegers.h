//===- VectorizeIntegers.h - Sums of whole numbers ------------ -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_VECTORIZEINTEGERS_H
#define MLC_LIB_TILE_VECTORIZEINTEGERS_H

#include "VectorTile.h"
#include "dialects/Csr/Csr.h"

#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// A product of whole numbers whose tile is one row becomes loops over
/// non-zeros with sums in vector registers. Fails for other tiles.
/// `hasByteProducts`: see IntegerSums.
mlir::LogicalResult vectorizeIntegers(mlir::RewriterBase &rewriter,
                                      csr::IntegerMatmulOp op, VectorTile tile,
                                      bool hasByteProducts);

} // namespace mlc

#endif // MLC_LIB_TILE_VECTORIZEINTEGERS_H
