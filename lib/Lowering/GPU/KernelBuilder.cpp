//===- KernelBuilder.cpp - Builds kernels of a step -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"
#include "Launches.h"
#include "ThreadWork.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlc;

Value KernelBuilder::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

/// Blocks of a launch that a multiprocessor can have at once: half the threads
/// that it has places for. Without a number ptxas would rather spill a register
/// or two than use more than leave room for all.
static constexpr int32_t kLaunchBlocks = 4;

/// An empty kernel of which a multiprocessor can run `blocksAtOnce`; the
/// builder stands at its end.
gpu::GPUFuncOp KernelBuilder::begin(StringRef name, int32_t blocksAtOnce) {
  values.clear();
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  kernel = gpu::GPUFuncOp::create(
      b, loc, name, b.getFunctionType({pointer, b.getI64Type()}, {}));
  kernel->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  kernel->setAttr(kStepName, b.getStringAttr(step.getSymName()));
  kernel.setKnownBlockSizeAttr(
      b.getDenseI32ArrayAttr({static_cast<int32_t>(kBlockThreads), 1, 1}));
  kernel->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                  b.getI32IntegerAttr(blocksAtOnce));
  b.setInsertionPointToStart(&kernel.getBody().front());
  block = gpu::BlockIdOp::create(b, loc, gpu::Dimension::x);
  thread = gpu::ThreadIdOp::create(b, loc, gpu::Dimension::x);
  b.setInsertionPoint(gpu::ReturnOp::create(b, loc));
  return kernel;
}

int64_t KernelBuilder::blocksOf(const Level &level) const {
  int64_t count = 0;
  for (Operation *op : level)
    count += ThreadWork(op, batch).blocks;
  return count;
}

LogicalResult KernelBuilder::buildLaunch(StringRef name, const Level &level) {
  OpBuilder::InsertionGuard guard(b);
  begin(name, kLaunchBlocks);
  kernel.setKnownGridSizeAttr(
      b.getDenseI32ArrayAttr({static_cast<int32_t>(blocksOf(level)), 1, 1}));
  KernelArguments made(b, step, kernel.getArgument(0), kernel.getArgument(1),
                       batch, tables);
  arguments = &made;
  return emitBlock(level, block);
}

LogicalResult KernelBuilder::buildSteps(StringRef name,
                                        ArrayRef<Level> levels) {
  OpBuilder::InsertionGuard guard(b);
  // A block on each multiprocessor is enough: more would have fewer registers,
  // and more to wait for.
  begin(name, /*blocksAtOnce=*/1);
  int64_t most = 1;
  for (const Level &level : levels)
    most = std::max(most, blocksOf(level));
  kernel->setAttr(kMostBlocks, b.getI64IntegerAttr(most));
  blocks = gpu::GridDimOp::create(b, loc, gpu::Dimension::x);
  scf::ForOp loop = loopOverSteps();
  KernelArguments made(b, step, kernel.getArgument(0), stepIn(loop), batch,
                       tables);
  made.hoist(loop);
  arguments = &made;
  return emitStep(levels, loop.getInductionVar());
}

/// A loop over as many steps as the kernel is told; the builder stands after
/// it.
scf::ForOp KernelBuilder::loopOverSteps() {
  Value count = arith::IndexCastOp::create(b, loc, b.getIndexType(),
                                           kernel.getArgument(1));
  return scf::ForOp::create(b, loc, index(0), count, index(1));
}

/// The number of the loop's step; the builder stands at its end.
Value KernelBuilder::stepIn(scf::ForOp loop) {
  b.setInsertionPoint(loop.getBody()->getTerminator());
  return arith::IndexCastOp::create(b, loc, b.getI64Type(),
                                    loop.getInductionVar());
}

