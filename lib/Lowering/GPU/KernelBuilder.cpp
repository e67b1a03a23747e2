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
  return arith::ConstantIndexOp::create(b_, loc_, value);
}

/// Blocks of a launch that a multiprocessor can have at once: half the threads
/// that it has places for. Without a number ptxas would rather spill a register
/// or two than use more than leave room for all.
static constexpr int32_t kLaunchBlocks = 4;

/// An empty kernel of which a multiprocessor can run `blocksAtOnce`; the
/// builder stands at its end.
gpu::GPUFuncOp KernelBuilder::begin(StringRef name, int32_t blocksAtOnce) {
  values_.clear();
  Type pointer = LLVM::LLVMPointerType::get(b_.getContext());
  kernel_ = gpu::GPUFuncOp::create(
      b_, loc_, name, b_.getFunctionType({pointer, b_.getI64Type()}, {}));
  kernel_->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b_.getUnitAttr());
  kernel_->setAttr(kStepName, b_.getStringAttr(step_.getSymName()));
  kernel_.setKnownBlockSizeAttr(
      b_.getDenseI32ArrayAttr({static_cast<int32_t>(kBlockThreads), 1, 1}));
  kernel_->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                   b_.getI32IntegerAttr(blocksAtOnce));
  b_.setInsertionPointToStart(&kernel_.getBody().front());
  block_ = gpu::BlockIdOp::create(b_, loc_, gpu::Dimension::x);
  thread_ = gpu::ThreadIdOp::create(b_, loc_, gpu::Dimension::x);
  b_.setInsertionPoint(gpu::ReturnOp::create(b_, loc_));
  return kernel_;
}

int64_t KernelBuilder::blocksOf(const Level &level) const {
  int64_t count = 0;
  for (Operation *op : level)
    count += ThreadWork(op, batch_).blocks;
  return count;
}

LogicalResult KernelBuilder::buildLaunch(StringRef name, const Level &level) {
  OpBuilder::InsertionGuard guard(b_);
  begin(name, kLaunchBlocks);
  kernel_.setKnownGridSizeAttr(
      b_.getDenseI32ArrayAttr({static_cast<int32_t>(blocksOf(level)), 1, 1}));
  KernelArguments made(b_, step_, kernel_.getArgument(0),
                       kernel_.getArgument(1), batch_, tables_);
  arguments_ = &made;
  return emitBlock(level, block_);
}

LogicalResult KernelBuilder::buildSteps(StringRef name,
                                        ArrayRef<Level> levels) {
  OpBuilder::InsertionGuard guard(b_);
  // A block on each multiprocessor is enough: more would have fewer registers,
  // and more to wait for.
  begin(name, /*blocksAtOnce=*/1);
  int64_t most = 1;
  for (const Level &level : levels)
    most = std::max(most, blocksOf(level));
  kernel_->setAttr(kMostBlocks, b_.getI64IntegerAttr(most));
  blocks_ = gpu::GridDimOp::create(b_, loc_, gpu::Dimension::x);
  scf::ForOp loop = loopOverSteps();
  KernelArguments made(b_, step_, kernel_.getArgument(0), stepIn(loop), batch_,
                       tables_);
  made.hoist(loop);
  arguments_ = &made;
  return emitStep(levels, loop.getInductionVar());
}

/// A loop over as many steps as the kernel is told; the builder stands after
/// it.
scf::ForOp KernelBuilder::loopOverSteps() {
  Value count = arith::IndexCastOp::create(b_, loc_, b_.getIndexType(),
                                           kernel_.getArgument(1));
  return scf::ForOp::create(b_, loc_, index(0), count, index(1));
}

/// The number of the loop's step; the builder stands at its end.
Value KernelBuilder::stepIn(scf::ForOp loop) {
  b_.setInsertionPoint(loop.getBody()->getTerminator());
  return arith::IndexCastOp::create(b_, loc_, b_.getI64Type(),
                                    loop.getInductionVar());
}

LogicalResult KernelBuilder::emitStep(ArrayRef<Level> levels, Value step) {
  Value barriers = arith::MulIOp::create(b_, loc_, step, index(levels.size()));
  for (auto [number, level] : llvm::enumerate(levels)) {
    // Each level reads numbers again, as where it is a launch of its own: none
    // takes a register while blocks wait.
    values_.clear();
    OpBuilder::InsertionGuard guard(b_);
    for (Operation *op : level) {
      IRMapping mapping;
      if (failed(materializeUses(op, mapping)))
        return failure();
    }
    auto loop =
        scf::ForOp::create(b_, loc_, block_, index(blocksOf(level)), blocks_);
    emitMeeting(barriers, number + 1);
    b_.setInsertionPoint(loop.getBody()->getTerminator());
    if (failed(emitBlock(level, loop.getInductionVar())))
      return failure();
  }
  return success();
}

/// All blocks wait for one another, for the so-manieth time in a step.
void KernelBuilder::emitMeeting(Value before, int64_t number) {
  Value counter = LLVM::GEPOp::create(
      b_, loc_, LLVM::LLVMPointerType::get(b_.getContext()), b_.getI64Type(),
      kernel_.getArgument(0), ArrayRef<LLVM::GEPArg>{MlcDeviceCall_barrier});
  Value done = arith::AddIOp::create(b_, loc_, before, index(number));
  Value goal = arith::MulIOp::create(b_, loc_, done, blocks_);
  func::CallOp::create(
      b_, loc_, kGridBarrier, TypeRange(),
      ValueRange{counter,
                 arith::IndexCastOp::create(b_, loc_, b_.getI64Type(), goal)});
}

LogicalResult KernelBuilder::emitBlock(const Level &level, Value block) {
  OpBuilder::InsertionGuard guard(b_);
  Operation *end = &*b_.getInsertionPoint();
  int64_t count = 0;
  for (Operation *op : level) {
    b_.setInsertionPoint(end);
    IRMapping mapping;
    if (failed(materializeUses(op, mapping)))
      return failure();
    ThreadWork shape(op, batch_);
    Value from = index(count);
    count += shape.blocks;
    Block *body = level.size() == 1 ? nullptr : rangeOf(block, from, count);
    if (body)
      b_.setInsertionPointToStart(body);
    Value own = arith::SubIOp::create(b_, loc_, block, from);
    if (failed(equal_.emit(op, mapping, own, thread_, batch_)))
      return failure();
  }
  return success();
}

/// What the blocks from `from` to `to` do.
Block *KernelBuilder::rangeOf(Value block, Value from, int64_t to) {
  Value last = index(to);
  Value isFrom =
      arith::CmpIOp::create(b_, loc_, arith::CmpIPredicate::uge, block, from);
  Value isTo =
      arith::CmpIOp::create(b_, loc_, arith::CmpIPredicate::ult, block, last);
  Value isOwn = arith::AndIOp::create(b_, loc_, isFrom, isTo);
  return scf::IfOp::create(b_, loc_, isOwn).thenBlock();
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
  if (Value known = values_.lookup(value))
    return known;
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    Value made = arguments_->valueOf(argument);
    if (!made)
      mlir::emitError(argument.getLoc(), "expected a role that the runtime "
                                         "knows for argument ")
          << argument.getArgNumber();
    return values_[value] = made;
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
  Operation *clone = b_.clone(*op, mapping);
  for (auto [old, result] :
       llvm::zip_equal(op->getResults(), clone->getResults()))
    values_[old] = result;
  return values_[value];
}
