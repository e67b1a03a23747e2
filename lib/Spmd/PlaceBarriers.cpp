//===- PlaceBarriers.cpp - Which worker does what, and the barriers -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BarrierPlan.h"
#include "dialects/Mlc/Mlc.h"
#include "dialects/Spmd/Spmd.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlc {
#define GEN_PASS_DEF_PLACEBARRIERS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

class PlaceBarriersPass
    : public mlc::impl::PlaceBarriersBase<PlaceBarriersPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    for (func::FuncOp function : module.getOps<func::FuncOp>())
      if (!function.isExternal())
        convert(function);
  }

  void convert(func::FuncOp function) {
    auto index = IndexType::get(&getContext());
    steps::addArgument(function, index, steps::kWorker);
    if (steps::findArgument(function, steps::kRanks))
      steps::addArgument(function, index, steps::kRank);
    auto unit = UnitAttr::get(&getContext());
    if (function->hasAttr(steps::kIndependent)) {
      function.walk(
          [](memref::AllocOp alloc) { setMemory(alloc, Memory::Private); });
      return;
    }
    takeOutAllocations(function);
    const BarrierPlan plan(function);
    for (Operation *op : plan.firstOps())
      op->setAttr(steps::kLeader, unit);
    function.walk([&](memref::AllocOp alloc) {
      if (memoryOf(alloc))
        return;
      if (plan.isOwn(alloc))
        setMemory(alloc, Memory::Private);
      else if (plan.takesTurns(alloc))
        setMemory(alloc, Memory::DoubleBuffered);
    });
    for (const BarrierPlan::Exchange &exchange : plan.exchanges()) {
      OpBuilder b(exchange.before);
      SmallVector<Value> buffers;
      SmallVector<int64_t> kinds;
      for (auto [buffer, kind] : exchange.crossings) {
        if (Operation *alloc = buffer.getDefiningOp())
          defineBefore(alloc, exchange.before);
        buffers.push_back(buffer);
        kinds.push_back(static_cast<int64_t>(kind));
      }
      spmd::ExchangeOp::create(b, exchange.before->getLoc(), buffers, kinds);
    }
  }

  /// Moves `op`, an allocation, and the ops that compute its size before
  /// `place`, if they are not. An exchange can name a buffer that is only used
  /// later in the step: the step before has written it.
  static void defineBefore(Operation *op, Operation *place) {
    if (!place->isBeforeInBlock(op) && place != op)
      return;
    for (Value operand : op->getOperands())
      if (Operation *size = operand.getDefiningOp())
        defineBefore(size, place);
    op->moveBefore(place);
  }

  /// Takes allocations out of foralls: the memory of an iteration is its
  /// worker's.
  static void takeOutAllocations(func::FuncOp function) {
    function.walk([](memref::AllocOp alloc) {
      auto forall = alloc->getParentOfType<scf::ForallOp>();
      if (!forall || !llvm::all_of(alloc->getOperands(), [&](Value size) {
            return forall.isDefinedOutsideOfLoop(size);
          }))
        return;
      alloc->moveBefore(forall);
      setMemory(alloc, Memory::Private);
    });
  }
};

} // namespace
