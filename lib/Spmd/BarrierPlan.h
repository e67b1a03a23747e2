//===- BarrierPlan.h - Who does what, and where workers meet --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_SPMD_BARRIERPLAN_H
#define MLC_LIB_SPMD_BARRIERPLAN_H

#include "MemoryAccess.h"
#include "dialects/Spmd/Spmd.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

#include <map>
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
  /// An exchange: where it stands, and what crosses workers there.
  struct Exchange {
    mlir::Operation *before;
    llvm::MapVector<mlir::Value, spmd::Crossing> crossings;
  };
  llvm::SmallVector<Exchange> exchanges() const;
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

  /// An access of an op of the step.
  struct OpAccess {
    size_t op;
    const MemoryAccess *access;
    /// The step it belongs to, where several are looked at.
    int number = 0;
  };
  /// Accesses by buffer: only those of one buffer, or of an unknown one, can
  /// conflict.
  using AccessesByBuffer =
      llvm::MapVector<mlir::Value, llvm::SmallVector<OpAccess>>;

  void addProducers();
  void shareNeeded();
  void settle();
  void findOwn();
  void place();
  void improve();
  void findCrossings();

  const StepOp *stepOf(mlir::Operation *op) const;
  bool isMovable(mlir::Operation &op);
  bool isDoneByFirst(mlir::Operation *op) const;
  size_t placeBefore(size_t index) const;
  bool conflicts(const OpAccess &x, const OpAccess &y) const;
  bool conflictInSteps(const OpAccess &x, const OpAccess &y,
                       int distance) const;
  spmd::Crossing crossingOf(const OpAccess &first,
                            const OpAccess &second) const;
  std::pair<int, size_t> exchangeAfter(size_t index) const;
  bool needMeeting(const AccessesByBuffer &before, size_t index,
                   int number) const;

  mlir::Block *block;
  llvm::SmallVector<StepOp> ops;
  llvm::DenseMap<mlir::Operation *, size_t> indexOf;
  AccessesByBuffer accesses;
  /// What is known of ops so far.
  llvm::DenseMap<mlir::Operation *, bool> movable;
  /// Ops with results that only the first worker needs.
  llvm::DenseSet<mlir::Operation *> producers;
  /// Allocations that only ops which each worker does write to.
  llvm::SetVector<mlir::Value> own;
  /// Numbers of the ops before which workers meet.
  std::set<size_t> barriers;
  /// What crosses at each of `barriers`.
  std::map<size_t, llvm::MapVector<mlir::Value, spmd::Crossing>> crossings;

  /// Steps after which each conflict of accesses has shown itself: memory with
  /// two copies is used again in the next but one.
  static constexpr int kSteps = 3;
};

} // namespace mlc

#endif // MLC_LIB_SPMD_BARRIERPLAN_H
