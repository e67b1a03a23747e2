//===- PlaceBarriers.cpp - Who does what, and where workers meet ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemoryAccess.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

#include "llvm/ADT/SetVector.h"

#include <set>

namespace mlc {
#define GEN_PASS_DEF_PLACEBARRIERS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// An op of a step's block that touches memory.
struct StepOp {
  Operation *op;
  SmallVector<MemoryAccess> accesses;
  /// Not a forall: the first worker alone does it, or each for itself.
  bool isFirst = false;

  bool isForall() const { return isa<scf::ForallOp>(op); }
};

/// Memory of the step that may have two copies: its size follows from the
/// model and the batch.
bool canTakeTurns(Value buffer) {
  auto alloc = buffer.getDefiningOp<memref::AllocOp>();
  return alloc && llvm::none_of(alloc.getDynamicSizes(), [](Value size) {
           return isa<BlockArgument>(size);
         });
}

/// Steps after which each conflict of accesses has shown itself: memory with
/// two copies is used again in the next but one.
constexpr int kSteps = 3;

/// Decides for the ops of one step.
class BarrierPlan {
public:
  explicit BarrierPlan(func::FuncOp function)
      : block(&function.getBody().front()) {
    for (Operation &op : function.getBody().front().without_terminator()) {
      SmallVector<MemoryAccess> accesses = accessesOf(&op);
      if (accesses.empty())
        continue;
      indexOf[&op] = ops.size();
      ops.push_back({&op, std::move(accesses)});
    }
    for (StepOp &step : ops)
      step.isFirst = !step.isForall() && writes(step);
    addProducers();
    shareNeeded();
    for (StepOp &step : ops)
      step.isFirst = step.isFirst && !producers.contains(step.op);
    producers.clear();
    addProducers();
    settle();
  }

