//===- ChipKernel.cpp - A block's program as a kernel ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"
#include "Launches.h"
#include "ThreadWork.h"
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
  OpBuilder::InsertionGuard guard(b);
  // A block on each multiprocessor has the most of its memory and registers.
  begin(name, /*blocksAtOnce=*/1);
  kernel->setAttr(kSharedBytes, step->getAttr(kSharedBytes));
  blocks = gpu::GridDimOp::create(b, loc, gpu::Dimension::x);
  if (failed(emitOnce(kBegin)))
    return failure();
  gpu::BarrierOp::create(b, loc);
  scf::ForOp loop = loopOverSteps();
  gpu::BarrierOp::create(b, loc);
  if (failed(emitOnce(kEnd)))
    return failure();
  return emitChipStep(loop);
}

/// What a block knows of itself.
void KernelBuilder::beginBlock() {
  values.clear();
  Type address = LLVM::LLVMPointerType::get(b.getContext());
  LLVMTypeConverter types(b.getContext());
  for (BlockArgument argument : step.getArguments()) {
    StringRef role = steps::roleOf(argument);
    if (role == steps::kWorker)
      values[argument] = block;
    else if (role == steps::kWorkers)
      values[argument] = blocks;
    else if (role == steps::kBarrier) // how blocks meet, they know
      values[argument] = LLVM::ZeroOp::create(b, loc, address);
    else if (role == steps::kSharedMemory)
      values[argument] = memrefAt(
          b, loc, types,
          func::CallOp::create(b, loc, kSharedAddress, address).getResult(0),
          cast<MemRefType>(argument.getType()),
          index(std::numeric_limits<int32_t>::max()));
  }
}

/// The copies that are done where a launch begins, or ends.
LogicalResult KernelBuilder::emitOnce(StringRef when) {
  Value none = arith::ConstantIntOp::create(b, loc, 0, 64);
  KernelArguments made(b, step, kernel.getArgument(0), none, batch, tables);
  arguments = &made;
  beginBlock();
  for (auto copy : step.getBody().front().getOps<linalg::CopyOp>()) {
    auto once = copy->getAttrOfType<StringAttr>(kOnce);
    if (!once || once != when)
      continue;
    IRMapping mapping;
    if (failed(materializeUses(copy, mapping)) ||
        failed(ThreadWork(copy).emitAll(b, mapping, thread)))
      return failure();
  }
  return success();
}

LogicalResult KernelBuilder::emitChipStep(scf::ForOp loop) {
  OpBuilder::InsertionGuard guard(b);
  KernelArguments made(b, step, kernel.getArgument(0), stepIn(loop), batch,
                       tables);
  made.hoist(loop);
  arguments = &made;
  beginBlock();
  IRMapping mapping;
  for (BlockArgument argument : step.getArguments()) {
    Value known = materialize(argument);
    if (!known)
      return failure();
    mapping.map(argument, known);
  }
  for (Operation &op : step.getBody().front().without_terminator())
    if (!op.hasAttr(kOnce))
      b.clone(op, mapping);
  if (failed(shareOut(loop)))
    return failure();
  meet(loop);
  return success();
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
    b.setInsertionPoint(op);
    if (isa<gpu::BarrierOp>(op)) {
      used = 0;
      continue;
    }
    if (isa<memref::StoreOp>(op)) {
      Value isFirst = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq,
                                            thread, index(0));
      auto branch = scf::IfOp::create(b, loc, isFirst);
      op->moveBefore(branch.thenBlock()->getTerminator());
      continue;
    }
    if (!op->hasAttr(kTeam))
      return op->emitError("expected the attribute ") << kTeam;
    const ThreadWork work(op);
    Value moved =
        arith::AddIOp::create(b, loc, thread, index(kBlockThreads - used));
    Value own = arith::RemUIOp::create(b, loc, moved, index(kBlockThreads));
    IRMapping none;
    if (failed(work.emitAll(b, none, used == 0 ? thread : own)))
      return failure();
    constexpr int64_t warp = 32;
    used = (used + static_cast<int64_t>(
                       llvm::alignTo(work.elements * work.team, warp))) %
           kBlockThreads;
    b.eraseOp(op);
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
    b.setInsertionPoint(call);
    Value before = arith::MulIOp::create(b, loc, loop.getInductionVar(),
                                         index(meetings.size()));
    emitMeeting(before, number + 1);
    b.eraseOp(call);
  }
}
