//===- Shards.h - How the program splits its units ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_SHARDS_H
#define MLC_LIB_TILE_SHARDS_H

#include "dialects/Mlc/Mlc.h"

#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace mlc {

/// How dimensions are split into shards.
struct ShardRule {
  /// The most shards that a dimension has, and so the most workers that share
  /// it.
  int64_t most;
  /// A shard has a multiple of so many units: those of a cache line, at which
  /// shards begin.
  int64_t line;
  /// Dimensions shorter than this are not split.
  int64_t shortest;
  /// The most ranks that share a dimension. Each has up to `most` shards of it,
  /// and workers of its own.
  int64_t ranks = 1;

  /// Of the step that `op` is or is in: steps::kShardRule, or a CPU's costs.
  static ShardRule of(mlir::Operation *op);
};

/// The shards of a dimension of `extent` units: `count` of `size` units each,
/// the last may be smaller; and in a program for several ranks, groups of them,
/// of which a rank has a run. Fixed by the program, not by the machine or the
/// number of workers and ranks, since the order of sums depends on it.
struct Shards {
  Shards(int64_t extent, const ShardRule &rule)
      : size(llvm::alignTo(llvm::divideCeil(extent, rule.most * rule.ranks),
                           rule.line)),
        count(llvm::divideCeil(extent, size)),
        ranks(llvm::divideCeil(count, llvm::divideCeil(count, rule.ranks))) {}
  /// As a plan or a forall has them (`mlc.split`, `mlc.shards`).
  explicit Shards(ShardsAttr attr)
      : size(attr.getSize()), count(attr.getCount()), ranks(attr.getRanks()) {}
  int64_t size, count, ranks;

  /// Of a group, but for the last, which may have fewer.
  int64_t perRank() const { return llvm::divideCeil(count, ranks); }
  ShardsAttr toAttr(mlir::MLIRContext *context) const {
    return ShardsAttr::get(context, count, size, ranks);
  }

  bool operator==(const Shards &) const = default;
};

/// Tells later stages by `mlc.shards` that iterations of `forall` are shards.
void noteShards(mlir::Operation *forall, const Shards &shards);

/// The shards among which iterations of `forall` are distributed; nothing where
/// these are rows of the batch.
std::optional<Shards> shardsOf(mlir::Operation *forall);

/// Units that an iteration of a forall over `shards` has: those of a worker,
/// which are a run of whole shards; or of one shard where several ranks share
/// the dimension, since a worker's run must not reach into the next rank's.
mlir::OpFoldResult unitsOfWorker(mlir::OpBuilder &b, mlir::Location loc,
                                 const Shards &shards, mlir::Value workers);

} // namespace mlc

#endif // MLC_LIB_TILE_SHARDS_H
