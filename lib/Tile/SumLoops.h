//===- SumLoops.h - The loops of sums ------------------------- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_SUMLOOPS_H
#define MLC_LIB_TILE_SUMLOOPS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <optional>

namespace mlc {

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

} // namespace mlc

#endif // MLC_LIB_TILE_SUMLOOPS_H
