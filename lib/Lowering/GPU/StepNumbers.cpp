//===- StepNumbers.cpp - Numbers of a step, computed once -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/GpuPasses.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlc {
#define GEN_PASS_DEF_STEPNUMBERS
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;

namespace {

bool isDouble(Type type) { return type.isF64(); }

/// Whether every thread that needs the op's result should rather read it.
bool isCostly(Operation *op) {
  return op->getDialect()->getNamespace() ==
             math::MathDialect::getDialectNamespace() ||
         (isa<arith::ArithDialect>(op->getDialect()) &&
          !op->hasTrait<OpTrait::ConstantLike>() &&
          (llvm::any_of(op->getOperandTypes(), isDouble) ||
           llvm::any_of(op->getResultTypes(), isDouble)));
}

/// x ^ n by squaring: x * x, (x * x) * (x * x), ...
Value powerOf(OpBuilder &b, Location loc, Value x, Value n) {
  Type type = x.getType(), integer = n.getType();
  Value one = arith::ConstantOp::create(b, loc, b.getFloatAttr(type, 1.0));
  Value zeroInt = arith::ConstantOp::create(b, loc, b.getZeroAttr(integer));
  Value oneInt =
      arith::ConstantOp::create(b, loc, b.getIntegerAttr(integer, 1));
  SmallVector<Type> types{type, type, integer};
  SmallVector<Location> locs(types.size(), loc);
  auto loop = scf::WhileOp::create(b, loc, types, ValueRange{one, x, n});
  OpBuilder::InsertionGuard guard(b);
  b.createBlock(&loop.getBefore(), {}, types, locs);
  Value left = loop.getBeforeArguments()[2];
  Value more =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, left, zeroInt);
  scf::ConditionOp::create(b, loc, more, loop.getBeforeArguments());
  b.createBlock(&loop.getAfter(), {}, types, locs);
  ValueRange carried = loop.getAfterArguments();
  Value bit = arith::AndIOp::create(b, loc, carried[2], oneInt);
  Value isSet =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, bit, zeroInt);
  Value product = arith::MulFOp::create(b, loc, carried[0], carried[1]);
  Value result = arith::SelectOp::create(b, loc, isSet, product, carried[0]);
  Value square = arith::MulFOp::create(b, loc, carried[1], carried[1]);
  Value rest = arith::ShRUIOp::create(b, loc, carried[2], oneInt);
  scf::YieldOp::create(b, loc, ValueRange{result, square, rest});
  return loop.getResult(0);
}

class StepNumbersPass : public mlc::impl::StepNumbersBase<StepNumbersPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    Block &body = function.getBody().front();
    // What follows from the step's arguments alone, and of that what costs.
    SetVector<Operation *> known, costly;
    for (Operation &op : body.without_terminator()) {
      if (!isMemoryEffectFree(&op) || op.getNumRegions() != 0 ||
          llvm::any_of(op.getOperands(), [&](Value operand) {
            return operand.getDefiningOp() &&
                   !known.contains(operand.getDefiningOp());
          }))
        continue;
      known.insert(&op);
      if (isCostly(&op) || llvm::any_of(op.getOperands(), [&](Value operand) {
            return costly.contains(operand.getDefiningOp());
          }))
        costly.insert(&op);
    }
    if (costly.empty())
      return;
    // First of all, so that it comes before all that uses it.
    Operation *first = &body.front();
    for (Operation *op : known)
      if (op != first)
        op->moveBefore(first);
      else
        first = op->getNextNode();
    OpBuilder b(first);
    Location loc = function.getLoc();
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, loc, value);
    };
    // What is needed elsewhere gets a place in memory.
    SmallVector<std::pair<Value, Value>> places;
    for (Operation *op : costly)
      for (Value result : op->getResults()) {
        if (llvm::all_of(result.getUsers(), [&](Operation *user) {
              return costly.contains(user);
            }))
          continue;
        auto type = MemRefType::get({}, result.getType());
        places.emplace_back(result, memref::AllocOp::create(b, loc, type));
      }
    auto thread = scf::ParallelOp::create(b, loc, ValueRange{constant(0)},
                                          ValueRange{constant(1)},
                                          ValueRange{constant(1)});
    for (auto [result, place] : places)
      loadWhereUsed(b, result, place, costly);
    b.setInsertionPointToStart(thread.getBody());
    for (Operation *op : costly)
      op->moveBefore(thread.getBody()->getTerminator());
    b.setInsertionPoint(thread.getBody()->getTerminator());
    for (auto [result, place] : places)
      memref::StoreOp::create(b, loc, result, place, ValueRange());
    if (failed(expandPowers(thread)))
      signalPassFailure();
  }

  /// A block waits for the thread before the first load: it is at the first
  /// use, so that others work meanwhile.
  static void loadWhereUsed(OpBuilder &b, Value result, Value place,
                            const SetVector<Operation *> &costly) {
    OpBuilder::InsertionGuard guard(b);
    Block *body = result.getParentBlock();
    DenseMap<Operation *, Value> loads;
    for (OpOperand &use : llvm::make_early_inc_range(result.getUses())) {
      if (costly.contains(use.getOwner()))
        continue;
      Operation *user = body->findAncestorOpInBlock(*use.getOwner());
      Value &number = loads[user];
      if (!number) {
        b.setInsertionPoint(user);
        number = memref::LoadOp::create(b, result.getLoc(), place);
      }
      use.set(number);
    }
  }

  static LogicalResult expandPowers(scf::ParallelOp thread) {
    SmallVector<math::PowFOp> powers;
    thread.walk([&](math::PowFOp op) { powers.push_back(op); });
    for (math::PowFOp op : powers) {
      auto exponent = op.getRhs().getDefiningOp<arith::SIToFPOp>();
      if (!exponent)
        return op.emitError("expected a whole number as exponent");
      OpBuilder b(op);
      op.replaceAllUsesWith(
          powerOf(b, op.getLoc(), op.getLhs(), exponent.getIn()));
      op.erase();
    }
    return success();
  }
};

} // namespace
