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

/// Gives buffers of a step places in the shared memory of a thread block, one
/// behind another, and has their users use these. A parameter or state is
/// copied there and back (see kOnce). `worker` and `workers` are the step's
/// arguments of these roles: the block and how many there are.
class ChipLayout {
public:
  /// Adds the argument `shared` to the step.
  ChipLayout(mlir::func::FuncOp step, mlir::OpBuilder &b);

  /// All of a buffer. Of a parameter or state, the first block alone copies.
  void addWhole(mlir::Value buffer);

  /// The part of the block's shards. It has the buffer's places: the block's
  /// memory is addressed as if the other blocks' parts stood before it.
  void addSplit(mlir::Value buffer, const OwnPart &part);

  /// Notes a block's bytes for each number of blocks (kSharedBytes).
  void finish();

private:
  /// Bytes that a buffer takes: so many for all of it or for each shard.
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
  void copy(mlir::Value from, mlir::Value to, const Slice &slice,
            llvm::StringRef once);
  int64_t mostBlocks();

  mlir::func::FuncOp step;
  mlir::OpBuilder &b;
  mlir::Location loc;
  int64_t batch;
  mlir::Value shared, worker, workers, end;
  llvm::SmallVector<Piece> pieces;
};

/// Notes on each op of threads (kElements, kTeam); returns the elements and
/// terms that are no shard's. The step has foralls still.
int64_t noteTeams(mlir::func::FuncOp step);

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_CHIPLAYOUT_H
