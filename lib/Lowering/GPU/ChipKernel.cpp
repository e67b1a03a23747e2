//===- ChipKernel.cpp - A block's program as a kernel ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"
#include "Launches.h"
#include "ThreadWork.h"
#include "dialects/Spmd/Spmd.h"
#include "lib/Lowering/MemRefAt.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlc;

LogicalResult KernelBuilder::buildChip(StringRef name) {
  OpBuilder::InsertionGuard guard(b_);
  // A block on each multiprocessor has the most of its memory and registers.
  begin(name, /*blocksAtOnce=*/1);
  kernel_->setAttr(kSharedBytes, step_->getAttr(kSharedBytes));
  blocks_ = gpu::GridDimOp::create(b_, loc_, gpu::Dimension::x);
  if (failed(emitOnce(kBegin)))
    return failure();
  if (step_->hasAttr(kByWords)) // What is awaited has been set to 0.
    emitMeeting(index(0), 1);
  else
    gpu::BarrierOp::create(b_, loc_);
  scf::ForOp loop = loopOverSteps();
  gpu::BarrierOp::create(b_, loc_);
  if (failed(emitOnce(kEnd)))
    return failure();
  return emitChipStep(loop);
}

/// What a block knows of itself.
void KernelBuilder::beginBlock() {
  values_.clear();
  Type address = LLVM::LLVMPointerType::get(b_.getContext());
  LLVMTypeConverter types(b_.getContext());
  for (BlockArgument argument : step_.getArguments()) {
    StringRef role = steps::roleOf(argument);
    if (role == steps::kWorker)
      values_[argument] = block_;
    else if (role == steps::kWorkers)
      values_[argument] = blocks_;
    else if (role == steps::kBarrier) // how blocks meet, they know
      values_[argument] = LLVM::ZeroOp::create(b_, loc_, address);
    else if (role == steps::kSharedMemory)
      values_[argument] = memrefAt(
          b_, loc_, types,
          func::CallOp::create(b_, loc_, kSharedAddress, address).getResult(0),
          cast<MemRefType>(argument.getType()),
          index(std::numeric_limits<int32_t>::max()));
  }
}

/// The ops that are done where a launch begins, or ends.
LogicalResult KernelBuilder::emitOnce(StringRef when) {
  Value none = arith::ConstantIntOp::create(b_, loc_, 0, 64);
  KernelArguments made(b_, step_, kernel_.getArgument(0), none, batch_,
                       tables_);
  arguments_ = &made;
  beginBlock();
  for (auto op : step_.getBody().front().getOps<linalg::LinalgOp>()) {
    auto once = op->getAttrOfType<StringAttr>(kOnce);
    if (!once || once != when)
      continue;
    IRMapping mapping;
    if (failed(materializeUses(op, mapping)) ||
        failed(ThreadWork(op).emitAll(b_, mapping, thread_)))
      return failure();
  }
  return success();
}

LogicalResult KernelBuilder::emitChipStep(scf::ForOp loop) {
  OpBuilder::InsertionGuard guard(b_);
  KernelArguments made(b_, step_, kernel_.getArgument(0), stepIn(loop), batch_,
                       tables_);
  made.hoist(loop);
  arguments_ = &made;
  beginBlock();
  IRMapping mapping;
  for (BlockArgument argument : step_.getArguments()) {
    Value known = materialize(argument);
    if (!known)
      return failure();
    mapping.map(argument, known);
  }
  for (Operation &op : step_.getBody().front().without_terminator())
    if (!op.hasAttr(kOnce))
      b_.clone(op, mapping);
  if (failed(shareOut(loop)))
    return failure();
  callForWords(loop);
  meet(loop);
  return success();
}

/// The address of a word.
Value KernelBuilder::addressOf(Value words, ValueRange indices) {
  Value number = index(0);
  for (auto [place, size] :
       llvm::zip_equal(indices, cast<MemRefType>(words.getType()).getShape())) {
    Value before = arith::MulIOp::create(b_, loc_, number, index(size));
    number = arith::AddIOp::create(b_, loc_, before, place);
  }
  constexpr int64_t bytes = 8;
  Value skipped = arith::MulIOp::create(b_, loc_, number, index(bytes));
  Value begin = memref::ExtractAlignedPointerAsIndexOp::create(b_, loc_, words);
  Value address = arith::IndexCastOp::create(
      b_, loc_, b_.getI64Type(),
      arith::AddIOp::create(b_, loc_, begin, skipped));
  return LLVM::IntToPtrOp::create(
      b_, loc_, LLVM::LLVMPointerType::get(b_.getContext()), address,
      /*dereferenceable=*/{});
}

