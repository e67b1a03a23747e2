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

/// The number of terms of the longest sum that an element of `op` has and that
/// a team of threads may share; 1 where it has none. `countOf` gives the number
/// where it is not a constant. Without `countOf`, or where the number is read
/// from the data (the non-zeros of a row), a warp's size is assumed.
int64_t longestSum(mlir::Operation *op,
                   llvm::function_ref<int64_t(mlir::Value)> countOf = nullptr);

/// The threads of a team that computes one of `elements` sums of `terms` terms:
/// a power of two, at most a warp and no more than there are terms, doubled
/// until all teams together have `threads` threads.
int64_t teamFor(int64_t elements, int64_t terms, int64_t threads);

/// How the threads of a kernel share the work of one op: a linalg op of
/// parallel loops, or a scf.parallel. An element is computed by a team of
/// threads, a power of two of them and at most a warp; together they run
/// through the terms of its sums. The sizes follow from the program alone, and
/// so does the order of sums.
struct ThreadWork {
  /// A loop of whose size no bound is known runs over the `batch`.
  ThreadWork(mlir::Operation *op, int64_t batch);
  /// Takes elements and team from the op's attributes kElements and kTeam.
  explicit ThreadWork(mlir::Operation *op);

  /// Emits the work of thread `thread` of block `block`, 0 to below `blocks`,
  /// at the builder's insertion point. `mapping` has the op's operands.
  llvm::LogicalResult emit(mlir::RewriterBase &b, mlir::IRMapping &mapping,
                           mlir::Value block, mlir::Value thread) const;

  /// Emits the work of thread `thread` of a single block that computes all
  /// elements, however many there are at run time.
  llvm::LogicalResult emitAll(mlir::RewriterBase &b, mlir::IRMapping &mapping,
                              mlir::Value thread) const {
    return emit(b, mapping, mlir::Value(), thread);
  }

  mlir::Operation *op;
  /// The number of elements, at most, and of threads for each.
  int64_t elements = 1, team = 1;
  /// Thread blocks that compute all elements.
  int64_t blocks = 1;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_THREADWORK_H
