//===- RowOps.h - Ops that work on rows of the batch ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_ROWOPS_H
#define MLC_LIB_LOWERING_GPU_ROWOPS_H

#include "lib/Spmd/MemoryAccess.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace mlc {

/// The dimension of a view, or of a buffer, that counts the batch's rows: the
/// only one of no fixed size. None where a view has put rows and something else
/// into one dimension.
std::optional<int64_t> rowDimOf(mlir::Value view);

/// The ops of a step, outside of foralls, that add sums of all shards row by
/// row, and those that compute from them, again row by row. Each reads and
/// writes of these buffers only the row of its first loop, so that the owner of
/// a row can do them all for it. None where there are no such sums.
class RowOps {
public:
  explicit RowOps(mlir::func::FuncOp step);

  /// In their order.
  llvm::ArrayRef<mlir::Operation *> ops() const { return ops_; }
  /// The first op that adds sums of all shards: where all of them can be done.
  mlir::Operation *place() const { return place_; }
  /// Whether such ops read or write only their row of the buffer.
  bool isOfRow(mlir::Value view) const {
    return buffers_.contains(bufferOf(view));
  }
  /// Buffers that they write, and that they and others read.
  llvm::SmallVector<mlir::Value> readInAndOutside() const;

  /// The dimension of an operand that the first loop of its op, a
  /// linalg.generic, runs through; none where there is no such one.
  static std::optional<int64_t> rowDimOf(mlir::OpOperand &operand);

private:
  struct OpAccesses {
    mlir::Operation *op;
    llvm::SmallVector<MemoryAccess> accesses;
    bool reads(mlir::Value buffer) const;
    bool writes(mlir::Value buffer) const;
  };

  void findSums();
  bool follow();
  void findProducers();
  bool worksOnRows(mlir::Operation *op) const;
  bool canPass(const OpAccesses &op, const OpAccesses &other) const;
  bool isSum(mlir::Value buffer) const;
  bool isOurs(mlir::Operation *op) const { return chosen_.contains(op); }

  /// All that touch memory, in order.
  llvm::SmallVector<OpAccesses> all_;
  llvm::DenseSet<mlir::Operation *> chosen_;
  llvm::SmallVector<mlir::Operation *> ops_;
  mlir::Operation *place_ = nullptr;
  /// Sums of all shards, and what row ops write.
  llvm::SetVector<mlir::Value> buffers_, sums_;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_ROWOPS_H
