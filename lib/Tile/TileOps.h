//===- TileOps.h - What tiles of vector registers are made of ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_TILEOPS_H
#define MLC_LIB_TILE_TILEOPS_H

#include "mlir/IR/Operation.h"
#include "mlir/Interfaces/TilingInterface.h"

namespace mlc {

/// The sizes of an op's loops, as far as they are known.
llvm::SmallVector<int64_t> loopSizesOf(mlir::TilingInterface op);

/// A csr product, of either kind.
bool isCsrProduct(mlir::Operation *op);

/// A sum that its only user may compute in its own tile.
bool isSumOfColumns(mlir::Operation *op);

/// A sum for each element of a matrix.
bool isDenseProduct(mlir::Operation *op);

/// A loop that computes each element of its results from elements of operands;
/// reading whole rows at computed places is one, too.
bool isElementwise(mlir::Operation *op);

/// Products and sums, and element-wise ops on rows that are not shorter than
/// `shortRow` or that share a product's registers.
bool isVectorizable(mlir::Operation *op, int64_t shortRow);

/// Whether an op needs of an operand just what it makes: a tile in registers.
bool needsOneTile(mlir::OpOperand &use);

} // namespace mlc

#endif // MLC_LIB_TILE_TILEOPS_H
