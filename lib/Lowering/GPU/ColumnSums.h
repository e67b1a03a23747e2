//===- ColumnSums.h - Sums of the columns of a batch ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_COLUMNSUMS_H
#define MLC_LIB_LOWERING_GPU_COLUMNSUMS_H

#include "SubsetSums.h"

#include <optional>

namespace mlc {

/// Products of the columns of a batch with a matrix [examples, units], one
/// element of the result a thread.
class ColumnSums : public LoopBuilder {
public:
  ColumnSums(mlir::RewriterBase &b, mlir::Location loc, csr::Batch batch,
             ColumnMasks &masks)
      : LoopBuilder(b, loc), rewriter_(b), batch_(batch), masks_(masks) {}

  /// Has `sum` take the terms by tables where all non-zeros are 1. Makes those
  /// of `matrix`, which is an iteration's of `forall`, where the builder
  /// stands.
  void useSubsets(mlir::scf::ForallOp forall, mlir::Value matrix) {
    subsets_.emplace(rewriter_, forall, matrix, batch_.ones,
                     masks_.wordCount());
  }

  /// result[k, j] = init[k, j] + the sum over the examples i with a non-zero in
  /// column k of that non-zero times matrix[i, j], example by example. Row 0 of
  /// the result is the column that the numbers in `first` add up to.
  mlir::Value sum(mlir::Value init, mlir::Value matrix,
                  llvm::ArrayRef<mlir::OpFoldResult> first = {});

private:
  using AddWord =
      llvm::function_ref<mlir::Value(mlir::Value, mlir::Value, mlir::Value)>;
  mlir::Value overWords(mlir::Value column, mlir::Value sum, AddWord addWord);
  mlir::Value addExamples(mlir::Value matrix, mlir::Value column,
                          mlir::Value unit, mlir::Value sum);
  mlir::Value entryAt(mlir::Value example, mlir::Value column);
  mlir::Value search(mlir::Value begin, mlir::Value end, mlir::Value column);

  mlir::RewriterBase &rewriter_;
  csr::Batch batch_;
  ColumnMasks &masks_;
  std::optional<SubsetSums> subsets_;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_COLUMNSUMS_H
