//===- SpmdWorkers.cpp - One program that every worker runs ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlc {
#define GEN_PASS_DEF_SPMDWORKERS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// Whether `op` changes memory, or may.
bool writes(Operation *op) {
  std::optional<SmallVector<MemoryEffects::EffectInstance>> effects =
      getEffectsRecursively(op);
  return !effects || llvm::any_of(*effects, [](const auto &effect) {
    return !isa<MemoryEffects::Read>(effect.getEffect());
  });
}

class SpmdWorkersPass : public mlc::impl::SpmdWorkersBase<SpmdWorkersPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    for (func::FuncOp function :
         llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
      if (!function.isExternal() && failed(convert(function)))
        return signalPassFailure();
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

  LogicalResult convert(func::FuncOp function) {
    OpBuilder b(&getContext());
    worker = addArgument(function, b.getIndexType(), steps::kWorker);
    exchange = addArgument(function, LLVM::LLVMPointerType::get(&getContext()),
                           steps::kExchange);
    workers = {};
    for (BlockArgument argument : function.getArguments()) {
      auto role = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(),
                                                        steps::kRole);
      if (role && role == steps::kWorkers)
        workers = argument;
    }
    if (!workers)
      return function.emitError("expected an argument with the role ")
             << steps::kWorkers;

    // Runs of ops that write, outside of foralls, are worker 0's.
    SmallVector<Operation *> run;
    for (Operation &op : llvm::make_early_inc_range(
             function.getBody().front().without_terminator())) {
      if (auto forall = dyn_cast<scf::ForallOp>(op)) {
        if (failed(runByFirst(run)) || failed(distribute(forall)))
          return failure();
      } else if (writes(&op)) {
        run.push_back(&op);
      }
    }
    return runByFirst(run);
  }

  void meet(OpBuilder &b, Location loc) {
    Value number = arith::IndexCastOp::create(b, loc, b.getI64Type(), worker);
    func::CallOp::create(b, loc, steps::kExchangeFunction, TypeRange(),
                         ValueRange{exchange, number});
  }

  LogicalResult runByFirst(SmallVectorImpl<Operation *> &run) {
    if (run.empty())
      return success();
    OpBuilder b(run.back());
    b.setInsertionPointAfter(run.back());
    Location loc = run.back()->getLoc();
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    Value isFirst =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, worker, zero);
    auto branch = scf::IfOp::create(b, loc, isFirst, /*withElse=*/false);
    for (Operation *op : run) {
      for (Operation *user : op->getUsers())
        if (!llvm::is_contained(run, user))
          return op->emitError("expected no value to leave an op that only one "
                               "worker runs");
      op->moveBefore(branch.thenBlock()->getTerminator());
    }
    meet(b, loc);
    run.clear();
    return success();
  }

  /// Iterations [w * n / W, (w + 1) * n / W) are worker w's.
  LogicalResult distribute(scf::ForallOp forall) {
    if (forall.getRank() != 1 || forall.getNumResults() != 0)
      return forall.emitError("expected one dimension and no results");
    OpBuilder b(forall);
    Location loc = forall.getLoc();
    auto value = [&](OpFoldResult size) {
      return getValueOrCreateConstantIndexOp(b, loc, size);
    };
    Value lower = value(forall.getMixedLowerBound()[0]);
    Value upper = value(forall.getMixedUpperBound()[0]);
    Value step = value(forall.getMixedStep()[0]);
    Value one = arith::ConstantIndexOp::create(b, loc, 1);
    Value extent = arith::SubIOp::create(b, loc, upper, lower);
    Value count = arith::CeilDivUIOp::create(b, loc, extent, step);
    auto firstOf = [&](Value number) -> Value {
      Value scaled = arith::MulIOp::create(b, loc, number, count);
      return arith::DivUIOp::create(b, loc, scaled, workers);
    };
    Value begin = firstOf(worker);
    Value end = firstOf(arith::AddIOp::create(b, loc, worker, one));
    auto loop = scf::ForOp::create(b, loc, begin, end, one);
    b.setInsertionPointToStart(loop.getBody());
    Value distance =
        arith::MulIOp::create(b, loc, loop.getInductionVar(), step);
    IRMapping mapping;
    mapping.map(forall.getInductionVar(0),
                arith::AddIOp::create(b, loc, lower, distance).getResult());
    for (Operation &op : forall.getBody()->without_terminator())
      b.clone(op, mapping);
    b.setInsertionPoint(forall);
    meet(b, loc);
    forall.erase();
    return success();
  }

  Value worker, workers, exchange;
};

} // namespace
