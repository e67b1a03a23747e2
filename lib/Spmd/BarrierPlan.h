//===- BarrierPlan.h - Which worker does what, barriers ---------*- C++ -*-===//
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

/// Decides for the ops of one step, which is run again and again: which of
/// those outside of foralls are replicated and which the leader (worker 0)
/// does, which buffers are worker-private or double-buffered, and before which
/// ops all workers wait. See `mlc-place-barriers` and README.md. Changes
/// nothing.
class BarrierPlan {
public:
  explicit BarrierPlan(mlir::func::FuncOp step);

  /// Ops that the leader does alone.
  llvm::SmallVector<mlir::Operation *> firstOps() const;
  /// An exchange: the op before which it stands, and the buffers that cross
  /// workers there.
  struct Exchange {
    mlir::Operation *before;
    llvm::MapVector<mlir::Value, spmd::Crossing> crossings;
  };
  llvm::SmallVector<Exchange> exchanges() const;
  /// Whether each worker has a copy of `buffer` for itself.
  bool isOwn(mlir::Value buffer) const { return own_.contains(buffer); }
  /// Whether workers exchange data through `buffer`, so that a second copy
  /// saves a barrier.
  bool takesTurns(mlir::Value buffer) const;

private:
  /// An op of the step's block that touches memory.
  struct StepOp {
    mlir::Operation *op;
    llvm::SmallVector<MemoryAccess> accesses;
    /// Of an op that is no forall: whether the leader does it alone. Otherwise
    /// each worker does it for itself.
    bool isFirst = false;

    bool isForall() const;
    bool writes() const;
    bool writesTo(mlir::Value buffer) const;
  };

  /// An access of an op of the step.
  struct OpAccess {
    size_t op;
    const MemoryAccess *access;
    /// The number of the step that it belongs to.
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

  mlir::Block *block_;
  llvm::SmallVector<StepOp> ops_;
  llvm::DenseMap<mlir::Operation *, size_t> indexOf_;
  AccessesByBuffer accesses_;
  /// Results of isMovable so far.
  llvm::DenseMap<mlir::Operation *, bool> movable_;
  /// Ops with results that only the leader needs.
  llvm::DenseSet<mlir::Operation *> producers_;
  /// Allocations that only replicated ops write to.
  llvm::SetVector<mlir::Value> own_;
  /// Numbers of the ops before which there is a barrier.
  std::set<size_t> barriers_;
  /// The buffers that cross workers at each of `barriers`, and how.
  std::map<size_t, llvm::MapVector<mlir::Value, spmd::Crossing>> crossings_;

  /// How many steps in a row are looked at, so that every pair of accesses that
  /// can conflict is seen: a copy of a double-buffered buffer is used again two
  /// steps later.
  static constexpr int kSteps = 3;
};

} // namespace mlc

#endif // MLC_LIB_SPMD_BARRIERPLAN_H
