//===- VectorTile.h - Tiles that become vector code -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_VECTORTILE_H
#define MLC_LIB_TILE_VECTORTILE_H

#include "dialects/Csr/Csr.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

#include <optional>

namespace mlc {

/// What `mlc-tile-vectors` decides of an op, kept as the op's attribute until
/// the op becomes vector code: its result's tile has `rows` x `width` elements
/// (`width` alone where it has one dimension). Where `isMasked`, the tile has
/// one row and may have fewer columns.
struct VectorTile {
  int64_t rows = 1, width = 1;
  bool isMasked = false;

  void setOn(mlir::Operation *op) const;
  static std::optional<VectorTile> of(mlir::Operation *op);
  static void clear(mlir::Operation *op);
};

/// How a sum over one loop becomes vector code.
enum class SumKind {
  /// The columns of the result are contiguous in memory wherever they occur: a
  /// vector of columns is summed (A * B, A^T * B, sums of columns).
  OfColumns,
  /// The terms are contiguous in memory wherever they occur: vectors of terms
  /// are summed, and their elements at the end (A * B^T, sums of rows).
  OfTerms,
};

/// The kind of a linalg op with one reduction loop that adds to its one result,
/// if it is one that `vectorizeSum` takes.
std::optional<SumKind> sumKindOf(mlir::Operation *op);

/// The loops of an op that `sumKindOf` knows: at most two of results and one of
/// terms.
struct SumLoops {
  explicit SumLoops(mlir::linalg::LinalgOp op);

  llvm::SmallVector<unsigned, 2> results;
  unsigned terms = 0;
};

/// A sum whose result is one tile becomes a loop over its terms with the tile
/// in registers. `lanes` are the elements of a vector register.
mlir::LogicalResult vectorizeSum(mlir::RewriterBase &rewriter,
                                 mlir::linalg::GenericOp op, VectorTile tile,
                                 int64_t lanes);

/// Whether an op computes each element of a matrix from operands that have the
/// matrix's rows or columns in its order.
bool isOfRows(mlir::linalg::GenericOp op);

/// Such an op, whose tile has whole rows, becomes vector code row by row: the
/// registers that a row's computation needs are free again for the next, beside
/// a product's sums.
void vectorizeRows(mlir::RewriterBase &rewriter, mlir::linalg::GenericOp op,
                   VectorTile tile);

/// A product whose tile is one row becomes a loop over non-zeros with a vector
/// accumulator. Fails for other tiles.
mlir::LogicalResult vectorizeCsr(mlir::RewriterBase &rewriter, csr::MatmulOp op,
                                 VectorTile tile);
mlir::LogicalResult vectorizeCsr(mlir::RewriterBase &rewriter,
                                 csr::MatmulTransposedOp op, VectorTile tile);

/// A loop that copies those rows of a matrix which a list names, or a part of
/// them.
bool isRowGather(mlir::Operation *op);

/// Whether a loop only copies elements of a tensor from computed places.
bool yieldsElement(mlir::linalg::GenericOp op);

/// A row gather, whose tile is a part of one row, becomes a read and a write.
mlir::LogicalResult vectorizeRowGather(mlir::RewriterBase &rewriter,
                                       mlir::linalg::GenericOp op,
                                       VectorTile tile);

/// A batch's non-zeros by column, as loops on tensors.
void lowerGroupColumns(mlir::RewriterBase &rewriter, csr::GroupColumnsOp op);

} // namespace mlc

#endif // MLC_LIB_TILE_VECTORTILE_H
