//===- SubsetSums.h - Sums of all subsets of examples -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_SUBSETSUMS_H
#define MLC_LIB_LOWERING_GPU_SUBSETSUMS_H

#include "ColumnMasks.h"

#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// Tables of sums, for products of a batch's columns (ColumnMasks) with a
/// matrix [examples, units] where all non-zeros are 1. The examples of a mask's
/// word are divided into groups of five; a table has the sum of each subset of
/// a group: entry (unit, group, set), f32, is the sum of the rows of those
/// examples whose bit is set in `set`, from the first on. A column's sum is
/// then one entry a group, found by five bits of its mask, however many
/// examples it has: the threads of a warp, which have a column each, take
/// equally long.
class SubsetSums : public LoopBuilder {
public:
  /// Examples of a group, groups of a word and subsets of a group.
  static constexpr int64_t kExamples = 5;
  static constexpr int64_t kGroups =
      (ColumnMasks::kBits + kExamples - 1) / kExamples;
  static constexpr int64_t kSets = 1 << kExamples;

  /// The entries that tables of a batch with so many words have for each unit.
  static int64_t entriesOf(int64_t words) { return words * kGroups * kSets; }

  /// Whether a forall is over a known number of units.
  static bool isPossible(mlir::scf::ForallOp forall);

  /// The tables of all units are memory before `forall`, which is over units;
  /// each of its iterations fills those of its own, where the builder stands,
  /// of its `matrix`, f32 [?, units]. They are all 0 where `ones` is not set.
  SubsetSums(mlir::RewriterBase &b, mlir::scf::ForallOp forall,
             mlir::Value matrix, mlir::Value ones, int64_t words);

  /// `sum` and the entries of the iteration's `unit` for the examples in
  /// `bits`, an i32: word `word` of a mask.
  mlir::Value addWord(mlir::Value unit, mlir::Value word, mlir::Value bits,
                      mlir::Value sum);

private:
  mlir::Value isSet(mlir::Value set, int64_t place);
  mlir::Value entry(mlir::Value matrix, mlir::ValueRange at);

  mlir::Value tables_;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_SUBSETSUMS_H