  /// Lets the first worker make a buffer alone where that needs fewer meetings.
  void improve() {
    place();
    for (Value buffer : own.getArrayRef().vec()) {
      SmallVector<StepOp> opsBefore = ops;
      std::set<size_t> barriersBefore = barriers;
      bool isPossible = true;
      for (StepOp &step : ops)
        if (writesTo(step, buffer)) {
          isPossible &= canBeFirst(step);
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

  /// All ops that the first worker does alone, those without memory too.
  SmallVector<Operation *> firstOps() {
    SmallVector<Operation *> result;
    for (Operation &op : block->without_terminator())
      if (isDoneByFirst(&op))
        result.push_back(&op);
    return result;
  }

  /// Ops before which workers meet: never between what the first worker
  /// computes for an op and the op.
  SmallVector<Operation *> meetings() {
    SmallVector<Operation *> result;
    for (size_t index : barriers) {
      Operation *op = ops[index].op;
      if (isDoneByFirst(op))
        while (Operation *before = op->getPrevNode()) {
          if (!producers.contains(before) && !isMemoryEffectFree(before))
            break;
          op = before;
        }
      result.push_back(op);
    }
    return result;
  }
  bool isOwn(Value buffer) const { return own.contains(buffer); }

  /// Whether another worker reads what one writes, so that two copies help.
  bool takesTurns(Value buffer) const {
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

private:
  static bool writes(const StepOp &step) {
    return llvm::any_of(step.accesses, [](const MemoryAccess &access) {
      return access.writes;
    });
  }
  static bool canBeFirst(const StepOp &step) {
    return writes(step) && step.op->use_empty();
  }

  StepOp *stepOf(Operation *op) {
    auto index = indexOf.find(op);
    return index == indexOf.end() ? nullptr : &ops[index->second];
  }

  /// What is computed and read only for what the first worker does, it does
  /// alone, if nothing that others do stands between.
  void addProducers() {
    for (Operation &op : llvm::reverse(block->without_terminator())) {
      StepOp *step = stepOf(&op);
      if (step && (step->isFirst || step->isForall() || writes(*step)))
        continue;
      if (op.use_empty() || isMovable(op) ||
          (!step && !isMemoryEffectFree(&op)))
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
        step->isFirst = true;
      producers.insert(&op);
    }
  }

  bool isDoneByFirst(Operation *op) {
    StepOp *step = stepOf(op);
    return (step && step->isFirst) || producers.contains(op);
  }

  /// What foralls need, directly or not, each worker computes for itself, in
  /// memory of the step that no forall writes.
  void shareNeeded() {
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
             (access.buffer && access.buffer.getDefiningOp<memref::AllocOp>() &&
              !ofForalls.contains(access.buffer));
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

  static bool writesTo(const StepOp &step, Value buffer) {
    return llvm::any_of(step.accesses, [&](const MemoryAccess &access) {
      return access.writes && access.buffer == buffer;
    });
  }

  /// Where one op that writes to a buffer is not each worker's, none is: the
  /// first worker does the others.
  void settle() {
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

  /// Allocations that only ops which each worker does write to.
  void findOwn() {
    own.clear();
    for (const StepOp &step : ops)
      for (const MemoryAccess &access : step.accesses)
        if (access.buffer && access.buffer.getDefiningOp<memref::AllocOp>())
          own.insert(access.buffer);
    for (const StepOp &step : ops)
      if (step.isForall() || step.isFirst)
        for (const MemoryAccess &access : step.accesses)
          if (access.writes)
            own.remove(access.buffer);
  }

  bool conflicts(const StepOp &one, const MemoryAccess &x, const StepOp &other,
                 const MemoryAccess &y) const {
    if (!x.writes && !y.writes)
      return false;
    if (x.buffer && y.buffer && (x.buffer != y.buffer || isOwn(x.buffer)))
      return false;
    if (one.isFirst && other.isFirst)
      return false;
    return !(x.part && y.part && *x.part == *y.part);
  }

  /// Whether two ops need a meeting between them, `distance` steps apart.
  bool needMeeting(const StepOp &one, const StepOp &other, int distance) const {
    for (const MemoryAccess &x : one.accesses)
      for (const MemoryAccess &y : other.accesses)
        if (conflicts(one, x, other, y) &&
            !(distance == 1 && x.buffer && y.buffer && canTakeTurns(x.buffer)))
          return true;
    return false;
  }

  /// As few barriers as a walk over steps needs that puts one only where it
  /// must, as late as it can.
  void place() {
    barriers.clear();
    for (bool isDone = false; !isDone;) {
      isDone = true;
      SmallVector<std::pair<size_t, int>> open; // since the last barrier
      for (int number = 0; number < kSteps; ++number)
        for (size_t index = 0; index < ops.size(); ++index) {
          if (barriers.count(index))
            open.clear();
          if (llvm::any_of(open, [&](std::pair<size_t, int> before) {
                return needMeeting(ops[before.first], ops[index],
                                   number - before.second);
              })) {
            barriers.insert(index);
            open.clear();
            isDone = false;
          }
          open.emplace_back(index, number);
        }
    }
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

  Block *block;
  SmallVector<StepOp> ops;
  DenseMap<Operation *, size_t> indexOf;
  /// Ops with results that only the first worker needs.
  DenseSet<Operation *> producers;
  llvm::SetVector<Value> own;
  std::set<size_t> barriers;
};

class PlaceBarriersPass
    : public mlc::impl::PlaceBarriersBase<PlaceBarriersPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    for (func::FuncOp function : module.getOps<func::FuncOp>())
      if (!function.isExternal())
        convert(function);
    OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
    auto exchange = func::FuncOp::create(
        b, module.getLoc(), steps::kExchangeFunction,
        b.getFunctionType(
            {LLVM::LLVMPointerType::get(&getContext()), b.getI64Type()}, {}));
    exchange.setPrivate();
  }

  Value addArgument(func::FuncOp function, Type type, StringRef role) {
    OpBuilder b(&getContext());
    unsigned index = function.getNumArguments();
    if (failed(
            function.insertArgument(index, type,
                                    b.getDictionaryAttr(b.getNamedAttr(
                                        steps::kRole, b.getStringAttr(role))),
                                    function.getLoc())))
      llvm_unreachable("an argument can always be added at the end");
    return function.getArgument(index);
  }

  void convert(func::FuncOp function) {
    Value worker =
        addArgument(function, IndexType::get(&getContext()), steps::kWorker);
    Value exchange = addArgument(
        function, LLVM::LLVMPointerType::get(&getContext()), steps::kExchange);
    auto unit = UnitAttr::get(&getContext());
    if (function->hasAttr(steps::kAlone)) {
      function.walk(
          [&](memref::AllocOp alloc) { alloc->setAttr(steps::kOwn, unit); });
      return;
    }
    BarrierPlan plan(function);
    plan.improve();
    for (Operation *op : plan.firstOps())
      op->setAttr(steps::kFirst, unit);
    function.walk([&](memref::AllocOp alloc) {
      if (plan.isOwn(alloc))
        alloc->setAttr(steps::kOwn, unit);
      else if (plan.takesTurns(alloc))
        alloc->setAttr(steps::kTurns, unit);
    });
    for (Operation *op : plan.meetings()) {
      OpBuilder b(op);
      Value number =
          arith::IndexCastOp::create(b, op->getLoc(), b.getI64Type(), worker);
      func::CallOp::create(b, op->getLoc(), steps::kExchangeFunction,
                           TypeRange(), ValueRange{exchange, number});
    }
  }
};

} // namespace
