//===- PlaceBarriers.cpp - Who does what, and where workers meet ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BarrierPlan.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
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
    OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
    auto exchange = func::FuncOp::create(
        b, module.getLoc(), steps::kExchangeFunction,
        b.getFunctionType(
            {LLVM::LLVMPointerType::get(&getContext()), b.getI64Type()}, {}));
    exchange.setPrivate();
  }

  void convert(func::FuncOp function) {
    Value worker = steps::addArgument(function, IndexType::get(&getContext()),
                                      steps::kWorker);
    Value exchange = steps::addArgument(
        function, LLVM::LLVMPointerType::get(&getContext()), steps::kExchange);
    auto unit = UnitAttr::get(&getContext());
    if (function->hasAttr(steps::kAlone)) {
      function.walk(
          [&](memref::AllocOp alloc) { alloc->setAttr(steps::kOwn, unit); });
      return;
    }
    takeOutAllocations(function);
    const BarrierPlan plan(function);
    for (Operation *op : plan.firstOps())
      op->setAttr(steps::kFirst, unit);
    function.walk([&](memref::AllocOp alloc) {
      if (alloc->hasAttr(steps::kOwn))
        return;
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
  /// Memory of one iteration of a forall is its worker's.
  static void takeOutAllocations(func::FuncOp function) {
    function.walk([](memref::AllocOp alloc) {
      auto forall = alloc->getParentOfType<scf::ForallOp>();
      if (!forall || !llvm::all_of(alloc->getOperands(), [&](Value size) {
            return forall.isDefinedOutsideOfLoop(size);
          }))
        return;
      alloc->moveBefore(forall);
      alloc->setAttr(steps::kOwn, UnitAttr::get(alloc.getContext()));
    });
  }
};

} // namespace
