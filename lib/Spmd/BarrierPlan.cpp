//===- BarrierPlan.cpp - Which worker does what, and the barriers ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BarrierPlan.h"
#include "dialects/Mlc/Mlc.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace mlc;

static bool isOfStep(Value buffer) {
  return buffer && buffer.getDefiningOp<memref::AllocOp>();
}

/// Whether a buffer can be double-buffered: the step allocates it, and its size
/// follows from the model and the batch, not from the batch's non-zeros.
static bool canTakeTurns(Value buffer) {
  return isOfStep(buffer) &&
         llvm::none_of(
             buffer.getDefiningOp<memref::AllocOp>().getDynamicSizes(),
             [](Value size) {
               auto argument = dyn_cast<BlockArgument>(size);
               return argument &&
                      steps::roleOf(argument) == steps::kNonzeroCapacity;
             });
}

bool BarrierPlan::StepOp::isForall() const { return isa<scf::ForallOp>(op); }

bool BarrierPlan::StepOp::writes() const {
  return llvm::any_of(accesses,
                      [](const MemoryAccess &access) { return access.writes; });
}

bool BarrierPlan::StepOp::writesTo(Value buffer) const {
  return llvm::any_of(accesses, [&](const MemoryAccess &access) {
    return access.writes && access.buffer == buffer;
  });
}

BarrierPlan::BarrierPlan(func::FuncOp step) : block_(&step.getBody().front()) {
  for (Operation &op : block_->without_terminator()) {
    SmallVector<MemoryAccess> touched = accessesOf(&op);
    llvm::erase_if(touched, [](const MemoryAccess &access) {
      return access.buffer && access.buffer.getDefiningOp() &&
             memoryOf(access.buffer.getDefiningOp()) == Memory::Private;
    });
    if (touched.empty())
      continue;
    indexOf_[&op] = ops_.size();
    ops_.push_back({&op, std::move(touched)});
  }
  for (auto [index, op] : llvm::enumerate(ops_)) {
    op.isFirst = !op.isForall() && op.writes();
    for (const MemoryAccess &access : op.accesses)
      accesses_[access.buffer].push_back({index, &access});
  }
  addProducers();
  shareNeeded();
  // An op that has become replicated must not have producers that only the
  // leader runs.
  for (StepOp &op : ops_)
    op.isFirst = op.isFirst && !producers_.contains(op.op);
  producers_.clear();
  addProducers();
  settle();
  place();
  improve();
  findCrossings();
}

SmallVector<Operation *> BarrierPlan::firstOps() const {
  SmallVector<Operation *> result;
  for (Operation &op : block_->without_terminator())
    if (isDoneByFirst(&op))
      result.push_back(&op);
  return result;
}

SmallVector<BarrierPlan::Exchange> BarrierPlan::exchanges() const {
  SmallVector<Exchange> result;
  for (size_t index : barriers_) {
    Operation *op = ops_[index].op;
    // What the leader computes without memory stays behind the barrier, with
    // what needs it.
    if (isDoneByFirst(op))
      while (op->getPrevNode() && isMemoryEffectFree(op->getPrevNode()))
        op = op->getPrevNode();
    auto crossing = crossings_.find(index);
    result.push_back({op, crossing == crossings_.end()
                              ? llvm::MapVector<Value, spmd::Crossing>()
                              : crossing->second});
  }
  return result;
}

bool BarrierPlan::takesTurns(Value buffer) const {
  if (isOwn(buffer) || !canTakeTurns(buffer))
    return false;
  for (const OpAccess &x : accesses_.lookup(buffer))
    for (Value other : {buffer, Value()})
      for (const OpAccess &y : accesses_.lookup(other))
        if (conflicts(x, y))
          return true;
  return false;
}

const BarrierPlan::StepOp *BarrierPlan::stepOf(Operation *op) const {
  auto index = indexOf_.find(op);
  return index == indexOf_.end() ? nullptr : &ops_[index->second];
}

