//===- BarrierPlan.cpp - Who does what, and where workers meet ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BarrierPlan.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace mlc;

/// Steps after which each conflict of accesses has shown itself: memory with
/// two copies is used again in the next but one.
static constexpr int kSteps = 3;

static bool isOfStep(Value buffer) {
  return buffer && buffer.getDefiningOp<memref::AllocOp>();
}

/// Memory of the step that may have two copies: its size follows from the
/// model and the batch.
static bool canTakeTurns(Value buffer) {
  return isOfStep(buffer) &&
         llvm::none_of(
             buffer.getDefiningOp<memref::AllocOp>().getDynamicSizes(),
             [](Value size) { return isa<BlockArgument>(size); });
}

/// Constants, sizes and views may stand before what needs them.
static bool isMovable(Operation &op) {
  return isa<ViewLikeOpInterface, memref::AllocOp>(op) ||
         (isMemoryEffectFree(&op) &&
          llvm::all_of(op.getOperands(), [](Value operand) {
            Operation *producer = operand.getDefiningOp();
            return !producer || isMovable(*producer);
          }));
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

BarrierPlan::BarrierPlan(func::FuncOp step) : block(&step.getBody().front()) {
  for (Operation &op : block->without_terminator()) {
    SmallVector<MemoryAccess> accesses = accessesOf(&op);
    llvm::erase_if(accesses, [](const MemoryAccess &access) {
      return access.buffer && access.buffer.getDefiningOp() &&
             access.buffer.getDefiningOp()->hasAttr(steps::kOwn);
    });
    if (accesses.empty())
      continue;
    indexOf[&op] = ops.size();
    ops.push_back({&op, std::move(accesses)});
  }
  for (StepOp &op : ops)
    op.isFirst = !op.isForall() && op.writes();
  addProducers();
  shareNeeded();
  // Of what each worker does now, the first does not compute operands alone.
  for (StepOp &op : ops)
    op.isFirst = op.isFirst && !producers.contains(op.op);
  producers.clear();
  addProducers();
  settle();
  place();
  improve();
}

SmallVector<Operation *> BarrierPlan::firstOps() const {
  SmallVector<Operation *> result;
  for (Operation &op : block->without_terminator())
    if (isDoneByFirst(&op))
      result.push_back(&op);
  return result;
}

SmallVector<Operation *> BarrierPlan::meetings() const {
  SmallVector<Operation *> result;
  for (size_t index : barriers) {
    Operation *op = ops[index].op;
    // What the first worker computes without memory stays with what needs it.
    if (isDoneByFirst(op))
      while (op->getPrevNode() && isMemoryEffectFree(op->getPrevNode()))
        op = op->getPrevNode();
    result.push_back(op);
  }
  return result;
}

bool BarrierPlan::takesTurns(Value buffer) const {
  if (isOwn(buffer) || !canTakeTurns(buffer))
    return false;
  for (const StepOp &one : ops)
    for (const StepOp &other : ops)
      for (const MemoryAccess &x : one.accesses)
        for (const MemoryAccess &y : other.accesses)
          if (x.buffer == buffer && conflicts(one, x, other, y))
            return true;
  return false;
}

const BarrierPlan::StepOp *BarrierPlan::stepOf(Operation *op) const {
  auto index = indexOf.find(op);
  return index == indexOf.end() ? nullptr : &ops[index->second];
}

bool BarrierPlan::isDoneByFirst(Operation *op) const {
  const StepOp *step = stepOf(op);
  return (step && step->isFirst) || producers.contains(op);
}

/// What is computed and read only for what the first worker does, it does
/// alone, if nothing that others do stands between.
void BarrierPlan::addProducers() {
  for (Operation &op : llvm::reverse(block->without_terminator())) {
    const StepOp *step = stepOf(&op);
    if (step && (step->isFirst || step->isForall() || step->writes()))
      continue;
    if (op.use_empty() || isMovable(op) || (!step && !isMemoryEffectFree(&op)))
      continue;
    Operation *last = nullptr;
    const bool isForFirst = llvm::all_of(op.getUsers(), [&](Operation *user) {
      user = block->findAncestorOpInBlock(*user);
      if (!last || last->isBeforeInBlock(user))
        last = user;
      return isDoneByFirst(user);
    });
    if (!isForFirst)
      continue;
    Operation *between = op.getNextNode();
    while (between != last &&
           (producers.contains(between) || isMemoryEffectFree(between)))
      between = between->getNextNode();
    if (between != last)
      continue;
    if (step)
      ops[indexOf[&op]].isFirst = true;
    producers.insert(&op);
  }
}

/// What foralls need, directly or not, each worker computes for itself, in
/// memory of the step that no forall writes.
void BarrierPlan::shareNeeded() {
  DenseSet<Value> needed, ofForalls;
  for (const StepOp &step : ops)
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
  for (StepOp &step : llvm::reverse(ops)) {
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

/// Where one op that writes to a buffer is not each worker's, none is: the
/// first worker does the others.
void BarrierPlan::settle() {
  for (bool isDone = false; !isDone;) {
    isDone = true;
    findOwn();
    for (StepOp &step : ops)
      for (const MemoryAccess &access : step.accesses)
        if (access.writes && !step.isForall() && !step.isFirst &&
            !isOwn(access.buffer)) {
          step.isFirst = true;
          isDone = false;
        }
  }
}

void BarrierPlan::findOwn() {
  own.clear();
  for (const StepOp &step : ops)
    for (const MemoryAccess &access : step.accesses)
      if (isOfStep(access.buffer))
        own.insert(access.buffer);
  for (const StepOp &step : ops)
    if (step.isForall() || step.isFirst)
      for (const MemoryAccess &access : step.accesses)
        if (access.writes)
          own.remove(access.buffer);
}

bool BarrierPlan::conflicts(const StepOp &one, const MemoryAccess &x,
                            const StepOp &other, const MemoryAccess &y) const {
  if (!x.writes && !y.writes)
    return false;
  if (x.buffer && y.buffer && (x.buffer != y.buffer || isOwn(x.buffer)))
    return false;
  if (one.isFirst && other.isFirst)
    return false;
  return !(x.part && y.part && *x.part == *y.part);
}

/// Whether two ops need a meeting between them, `distance` steps apart.
bool BarrierPlan::needMeeting(const StepOp &one, const StepOp &other,
                              int distance) const {
  for (const MemoryAccess &x : one.accesses)
    for (const MemoryAccess &y : other.accesses)
      if (conflicts(one, x, other, y) &&
          !(distance == 1 && x.buffer && y.buffer && canTakeTurns(x.buffer)))
        return true;
  return false;
}

/// Where a meeting that op `index` needs can stand: not between the op and what
/// the first worker reads for it, since that is one piece.
size_t BarrierPlan::placeBefore(size_t index) const {
  if (!isDoneByFirst(ops[index].op))
    return index;
  while (index > 0 && producers.contains(ops[index - 1].op))
    --index;
  return index;
}

/// As few barriers as a walk over steps needs that puts one only where it must,
/// as late as it can.
void BarrierPlan::place() {
  barriers.clear();
  for (bool isDone = false; !isDone;) {
    isDone = true;
    SmallVector<std::pair<size_t, int>> open; // since the last barrier
    for (int number = 0; number < kSteps; ++number)
      for (size_t index = 0; index < ops.size(); ++index) {
        if (barriers.count(index))
          open.clear();
        // Once more from the start where there is a new one: it may stand
        // before ops that were passed already.
        if (llvm::any_of(open, [&](std::pair<size_t, int> before) {
              return needMeeting(ops[before.first], ops[index],
                                 number - before.second);
            })) {
          isDone = !barriers.insert(placeBefore(index)).second && isDone;
          open.clear();
        }
        open.emplace_back(index, number);
      }
  }
}

/// Lets the first worker make a buffer alone where that needs fewer meetings.
void BarrierPlan::improve() {
  for (Value buffer : own.getArrayRef().vec()) {
    SmallVector<StepOp> opsBefore = ops;
    std::set<size_t> barriersBefore = barriers;
    bool isPossible = true;
    for (StepOp &step : ops)
      if (step.writesTo(buffer)) {
        isPossible &= step.op->use_empty();
        step.isFirst = true;
      }
    settle();
    place();
    if (isPossible && barriers.size() < barriersBefore.size())
      continue;
    ops = opsBefore;
    barriers = barriersBefore;
    findOwn();
  }
}