/// What threads publish and await is of the loop's step. Steps have their
/// numbers in the launch, from 1: words begin as 0.
void KernelBuilder::callForWords(scf::ForOp loop) {
  SmallVector<Operation *> ops;
  loop.getBody()->walk([&](Operation *op) {
    if (isa<spmd::PublishOp, spmd::AwaitOp>(op))
      ops.push_back(op);
  });
  if (ops.empty())
    return;
  b_.setInsertionPointToStart(loop.getBody());
  Value number = arith::IndexCastOp::create(
      b_, loc_, b_.getI32Type(),
      arith::AddIOp::create(b_, loc_, loop.getInductionVar(), index(1)));
  for (Operation *op : ops) {
    b_.setInsertionPoint(op);
    if (auto publish = dyn_cast<spmd::PublishOp>(op)) {
      Value address = addressOf(publish.getWords(), publish.getIndices());
      func::CallOp::create(b_, loc_, kPublish, TypeRange(),
                           ValueRange{address, publish.getValue(), number});
    } else {
      auto await = cast<spmd::AwaitOp>(op);
      Value address = addressOf(await.getWords(), await.getIndices());
      auto call = func::CallOp::create(b_, loc_, kAwait, b_.getF32Type(),
                                       ValueRange{address, number});
      await.getResult().replaceAllUsesWith(call.getResult(0));
    }
    b_.eraseOp(op);
  }
}

/// Has the block's threads share out what one worker does in a step.
LogicalResult KernelBuilder::shareOut(scf::ForOp loop) {
  SmallVector<Operation *> ops;
  loop.getBody()->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (!isa<linalg::LinalgOp, scf::ParallelOp, memref::StoreOp,
             gpu::BarrierOp>(op))
      return WalkResult::advance();
    ops.push_back(op);
    return WalkResult::skip();
  });
  // Small ops between two barriers are for different warps.
  int64_t used = 0;
  for (Operation *op : ops) {
    b_.setInsertionPoint(op);
    if (isa<gpu::BarrierOp>(op)) {
      used = 0;
      continue;
    }
    if (isa<memref::StoreOp>(op)) {
      Value isFirst = arith::CmpIOp::create(b_, loc_, arith::CmpIPredicate::eq,
                                            thread_, index(0));
      auto branch = scf::IfOp::create(b_, loc_, isFirst);
      op->moveBefore(branch.thenBlock()->getTerminator());
      continue;
    }
    if (!op->hasAttr(kTeam))
      return op->emitError("expected the attribute ") << kTeam;
    const ThreadWork work(op);
    Value moved =
        arith::AddIOp::create(b_, loc_, thread_, index(kBlockThreads - used));
    Value own = arith::RemUIOp::create(b_, loc_, moved, index(kBlockThreads));
    IRMapping none;
    if (failed(work.emitAll(b_, none, used == 0 ? thread_ : own)))
      return failure();
    constexpr int64_t warp = 32;
    used = (used + static_cast<int64_t>(
                       llvm::alignTo(work.elements * work.team, warp))) %
           kBlockThreads;
    b_.eraseOp(op);
  }
  return success();
}

/// Where workers meet, blocks do. What crosses them has two copies, for odd and
/// even steps (PlanWorkspace): a block may write its part of one while others,
/// which passed the same barrier, still read the other; to write that again it
/// has to pass the next one first, at which all have arrived when they are done
/// with reading. So one barrier a step is enough, where that is how often data
/// crosses (BarrierPlan).
void KernelBuilder::meet(scf::ForOp loop) {
  SmallVector<func::CallOp> meetings;
  loop.getBody()->walk([&](func::CallOp call) {
    if (call.getCallee() == steps::kBarrierFunction)
      meetings.push_back(call);
  });
  for (auto [number, call] : llvm::enumerate(meetings)) {
    b_.setInsertionPoint(call);
    Value before = arith::MulIOp::create(b_, loc_, loop.getInductionVar(),
                                         index(meetings.size()));
    emitMeeting(before, number + 1);
    b_.eraseOp(call);
  }
}