bool BarrierPlan::isDoneByFirst(Operation *op) const {
  const StepOp *step = stepOf(op);
  return (step && step->isFirst) || producers_.contains(op);
}

/// Whether an op may stand before a barrier that its user stands behind:
/// constants, sizes and views, which every worker computes.
bool BarrierPlan::isMovable(Operation &op) {
  if (isa<ViewLikeOpInterface, memref::AllocOp>(op))
    return true;
  // Memoised, since ops that share operands would be followed again and again.
  if (auto found = movable_.find(&op); found != movable_.end())
    return found->second;
  const bool result = isMemoryEffectFree(&op) &&
                      llvm::all_of(op.getOperands(), [&](Value operand) {
                        Operation *producer = operand.getDefiningOp();
                        return !producer || isMovable(*producer);
                      });
  movable_[&op] = result;
  return result;
}

/// Makes the leader's what only its ops use: ops that compute without memory,
/// or that only read, if nothing that other workers do stands between them and
/// their last user.
void BarrierPlan::addProducers() {
  for (Operation &op : llvm::reverse(block_->without_terminator())) {
    const StepOp *step = stepOf(&op);
    if (step && (step->isFirst || step->isForall() || step->writes()))
      continue;
    if (op.use_empty() || isMovable(op) || (!step && !isMemoryEffectFree(&op)))
      continue;
    Operation *last = nullptr;
    const bool isForFirst = llvm::all_of(op.getUsers(), [&](Operation *user) {
      user = block_->findAncestorOpInBlock(*user);
      if (!last || last->isBeforeInBlock(user))
        last = user;
      return isDoneByFirst(user);
    });
    if (!isForFirst)
      continue;
    Operation *between = op.getNextNode();
    while (between != last &&
           (producers_.contains(between) || isMemoryEffectFree(between)))
      between = between->getNextNode();
    if (between != last)
      continue;
    if (step)
      ops_[indexOf_[&op]].isFirst = true;
    producers_.insert(&op);
  }
}

/// Replicates the ops whose results foralls read, directly or through other
/// such ops, if they write only memory of the step that no forall writes.
void BarrierPlan::shareNeeded() {
  DenseSet<Value> needed, ofForalls;
  for (const StepOp &step : ops_)
    if (step.isForall())
      for (const MemoryAccess &access : step.accesses) {
        needed.insert(access.buffer);
        if (access.writes)
          ofForalls.insert(access.buffer);
      }
  auto canBeOwn = [&](const MemoryAccess &access) {
    return !access.writes ||
           (isOfStep(access.buffer) && !ofForalls.contains(access.buffer));
  };
  for (StepOp &step : llvm::reverse(ops_)) {
    const bool isNeeded =
        llvm::any_of(step.accesses, [&](const MemoryAccess &access) {
          return access.writes && needed.contains(access.buffer);
        });
    if (step.isFirst && (!isNeeded || !llvm::all_of(step.accesses, canBeOwn)))
      continue;
    step.isFirst = false;
    for (const MemoryAccess &access : step.accesses)
      needed.insert(access.buffer);
  }
}

/// If the leader does one op that writes to a buffer, it does all of them:
/// repeats until no replicated op writes to a buffer that is not private.
void BarrierPlan::settle() {
  for (bool isDone = false; !isDone;) {
    isDone = true;
    findOwn();
    for (StepOp &step : ops_)
      for (const MemoryAccess &access : step.accesses)
        if (access.writes && !step.isForall() && !step.isFirst &&
            !isOwn(access.buffer)) {
          step.isFirst = true;
          isDone = false;
        }
  }
}

void BarrierPlan::findOwn() {
  own_.clear();
  DenseSet<Value> others; // written by a forall or by the leader
  for (const StepOp &step : ops_)
    if (step.isForall() || step.isFirst)
      for (const MemoryAccess &access : step.accesses)
        if (access.writes)
          others.insert(access.buffer);
  for (const StepOp &step : ops_)
    for (const MemoryAccess &access : step.accesses)
      if (isOfStep(access.buffer) && !others.contains(access.buffer))
        own_.insert(access.buffer);
}

