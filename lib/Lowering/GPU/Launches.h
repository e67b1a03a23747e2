//===- Launches.h - Steps as launches of kernels ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_LAUNCHES_H
#define MLC_LIB_LOWERING_GPU_LAUNCHES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlc {

/// On an op of a step: its launch, from 0. What has the same number does not
/// need one another's results.
inline constexpr llvm::StringLiteral kLevel = "mlc.level";

/// On a kernel: the step that it is a part of. Kernels stand in the order in
/// which they are launched.
inline constexpr llvm::StringLiteral kStepName = "mlc.step";

/// On the kernel that runs many steps: the most blocks that have something to
/// do. It may be launched with fewer, all of which must run at the same time.
inline constexpr llvm::StringLiteral kMostBlocks = "mlc.most_blocks";

/// What that kernel calls where its blocks wait for one another, with the
/// address of a counter (i64, 0 at first) and what it is when all have come.
/// All threads call it. What was written before is then visible to all.
inline constexpr llvm::StringLiteral kGridBarrier = "mlc_grid_barrier";

/// What a thread calls to hand a number to threads of other blocks, with a
/// word's address, the number (f32) and that of the step (i32, never 0): both
/// are written at once. Nothing else that it wrote is visible by that. And what
/// those call, with the address and the step's number: it waits until the word
/// is of that step, and gives the number in it.
inline constexpr llvm::StringLiteral kPublish = "mlc_publish";
inline constexpr llvm::StringLiteral kAwait = "mlc_await";

/// The kernel whose blocks keep their shards of parameters and states; by
/// words, where no barrier of all blocks stands in a step. What it calls for
/// the address of a block's shared memory.
inline constexpr llvm::StringLiteral kChipSteps = "train_chip";
inline constexpr llvm::StringLiteral kChipStepsByWords = "train_chip_by_words";
inline constexpr llvm::StringLiteral kSharedAddress = "mlc_shared_memory";

/// On the step of `kChip` and on its kernel: bytes of shared memory that a
/// block needs where 1, 2, ... blocks run, up to the most that have something
/// to do.
inline constexpr llvm::StringLiteral kSharedBytes = "mlc.shared";

/// The copy of the training step in which rows have owners (`mlc-row-owners`),
/// and on the step that it has become: blocks wait for words alone.
inline constexpr llvm::StringLiteral kStepByWords = "train_step_by_words";
inline constexpr llvm::StringLiteral kByWords = "mlc.by_words";

/// On a forall: its iterations are rows of the batch, each of which has an
/// owner. On an allocation: the number of the argument of which each block has
/// a copy there.
inline constexpr llvm::StringLiteral kRowsOfOwners = "mlc.rows";
inline constexpr llvm::StringLiteral kCopyOf = "mlc.copy_of";

/// On a copy: whether it is done where a launch begins or where it ends.
inline constexpr llvm::StringLiteral kOnce = "mlc.once";
inline constexpr llvm::StringLiteral kBegin = "begin";
inline constexpr llvm::StringLiteral kEnd = "end";

/// On an op of threads in a block's program: the elements of a shard, and how
/// many threads share the terms of one.
inline constexpr llvm::StringLiteral kElements = "mlc.elements";
inline constexpr llvm::StringLiteral kTeam = "mlc.team";

/// The module of the training step that `mlc-chip-step` copies, in which
/// thread blocks are workers.
inline constexpr llvm::StringLiteral kChip = "mlc_chip";

/// Instead of a step: the kernel that orders an epoch's rows.
inline constexpr llvm::StringLiteral kOrder = "epoch_order";

/// The module of all kernels.
inline constexpr llvm::StringLiteral kKernels = "mlc_kernels";

/// After the names of kernels that stand beside a library's products, so that
/// they can be told from those of a program without.
inline constexpr llvm::StringLiteral kBesideLibrary = "_beside_library";

/// Threads of a block.
inline constexpr int64_t kBlockThreads = 256;

/// Whether an op of a step writes to memory. What does not is done by each
/// thread for itself where it needs it.
bool isThreadWork(mlir::Operation &op);

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_LAUNCHES_H