LogicalResult KernelBuilder::emitStep(ArrayRef<Level> levels, Value step) {
  Value barriers = arith::MulIOp::create(b, loc, step, index(levels.size()));
  for (auto [number, level] : llvm::enumerate(levels)) {
    // Numbers in memory are read again.
    values.clear();
    OpBuilder::InsertionGuard guard(b);
    for (Operation *op : level) {
      IRMapping mapping;
      if (failed(materializeUses(op, mapping)))
        return failure();
    }
    auto loop =
        scf::ForOp::create(b, loc, block, index(blocksOf(level)), blocks);
    emitMeeting(barriers, number + 1);
    b.setInsertionPoint(loop.getBody()->getTerminator());
    if (failed(emitBlock(level, loop.getInductionVar())))
      return failure();
  }
  return success();
}

/// All blocks wait for one another, for the so-manieth time in a step.
void KernelBuilder::emitMeeting(Value before, int64_t number) {
  Value counter = LLVM::GEPOp::create(
      b, loc, LLVM::LLVMPointerType::get(b.getContext()), b.getI64Type(),
      kernel.getArgument(0), ArrayRef<LLVM::GEPArg>{MlcDeviceCall_barrier});
  Value done = arith::AddIOp::create(b, loc, before, index(number));
  Value goal = arith::MulIOp::create(b, loc, done, blocks);
  func::CallOp::create(b, loc, kGridBarrier, TypeRange(),
                       ValueRange{counter, arith::IndexCastOp::create(
                                               b, loc, b.getI64Type(), goal)});
}

LogicalResult KernelBuilder::emitBlock(const Level &level, Value block) {
  OpBuilder::InsertionGuard guard(b);
  Operation *end = &*b.getInsertionPoint();
  int64_t count = 0;
  for (Operation *op : level) {
    b.setInsertionPoint(end);
    IRMapping mapping;
    if (failed(materializeUses(op, mapping)))
      return failure();
    ThreadWork shape(op, batch);
    Value from = index(count);
    count += shape.blocks;
    Block *body = level.size() == 1 ? nullptr : rangeOf(block, from, count);
    if (body)
      b.setInsertionPointToStart(body);
    Value own = arith::SubIOp::create(b, loc, block, from);
    if (failed(equal.emit(op, mapping, own, thread, batch)))
      return failure();
  }
  return success();
}

/// What the blocks from `from` to `to` do.
Block *KernelBuilder::rangeOf(Value block, Value from, int64_t to) {
  Value last = index(to);
  Value isFrom =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, block, from);
  Value isTo =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, block, last);
  Value isOwn = arith::AndIOp::create(b, loc, isFrom, isTo);
  return scf::IfOp::create(b, loc, isOwn).thenBlock();
}

/// Makes all that `op` uses from outside known to the kernel.
LogicalResult KernelBuilder::materializeUses(Operation *op,
                                             IRMapping &mapping) {
  SetVector<Value> used(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), used);
  for (Value value : used) {
    Value known = materialize(value);
    if (!known)
      return failure();
    mapping.map(value, known);
  }
  return success();
}

/// The value inside of the kernel; null where an error has been emitted.
Value KernelBuilder::materialize(Value value) {
  if (Value known = values.lookup(value))
    return known;
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    Value made = arguments->valueOf(argument);
    if (!made)
      mlir::emitError(argument.getLoc(), "expected a role that the runtime "
                                         "knows for argument ")
          << argument.getArgNumber();
    return values[value] = made;
  }
  Operation *op = value.getDefiningOp();
  if (isThreadWork(*op) || op->getNumRegions() != 0) {
    op->emitError("expected an op that each thread can do for itself");
    return {};
  }
  IRMapping mapping;
  for (Value operand : op->getOperands()) {
    Value known = materialize(operand);
    if (!known)
      return {};
    mapping.map(operand, known);
  }
  Operation *clone = b.clone(*op, mapping);
  for (auto [old, result] :
       llvm::zip_equal(op->getResults(), clone->getResults()))
    values[old] = result;
  return values[value];
}
