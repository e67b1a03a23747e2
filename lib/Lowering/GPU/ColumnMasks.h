//===- ColumnMasks.h - A batch's columns as masks of bits -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_COLUMNMASKS_H
#define MLC_LIB_LOWERING_GPU_COLUMNMASKS_H

#include "ElementLoops.h"
#include "dialects/Csr/Csr.h"

namespace mlc {

/// What stands for a csr.group_columns on a GPU: bit i of masks[k, w] (i64)
/// says whether example 64 * w + i has a non-zero in column k. Or-ing bits in
/// any order makes the same mask, so that threads need not wait for one
/// another.
class ColumnMasks : public LoopWords {
public:
  /// Examples whose bits are one word of a mask.
  static constexpr int64_t kBits = 64;

  /// Makes the masks where `group` stands; a batch has at most `batch` rows.
  ColumnMasks(mlir::RewriterBase &b, csr::GroupColumnsOp group, int64_t batch);

  int64_t wordCount() const { return llvm::divideCeil(batch, kBits); }
  /// Word `word` of a column.
  mlir::Value wordAt(mlir::Value column, mlir::Value word) {
    return extract(masks, {column, word});
  }

  using BitBody = llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)>;
  /// Carries a value over the bits of a word that are set, from the lowest;
  /// `body` gets a bit's place (index) and what is carried.
  mlir::Value forEachBit(mlir::Value bits, mlir::Value carried, BitBody body);

  /// Takes the place of `starts` where loops only ask which columns have
  /// examples, by `starts[k] < starts[k + 1]`. Anything else that uses `starts`
  /// is an error.
  llvm::LogicalResult replaceStarts();

private:
  mlir::Value make();
  /// i32 [columns]: 1 where the column has an example, else 0.
  mlir::Value touched();

  mlir::RewriterBase &rewriter;
  csr::GroupColumnsOp group;
  int64_t batch;
  mlir::Value masks;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_COLUMNMASKS_H
