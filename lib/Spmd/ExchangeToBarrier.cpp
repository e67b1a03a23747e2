//===- ExchangeToBarrier.cpp - Exchanges of workers that share memory -----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WorkerNumber.h"
#include "dialects/Spmd/Spmd.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace mlc {
#define GEN_PASS_DEF_EXCHANGETOBARRIER
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

class ExchangeToBarrierPass
    : public mlc::impl::ExchangeToBarrierBase<ExchangeToBarrierPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    bool isUsed = false;
    for (func::FuncOp step : module.getOps<func::FuncOp>()) {
      SmallVector<spmd::ExchangeOp> exchanges;
      step.walk([&](spmd::ExchangeOp op) { exchanges.push_back(op); });
      if (exchanges.empty())
        continue;
      isUsed = true;
      if (failed(convert(step, exchanges)))
        return signalPassFailure();
    }
    if (!isUsed)
      return;
    OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
    auto function = func::FuncOp::create(
        b, module.getLoc(), steps::kBarrierFunction,
        b.getFunctionType(
            {LLVM::LLVMPointerType::get(&getContext()), b.getI64Type()}, {}));
    function.setPrivate();
  }

  LogicalResult convert(func::FuncOp step,
                        ArrayRef<spmd::ExchangeOp> exchanges) {
    if (!steps::findArgument(step, steps::kWorker))
      return step.emitError("expected an argument with the role ")
             << steps::kWorker;
    Value barrier = steps::addArgument(
        step, LLVM::LLVMPointerType::get(&getContext()), steps::kBarrier);
    for (spmd::ExchangeOp op : exchanges) {
      OpBuilder b(op);
      Value number = arith::IndexCastOp::create(b, op.getLoc(), b.getI64Type(),
                                                numberOfWorker(b, step));
      func::CallOp::create(b, op.getLoc(), steps::kBarrierFunction, TypeRange(),
                           ValueRange{barrier, number});
      op.erase();
    }
    return success();
  }
};

} // namespace
