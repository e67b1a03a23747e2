//===- TileChoice.h - How large a tile is and what is in it -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_TILECHOICE_H
#define MLC_LIB_TILE_TILECHOICE_H

#include "VectorTile.h"
#include "lib/CostModel.h"

#include "mlir/Interfaces/TilingInterface.h"
#include "llvm/ADT/DenseSet.h"

namespace mlc {

/// How a block's ops are tiled.
struct RegisterTiling {
  /// f32 elements of a vector register, and how many registers there are.
  int64_t lanes = 16, registers = 32;
  /// Rows of a dense product's tile.
  int64_t productRows() const {
    return hasManyRegisters() ? costs.productRows : costs.fewProductRows;
  }
  bool hasManyRegisters() const { return registers >= costs.manyRegisters; }
  /// Whether ops that use one another share tiles: not where one worker may do
  /// a part of them and each worker another.
  bool joins = true;
  CostModel costs;
};

/// Decides how the ops of a block are tiled for vector registers.
struct TileChoice {
  RegisterTiling tiling;
  /// Ops of the block whose result has one use, and which can be vectorised.
  llvm::DenseSet<mlir::Operation *> usedOnce;

  /// The root and the ops that will be computed in its tile. A long body takes
  /// no product in: it would spill the sums, or be a tile too narrow for them;
  /// beside it, passing over the memory once more is little. One dense product
  /// at most is there, whose sums fill the registers.
  llvm::SmallVector<mlir::Operation *> opsOfTile(mlir::Operation *root) const;

  /// How the root, whose result has `columns`, and what goes along is tiled.
  VectorTile tileOf(mlir::TilingInterface root,
                    mlir::OpFoldResult columns) const;

private:
  llvm::SmallVector<mlir::Operation *> opsOfTile(mlir::Operation *root,
                                                 bool withProducts) const;
  int64_t rowsOf(mlir::Operation *root) const;
  int64_t rowRegistersOf(mlir::Operation *root) const;
};

/// The loops of the dimensions of the root's result.
llvm::SmallVector<unsigned> resultLoops(mlir::TilingInterface root);

} // namespace mlc

#endif // MLC_LIB_TILE_TILECHOICE_H
