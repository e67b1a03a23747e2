//===- EntryLoops.h - Loops over a batch's non-zeros ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_ENTRYLOOPS_H
#define MLC_LIB_TILE_ENTRYLOOPS_H

#include "GroupColumns.h"
#include "lib/Support/LoopBuilder.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlc {

/// Builds loops over the non-zeros of a batch of sparse data.
class EntryLoops : public LoopBuilder {
public:
  EntryLoops(mlir::OpBuilder &b, mlir::Location loc, csr::Batch batch)
      : LoopBuilder(b, loc), batch_(batch) {}

protected:
  mlir::Value empty(int64_t size, mlir::Type element);
  mlir::Value empty(mlir::Value size, mlir::Type element);

  /// 1 << bit.
  mlir::Value flagAt(mlir::Value bit);

  /// Of entry `p`.
  mlir::Value valueOf(mlir::Value p);

  /// Which of the columns that `op` updates the batch has and their ranks (the
  /// first three fields), and how many they are. From then on forEach looks at
  /// these columns alone.
  std::pair<TouchedColumns, mlir::Value> findRanks(csr::UpdateRowsOp op);

  using EntryBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value, mlir::Value, mlir::Value, mlir::ValueRange)>;
  /// Runs over the non-zeros of each row of the batch, in order, with the
  /// example, the place in the data and the column.
  llvm::SmallVector<mlir::Value> forEach(mlir::ValueRange carried,
                                         EntryBody body);

private:
  mlir::Value lowerBound(mlir::Value low, mlir::Value high, mlir::Value column);
  void findSpans(mlir::Value first, mlir::Value end);

  csr::Batch batch_;
  /// Where entries to look at begin and end in each row; empty for all.
  llvm::SmallVector<mlir::Value> spans_;
};

} // namespace mlc

#endif // MLC_LIB_TILE_ENTRYLOOPS_H
