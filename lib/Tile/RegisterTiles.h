//===- RegisterTiles.h - Tiles that fit vector registers ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_REGISTERTILES_H
#define MLC_LIB_TILE_REGISTERTILES_H

#include "mlc/Pipeline.h"

#include "mlir/IR/PatternMatch.h"

#include <cstdint>

namespace mlc {

/// How a block's ops are tiled.
struct RegisterTiling {
  /// f32 elements of a vector register, and how many registers there are.
  int64_t lanes = 16, registers = 32;
  /// Rows of a dense product's tile.
  int64_t productRows = 8;
  /// Whether ops that use one another share tiles: not where one worker may do
  /// a part of them and each worker another.
  bool joins = true;
  ProductBlocks blocks;
  /// The most rows of a batch.
  int64_t batch = 1;
};

/// Tiles the ops of `block` that can be computed in vector registers, and marks
/// each tile's ops with their VectorTile. Fails, with an error at the op, where
/// upstream cannot tile one.
llvm::LogicalResult tileForRegisters(mlir::RewriterBase &rewriter,
                                     mlir::Block &block,
                                     const RegisterTiling &tiling);

} // namespace mlc

#endif // MLC_LIB_TILE_REGISTERTILES_H
