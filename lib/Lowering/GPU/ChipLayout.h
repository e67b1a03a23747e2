//===- ChipLayout.h - Buffers in a block's shared memory --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_CHIPLAYOUT_H
#define MLC_LIB_LOWERING_GPU_CHIPLAYOUT_H

#include "lib/Spmd/MemoryAccess.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace mlc {

/// Gives buffers of a step addresses in a thread block's shared memory, one
/// after another, and replaces their uses. A parameter or state is copied there
/// and back (see kOnce). The step's arguments `worker` and `workers` are the
/// block's number and the number of blocks.
class ChipLayout {
public:
  /// Adds the argument `shared` to the step.
  ChipLayout(mlir::func::FuncOp step, mlir::OpBuilder &b);

  /// Adds all of a buffer. The leader alone copies a parameter or state.
  void addWhole(mlir::Value buffer);

  /// Adds the part of a buffer that belongs to the block's shards. Its elements
  /// keep their indices: the block's memory is addressed as if the parts of the
  /// blocks before it lay in front of it.
  void addSplit(mlir::Value buffer, const OwnPart &part);

  /// Sets the attribute kSharedBytes: a block's bytes for each number of
  /// blocks.
  void finish();

private:
  /// The bytes of a buffer: of all of it, or of each shard.
  struct Piece {
    int64_t bytes;
    int64_t shards; ///< 0: all of it.
  };
  /// Where a slice of a buffer begins and its sizes.
  struct Slice {
    llvm::SmallVector<mlir::OpFoldResult> offsets, sizes;
  };

  mlir::Value index(int64_t value);
  mlir::Value placeOf(const Piece &piece, mlir::Value bytes);
  mlir::Value flatView(mlir::MemRefType type, const Piece &piece,
                       mlir::Value elements);
  void replace(mlir::Value buffer, mlir::Value view, const Slice &own);
  void copyForAll(mlir::Value argument, mlir::Value view);
  Slice ofLeader(Slice slice);
  void copy(mlir::Value from, mlir::Value to, const Slice &slice,
            llvm::StringRef once);
  int64_t mostBlocks();

  mlir::func::FuncOp step_;
  mlir::OpBuilder &b_;
  mlir::Location loc_;
  int64_t batch_;
  mlir::Value shared_, worker_, workers_, end_;
  llvm::SmallVector<Piece> pieces_;
};

/// Sets kElements and kTeam on each op that threads share. Returns how many
/// elements and terms of sums each block computes that belong to no shard. The
/// step must still have its foralls.
int64_t noteTeams(mlir::func::FuncOp step);

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_CHIPLAYOUT_H
