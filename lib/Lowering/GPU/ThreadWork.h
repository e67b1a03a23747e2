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

/// How the threads of a kernel share the work of one op: a linalg op of
/// parallel loops, or a scf.parallel. An element is computed by a team of
/// threads, a power of two of them and at most a warp; together they run
/// through the terms of its sums. The sizes follow from the program alone, and
/// so does the order of sums.
struct ThreadWork {
  /// A loop that is not of a fixed size runs over the `batch`.
  ThreadWork(mlir::Operation *op, int64_t batch);

  /// Emits what thread `thread` of block `block` of these blocks does; `op`'s
  /// operands are mapped. The builder stands at the end of a block.
  llvm::LogicalResult emit(mlir::RewriterBase &b, mlir::IRMapping &mapping,
                           mlir::Value block, mlir::Value thread) const;

  mlir::Operation *op;
  /// The most elements that there are, and threads for each.
  int64_t elements = 1, team = 1;
  /// Blocks for all of them.
  int64_t blocks = 1;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_THREADWORK_H
