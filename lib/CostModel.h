//===- CostModel.h - The figures by which passes choose ------- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_COSTMODEL_H
#define MLC_LIB_COSTMODEL_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace mlc {

/// Every threshold by which a pass chooses between two ways to do the same,
/// with where its figure comes from. A test sets another one (`--cost
/// name=value` of mlc compile, mlc-opt and mlc-smith; allCosts() has the
/// names), so that small models reach code that is otherwise for large ones.
/// Costs never change what is computed, but those of shards and sums change the
/// order in which terms are added, and so bits.
struct CostModel {
  /// Of the module that `op` is or is in.
  static CostModel of(mlir::Operation *op);

  //===--------------------------------------------------------------------===//
  // Sparse data (ApplyOptimizer, LowerCsr)
  //===--------------------------------------------------------------------===//

  /// Rows of a parameter from which a pass over all of them takes longer than
  /// to find those that a batch touches. Chosen, not measured: models that gain
  /// have hundreds of thousands, of which a batch touches some thousands.
  int64_t manyRows = 1 << 16;

  /// Words of a batch's masks, 64 examples each for each column, up to which a
  /// column's examples are found by masks: 128 KiB, which stay in a core's near
  /// caches. By the size of such caches, not measured.
  int64_t mostMaskWords = 1 << 14;

  //===--------------------------------------------------------------------===//
  // Shards (TileShards, SplitSum)
  //===--------------------------------------------------------------------===//

  /// The most shards of a dimension, and so the most workers that share it.
  /// Chosen: more would make the partial sums many that cross workers.
  int64_t mostShards = 8;
  /// A shard has a multiple of so many units: the f32 numbers of a cache line,
  /// which two workers should not both write.
  int64_t shardLine = 16;
  /// Dimensions shorter than this are not split: two lines.
  int64_t shortestSplit = 32;
  /// Multiplications a row of the batch from which rows are split. Chosen, not
  /// measured: rows are to take longer than the barrier after them.
  int64_t heavyRow = 2048;
  /// Partial sums up to which one expression adds them; more are a sum of their
  /// own, for several threads of a GPU. No CPU has as many shards.
  int64_t mostLeaves = 16;

  //===--------------------------------------------------------------------===//
  // Dense products (TileShards, BlockTerms, PackOperands)
  //===--------------------------------------------------------------------===//

  /// Multiplications a row of the batch from which OpenBLAS is faster where
  /// registers are few. Measured for AVX2 with batches of 64 to 256 rows: 1000
  /// x 128 weights take 1.7 times as long with the library, 784 x 512 as long,
  /// and 4096 x 1024 take 0.9 times as long. With 32 registers of AVX-512
  /// generated code with its packed operands takes 0.8 times as long there.
  int64_t libraryRow = 1 << 20;
  /// Registers from which a machine has many, as AVX-512 and NEON do.
  int64_t manyRegisters = 32;
  /// Elements of a matrix from which a product is computed in blocks, from
  /// packed operands: 1 MiB, which outgrows a core's near caches. Products on
  /// both sides of it were measured (libraryRow), not the figure itself.
  int64_t blockElements = 1 << 18;
  /// Terms of a block: its tile's columns of the right side are 32 KiB, a first
  /// cache. By size, not measured.
  int64_t blockTerms = 256;
  /// Rows whose left side is packed at a time: 128 KiB with a block's terms. By
  /// size, not measured.
  int64_t blockRows = 128;

  //===--------------------------------------------------------------------===//
  // Tiles of vector registers (TileChoice)
  //===--------------------------------------------------------------------===//

  /// Rows of a dense product's tile, where registers are many and where few:
  /// registers hold two vectors of sums a row, two of the right side and one
  /// number of the left.
  int64_t productRows = 8, fewProductRows = 6;
  /// Vector registers that a row of a dense product's tile covers.
  int64_t productRegisters = 2;
  /// Vector registers that another row covers at most. Chosen, not measured.
  int64_t rowRegisters = 4;
  /// Columns and rows of results that a sum of terms has in registers at a
  /// time, and the rows where registers are few: 16 or 8 sums, and what they
  /// are made of, are to fit 32 or 16 registers.
  int64_t termSums = 4, fewTermSums = 2;
  /// Rows shorter than this are left to plain loops. Chosen, not measured.
  int64_t shortRow = 8;

  //===--------------------------------------------------------------------===//
  // Memory (PackParts, PrefetchRows, PrefetchNonzeros, PrefetchTiles)
  //===--------------------------------------------------------------------===//

