//===- BarrierPlan.h - Who does what, and where workers meet --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_SPMD_BARRIERPLAN_H
#define MLC_LIB_SPMD_BARRIERPLAN_H

#include "MemoryAccess.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"

#include <set>

namespace mlc {

/// Decides for the ops of one step, which is run again and again: what each
/// worker does for itself and what the first does alone, whose memory is whose,
/// and where all must meet. See `mlc-place-barriers`. Changes nothing.
class BarrierPlan {
public:
  explicit BarrierPlan(mlir::func::FuncOp step);

  /// Ops that the first worker does alone.
  llvm::SmallVector<mlir::Operation *> firstOps() const;
  /// Ops before which workers meet.
  llvm::SmallVector<mlir::Operation *> meetings() const;
  /// Whether each worker has a buffer of its own for `buffer`.
  bool isOwn(mlir::Value buffer) const { return own.contains(buffer); }
  /// Whether another worker reads what one writes, so that two copies help.
  bool takesTurns(mlir::Value buffer) const;

private:
  /// An op of the step's block that touches memory.
  struct StepOp {
    mlir::Operation *op;
    llvm::SmallVector<MemoryAccess> accesses;
    /// Not a forall: the first worker alone does it, or each for itself.
    bool isFirst = false;

    bool isForall() const;
    bool writes() const;
    bool writesTo(mlir::Value buffer) const;
  };

  void addProducers();
  void shareNeeded();
  void settle();
  void findOwn();
  void place();
  void improve();

  const StepOp *stepOf(mlir::Operation *op) const;
  bool isDoneByFirst(mlir::Operation *op) const;
  size_t placeBefore(size_t index) const;
  bool conflicts(const StepOp &one, const MemoryAccess &x, const StepOp &other,
                 const MemoryAccess &y) const;
  bool needMeeting(const StepOp &one, const StepOp &other, int distance) const;

  mlir::Block *block;
  llvm::SmallVector<StepOp> ops;
  llvm::DenseMap<mlir::Operation *, size_t> indexOf;
  /// Ops with results that only the first worker needs.
  llvm::DenseSet<mlir::Operation *> producers;
  /// Allocations that only ops which each worker does write to.
  llvm::SetVector<mlir::Value> own;
  /// Numbers of the ops before which workers meet.
  std::set<size_t> barriers;
};

} // namespace mlc

#endif // MLC_LIB_SPMD_BARRIERPLAN_H
