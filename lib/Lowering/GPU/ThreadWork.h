//===- ThreadWork.h - A loop as the work of threads -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_THREADWORK_H
#define MLC_LIB_LOWERING_GPU_THREADWORK_H

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// The terms of the longest sum of an element of `op`, where teams of threads
/// may share them; 1 where there is none. `countOf` tells of a count that is
/// not fixed; without it, or where a row of data has them, they are some.
int64_t longestSum(mlir::Operation *op,
                   llvm::function_ref<int64_t(mlir::Value)> countOf = nullptr);

/// Threads for an element that has sums of so many terms, where so many threads
/// are to have something to do.
int64_t teamFor(int64_t elements, int64_t terms, int64_t threads);

/// How the threads of a kernel share the work of one op: a linalg op of
/// parallel loops, or a scf.parallel. An element is computed by a team of
/// threads, a power of two of them and at most a warp; together they run
/// through the terms of its sums. The sizes follow from the program alone, and
/// so does the order of sums.
struct ThreadWork {
  /// A loop that is not of a fixed size runs over the `batch`.
  ThreadWork(mlir::Operation *op, int64_t batch);
  /// As the op's attributes kElements and kTeam say.
  explicit ThreadWork(mlir::Operation *op);

  /// Emits what thread `thread` of block `block` of these blocks does; `op`'s
  /// operands are mapped. The builder stands where that is to be done.
  llvm::LogicalResult emit(mlir::RewriterBase &b, mlir::IRMapping &mapping,
                           mlir::Value block, mlir::Value thread) const;

  /// Emits what thread `thread` of the one block does that does all of it, as
  /// many elements as there are then.
  llvm::LogicalResult emitAll(mlir::RewriterBase &b, mlir::IRMapping &mapping,
                              mlir::Value thread) const {
    return emit(b, mapping, mlir::Value(), thread);
  }

  mlir::Operation *op;
  /// The most elements that there are, and threads for each.
  int64_t elements = 1, team = 1;
  /// Blocks for all of them.
  int64_t blocks = 1;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_THREADWORK_H
