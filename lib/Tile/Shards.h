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

/// How dimensions are split into shards. What stands here is for CPUs.
struct ShardRule {
  /// The most shards that a dimension has, and so the most workers that share
  /// it.
  int64_t most = 8;
  /// A shard has a multiple of so many units: those of a cache line, at which
  /// shards begin.
  int64_t line = 16;
  /// Dimensions shorter than this are not split.
  int64_t shortest = 32;

  /// Of the step that `op` is or is in (steps::kShardRule).
  static ShardRule of(mlir::Operation *op);
};

/// The shards of a dimension of `extent` units: `count` of `size` units each,
/// the last may be smaller. Fixed by the program, not by the machine or the
/// number of workers, since the order of sums depends on it.
struct Shards {
  Shards(int64_t extent, const ShardRule &rule)
      : size(std::max(rule.line,
                      static_cast<int64_t>(llvm::alignTo(
                          llvm::divideCeil(extent, rule.most), rule.line)))),
        count(llvm::divideCeil(extent, size)) {}
  int64_t size, count;
};

/// Tells later stages by `mlc.shards` that iterations of `forall` are shards.
void noteShards(mlir::Operation *forall, const Shards &shards);

/// Units of the shards that one worker has: a run of whole shards.
mlir::OpFoldResult unitsOfWorker(mlir::OpBuilder &b, mlir::Location loc,
                                 const Shards &shards, mlir::Value workers);

/// Splits a sum over `loop`, a reduction of `extent` terms, into partial sums,
/// one for each of the loop's `shards`, in a `scf.forall`, and adds them by a
/// balanced tree.
llvm::FailureOr<mlir::Value> splitSum(mlir::RewriterBase &rewriter,
                                      mlir::TilingInterface op, unsigned loop,
                                      int64_t extent, const Shards &shards,
                                      mlir::Value workers);

} // namespace mlc

#endif // MLC_LIB_TILE_SHARDS_H
