//===- ColumnMasks.h - A batch's columns as masks of bits -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_COLUMNMASKS_H
#define MLC_LIB_LOWERING_GPU_COLUMNMASKS_H

#include "dialects/Csr/Csr.h"
#include "lib/Support/LoopBuilder.h"

#include "mlir/IR/PatternMatch.h"
#include "llvm/Support/MathExtras.h"

namespace mlc {

/// What stands for a batch's columns on a GPU: bit i of masks[k, w] (i32) says
/// whether example 32 * w + i has a non-zero in column k. Or-ing bits in
/// any order makes the same mask, so that threads need not wait for one
/// another.
class ColumnMasks : public LoopBuilder {
public:
  /// Examples whose bits are one word of a mask: GPUs or a bit into 4 bytes of
  /// shared memory by one instruction, and into 8 by a loop of them.
  static constexpr int64_t kBits = 32;

  /// Makes the masks of the data's `columns` before `op`, as soon as the batch
  /// is known: where blocks wait for one another between the two, they are made
  /// meanwhile. A batch has at most `rows` rows.
  ColumnMasks(mlir::RewriterBase &b, mlir::Operation *op,
              const csr::Batch &batch, int64_t columns, int64_t rows);

  int64_t wordCount() const { return llvm::divideCeil(rows_, kBits); }
  /// Word `word` of a column.
  mlir::Value wordAt(mlir::Value column, mlir::Value word) {
    return extract(masks_, {column, word});
  }

  /// i32 [columns]: 1 where the column has an example, else 0.
  mlir::Value touched();

private:
  mlir::Value number32(int32_t value);
  mlir::Value make();

  mlir::RewriterBase &rewriter_;
  csr::Batch batch_;
  int64_t columns_, rows_;
  mlir::Value masks_;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_COLUMNMASKS_H
