//===- Shards.h - How the program splits its units ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_SHARDS_H
#define MLC_LIB_TILE_SHARDS_H

#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/TilingInterface.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cstdint>

namespace mlc {

/// The most shards that a dimension has, and so the most workers that share it.
inline constexpr int64_t kMostShards = 8;
/// Units of a cache line: shards begin at one.
inline constexpr int64_t kLineUnits = 16;
/// Dimensions shorter than this are not split.
inline constexpr int64_t kShortestSplit = 2 * kLineUnits;

/// The shards of a dimension of `extent` units: `count` of `size` units each,
/// the last may be smaller. Fixed by the program, not by the machine or the
/// number of workers, since the order of sums depends on it.
struct Shards {
  explicit Shards(int64_t extent)
      : size(std::max<int64_t>(
            kLineUnits,
            llvm::alignTo(llvm::divideCeil(extent, kMostShards), kLineUnits))),
        count(llvm::divideCeil(extent, size)) {}
  int64_t size, count;
};

/// Units of the shards that one worker has: a run of whole shards.
mlir::OpFoldResult unitsOfWorker(mlir::OpBuilder &b, mlir::Location loc,
                                 const Shards &shards, mlir::Value workers);

/// Splits a sum over `loop`, a reduction of `extent` terms, into partial sums,
/// one a shard, in a `scf.forall`, and adds them by a balanced tree.
llvm::FailureOr<mlir::Value> splitSum(mlir::RewriterBase &rewriter,
                                      mlir::TilingInterface op, unsigned loop,
                                      int64_t extent, mlir::Value workers);

} // namespace mlc

#endif // MLC_LIB_TILE_SHARDS_H