bool BarrierPlan::conflicts(const OpAccess &one, const OpAccess &other) const {
  const MemoryAccess &x = *one.access, &y = *other.access;
  if (!x.writes && !y.writes)
    return false;
  if (x.buffer && y.buffer && (x.buffer != y.buffer || isOwn(x.buffer)))
    return false;
  if (ops_[one.op].isFirst && ops_[other.op].isFirst)
    return false;
  return !(x.part && y.part && *x.part == *y.part);
}

/// Whether two accesses conflict if `other` is `distance` steps later.
bool BarrierPlan::conflictInSteps(const OpAccess &one, const OpAccess &other,
                                  int distance) const {
  // The step before used the other copy of a double-buffered buffer.
  const Value buffer = one.access->buffer;
  const bool isOther =
      distance == 1 && buffer && other.access->buffer && canTakeTurns(buffer);
  return !isOther && conflicts(one, other);
}

/// Whether op `index` of step `number` needs a barrier between it and the
/// accesses `before`.
bool BarrierPlan::needMeeting(const AccessesByBuffer &before, size_t index,
                              int number) const {
  auto conflictsWith = [&](Value buffer, const OpAccess &y) {
    auto found = before.find(buffer);
    return found != before.end() &&
           llvm::any_of(found->second, [&](const OpAccess &x) {
             return conflictInSteps(x, y, number - x.number);
           });
  };
  return llvm::any_of(ops_[index].accesses, [&](const MemoryAccess &access) {
    const OpAccess y{index, &access, number};
    if (access.buffer)
      return conflictsWith(access.buffer, y) || conflictsWith(Value(), y);
    return llvm::any_of(before, [&](const auto &entry) {
      return conflictsWith(entry.first, y);
    });
  });
}

/// The op before which a barrier that op `index` needs can stand: not between
/// it and what the leader computes for it, which is one branch.
size_t BarrierPlan::placeBefore(size_t index) const {
  if (!isDoneByFirst(ops_[index].op))
    return index;
  while (index > 0 && producers_.contains(ops_[index - 1].op))
    --index;
  return index;
}

/// Greedy: walks the ops of kSteps steps and places a barrier before the first
/// op that conflicts with an access since the last barrier. Repeats until a
/// walk places none.
void BarrierPlan::place() {
  barriers_.clear();
  for (bool isDone = false; !isDone;) {
    isDone = true;
    AccessesByBuffer open; // since the last barrier
    for (int number = 0; number < kSteps; ++number)
      for (size_t index = 0; index < ops_.size(); ++index) {
        if (barriers_.count(index))
          open.clear();
        // A new barrier may stand before ops that this walk has passed already,
        // so another walk follows.
        if (needMeeting(open, index, number)) {
          isDone = !barriers_.insert(placeBefore(index)).second && isDone;
          open.clear();
        }
        for (const MemoryAccess &access : ops_[index].accesses)
          open[access.buffer].push_back({index, &access, number});
      }
  }
}

/// Has the leader write a private buffer alone, and makes it shared, where
/// fewer barriers are needed then.
void BarrierPlan::improve() {
  for (Value buffer : own_.getArrayRef().vec()) {
    // An op whose results others use stays replicated.
    SmallVector<bool> isFirstBefore;
    bool isPossible = true;
    for (const StepOp &step : ops_) {
      isFirstBefore.push_back(step.isFirst);
      isPossible &= !step.writesTo(buffer) || step.op->use_empty();
    }
    if (!isPossible)
      continue;
    std::set<size_t> barriersBefore = barriers_;
    for (StepOp &step : ops_)
      step.isFirst |= step.writesTo(buffer);
    settle();
    place();
    if (barriers_.size() < barriersBefore.size())
      continue;
    for (auto [step, isFirst] : llvm::zip_equal(ops_, isFirstBefore))
      step.isFirst = isFirst;
    barriers_ = barriersBefore;
    findOwn();
  }
}