  /// Bytes of a matrix up to which a worker's columns are packed for a call: a
  /// larger one outlasts no call in a core's caches, and would only be copied
  /// twice. By the size of such caches, not measured.
  int64_t mostPackedBytes = 4 << 20;
  /// How many sparse rows ahead is fetched, and how many of a row's cache
  /// lines; the hardware fetches what follows. Measured: the step of
  /// examples/imdb-mlp takes 5 % less time than without.
  int64_t rowsAhead = 4, rowLines = 3;
  /// Non-zeros between the prefetch of a weight's row, or record, and its turn:
  /// what multiplies a row fills the queue of a processor's vector unit after
  /// some 20 of them, so that it alone has too few loads on their way. And
  /// bytes of a weight below which rows stay in a near cache. Measured on a
  /// 2-core Zen 4 (test/benchmark/quantized), with 437,000 rows of 16 columns:
  /// 16 to 64 non-zeros do about alike. The bytes are by the size of such
  /// caches.
  int64_t nonzerosAhead = 32, nearBytes = 1 << 19;
  /// Iterations of a sum between two lines of a tile that are fetched: all at a
  /// time would wait for a place in the first cache. Chosen, not measured
  /// alone.
  int64_t tileIterations = 8;

  //===--------------------------------------------------------------------===//
  // GPUs
  //===--------------------------------------------------------------------===//

  /// Multiplications from which a product goes to cuBLASLt. Expected, not
  /// measured: below it a kernel of one thread an element takes a few
  /// microseconds, which is what the library takes for the smallest products.
  int64_t libraryProduct = 1 << 23;
  /// Threads that keep a device busy: where elements are fewer, several threads
  /// share the terms of each. Expected.
  int64_t wantedThreads = 1 << 15;
  /// Bytes of parameters and states up to which one kernel runs many steps:
  /// they stay in the second-level cache of any GPU since sm_80, which has five
  /// times as much or more, so that a step takes not much longer than launches
  /// would. Steps of larger ones are long enough to hide them. Expected.
  int64_t mostStateBytes = 8 << 20;
  /// Shards for thread blocks: as many as GPUs since sm_80 have
  /// multiprocessors, of one unit or more. What is shorter than a layer usually
  /// is would rather be computed by every block than cross them.
  int64_t mostBlockShards = 128, blockShardLine = 1, shortestBlockSplit = 16;
  /// What is assumed of GPUs where it is decided whether a step fits them:
  /// those of an A100, which has the least of both among the ones for servers
  /// since sm_80. The runtime asks the GPU at hand.
  int64_t sharedBytes = 163 << 10, gpuBlocks = 108;
  /// Terms of sums and elements that a block may compute in a step that are not
  /// of its shards: some hundred for each thread take as long as a barrier of
  /// all blocks or two. Expected.
  int64_t mostCommonWork = 1 << 17;
  /// Linalg and csr ops of a step that still becomes one kernel on the chip
  /// unasked: a network of five hidden layers by Adam has 60. Measured: LLVM's
  /// straight-line strength reduction takes a fourth power of time, a second
  /// for four layers, more than 20 for eight.
  int64_t mostChipOps = 60;
  /// Columns of a sparse gradient for each entry of a table of subset sums,
  /// from which the table is used. By count: an entry is five additions, and
  /// saves the longest column of a warp.
  int64_t subsetColumns = 1;
  /// Equal ops of a step from which their work is a function that kernels call,
  /// so that ptxas compiles it once. Chosen: what a call takes on a GPU has not
  /// been measured, so networks of three equal layers or fewer do without.
  int64_t equalOps = 4;

  //===--------------------------------------------------------------------===//
  // Ranks (Shards)
  //===--------------------------------------------------------------------===//

  /// The most ranks that share a dimension, each with up to `mostShards` shards
  /// of it for workers of its own. Not measured: one, until ranks can be
  /// processes. More have shards of one size but sums of another order.
  int64_t rankShards = 1;

  //===--------------------------------------------------------------------===//
  // Words between thread blocks (ExchangeToWords)
  //===--------------------------------------------------------------------===//

  /// Words that a block awaits in a step, up to which blocks of a GPU wait for
  /// them instead of for all blocks: 16 for each thread, which come one after
  /// another. Expected: that takes a few times as long as a barrier.
  int64_t mostWords = 1 << 12;
};

/// A cost by its name.
struct Cost {
  llvm::StringLiteral name;
  int64_t CostModel::*value;
  /// The smallest and the largest that makes sense, for tests that draw one.
  int64_t least, most;
};

/// All of them, in the model's order.
llvm::ArrayRef<Cost> allCosts();

/// Whether each setting is `name=value` of a cost; an error says which is not
/// and what is expected.
llvm::Error checkCosts(llvm::ArrayRef<std::string> settings);

/// Has the passes find other costs in `module`, by such settings.
llvm::Error setCosts(mlir::ModuleOp module,
                     llvm::ArrayRef<std::string> settings);

} // namespace mlc

#endif // MLC_LIB_COSTMODEL_H
