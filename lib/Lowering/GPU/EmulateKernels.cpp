//===- EmulateKernels.cpp - Kernels as functions for a CPU ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launches.h"
#include "mlc/GpuPasses.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/StringSet.h"

namespace mlc {
#define GEN_PASS_DEF_EMULATEKERNELS
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

/// Functions of the emulator (test/device/FakeCuda.cpp). The first three wait
/// for other threads.
static constexpr StringLiteral kShuffle = "mlc_emulated_shuffle";
static constexpr StringLiteral kBarrier = "mlc_emulated_barrier";
static constexpr StringLiteral kBlockBarrier = "mlc_emulated_block_barrier";
static constexpr StringLiteral kEmulatedPublish = "mlc_emulated_publish";
static constexpr StringLiteral kEmulatedAwait = "mlc_emulated_await";
static constexpr StringLiteral kShared = "mlc_emulated_shared";
static constexpr StringLiteral kThread = "mlc_emulated_thread";
static constexpr StringLiteral kBlock = "mlc_emulated_block";
static constexpr StringLiteral kBlocks = "mlc_emulated_blocks";
/// After the name of a kernel whose threads never wait for one another.
static constexpr StringLiteral kAlone = "_alone";

namespace {

class EmulateKernelsPass
    : public mlc::impl::EmulateKernelsBase<EmulateKernelsPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    OpBuilder b(&getContext());
    for (StringRef name : {kThread, kBlock, kBlocks})
      declare(b, name, {}, b.getI64Type());
    declare(b, kBarrier, {}, {});
    declare(b, kBlockBarrier, {}, {});
    declare(b, kShared, {}, LLVM::LLVMPointerType::get(&getContext()));
    declare(b, kShuffle, {b.getI32Type(), b.getI32Type()}, b.getI32Type());
    Type address = LLVM::LLVMPointerType::get(&getContext());
    declare(b, kEmulatedPublish, {address, b.getF32Type(), b.getI32Type()}, {});
    declare(b, kEmulatedAwait, {address, b.getI32Type()}, b.getF32Type());
    for (auto kernels :
         llvm::make_early_inc_range(module.getOps<gpu::GPUModuleOp>())) {
      waiting_.clear();
      for (StringRef name : {kShuffle, kBarrier, kBlockBarrier, kEmulatedAwait})
        waiting_.insert(name);
      for (auto function :
           llvm::make_early_inc_range(kernels.getOps<LLVM::LLVMFuncOp>()))
        if (failed(emulateFunction(b, function)))
          return signalPassFailure();
      for (auto kernel : kernels.getOps<gpu::GPUFuncOp>())
        if (failed(emulate(b, kernel)))
          return signalPassFailure();
      kernels.erase();
    }
  }

  void declare(OpBuilder &b, StringRef name, TypeRange arguments,
               TypeRange results) {
    b.setInsertionPointToStart(getOperation().getBody());
    auto function = func::FuncOp::create(b, getOperation().getLoc(), name,
                                         b.getFunctionType(arguments, results));
    function.setPrivate();
  }

  /// A function that kernels call.
  LogicalResult emulateFunction(OpBuilder &b, LLVM::LLVMFuncOp function) {
    function->moveBefore(getOperation().getBody(),
                         getOperation().getBody()->end());
    if (failed(replaceOps(b, function)))
      return failure();
    if (waits(function))
      waiting_.insert(function.getName());
    return success();
  }

  LogicalResult emulate(OpBuilder &b, gpu::GPUFuncOp kernel) {
    b.setInsertionPointToEnd(getOperation().getBody());
    auto function = func::FuncOp::create(b, kernel.getLoc(), kernel.getName(),
                                         kernel.getFunctionType());
    function.getBody().takeBody(kernel.getBody());
    if (failed(replaceOps(b, function)))
      return failure();
    // Threads that never wait need no stacks of their own.
    if (!waits(function))
      function.setSymName((kernel.getName() + kAlone).str());
    return success();
  }

  /// Whether its threads wait for one another.
  bool waits(Operation *function) const {
    return function
        ->walk([&](CallOpInterface call) {
          auto callee = dyn_cast<SymbolRefAttr>(call.getCallableForCallee());
          return waiting_.contains(callee.getLeafReference())
                     ? WalkResult::interrupt()
                     : WalkResult::advance();
        })
        .wasInterrupted();
  }

  static LogicalResult replaceOps(OpBuilder &b, Operation *function) {
    WalkResult walk = function->walk([&](Operation *op) {
      b.setInsertionPoint(op);
      if (isa<gpu::ReturnOp>(op)) {
        func::ReturnOp::create(b, op->getLoc());
        op->erase();
      } else if (auto thread = dyn_cast<gpu::ThreadIdOp>(op)) {
        replaceIndex(b, thread, kThread);
      } else if (auto block = dyn_cast<gpu::BlockIdOp>(op)) {
        replaceIndex(b, block, kBlock);
      } else if (auto blocks = dyn_cast<gpu::GridDimOp>(op)) {
        replaceIndex(b, blocks, kBlocks);
      } else if (auto call = dyn_cast<func::CallOp>(op);
                 call && call.getCallee() == kGridBarrier) {
        func::CallOp::create(b, op->getLoc(), kBarrier, TypeRange());
        op->erase();
      } else if (isa<gpu::BarrierOp>(op)) {
        func::CallOp::create(b, op->getLoc(), kBlockBarrier, TypeRange());
        op->erase();
      } else if (auto call = dyn_cast<func::CallOp>(op);
                 call && call.getCallee() == kSharedAddress) {
        call.setCallee(kShared);
      } else if (auto call = dyn_cast<func::CallOp>(op);
                 call && call.getCallee() == kPublish) {
        call.setCallee(kEmulatedPublish);
      } else if (auto call = dyn_cast<func::CallOp>(op);
                 call && call.getCallee() == kAwait) {
        call.setCallee(kEmulatedAwait);
      } else if (auto shuffle = dyn_cast<gpu::ShuffleOp>(op)) {
        if (failed(replaceShuffle(b, shuffle)))
          return WalkResult::interrupt();
      } else if (isa<gpu::GPUDialect>(op->getDialect())) {
        op->emitError("expected an op that can be emulated");
        return WalkResult::interrupt();
      }
      return WalkResult::advance();
    });
    return failure(walk.wasInterrupted());
  }

  static void replaceIndex(OpBuilder &b, Operation *op, StringRef name) {
    Value number = func::CallOp::create(b, op->getLoc(), name, b.getI64Type())
                       .getResult(0);
    op->getResult(0).replaceAllUsesWith(
        arith::IndexCastOp::create(b, op->getLoc(), b.getIndexType(), number));
    op->erase();
  }

  static LogicalResult replaceShuffle(OpBuilder &b, gpu::ShuffleOp op) {
    Location loc = op.getLoc();
    Type type = op.getValue().getType();
    if (op.getMode() != gpu::ShuffleMode::XOR ||
        type.getIntOrFloatBitWidth() != 32 || !op.getValid().use_empty())
      return op.emitError("expected an exchange of 32 bits by xor");
    Value bits = op.getValue();
    if (!type.isInteger())
      bits = arith::BitcastOp::create(b, loc, b.getI32Type(), bits);
    bits = func::CallOp::create(b, loc, kShuffle, b.getI32Type(),
                                ValueRange{bits, op.getOffset()})
               .getResult(0);
    if (!type.isInteger())
      bits = arith::BitcastOp::create(b, loc, type, bits);
    op.getShuffleResult().replaceAllUsesWith(bits);
    op.erase();
    return success();
  }

  /// Functions in which threads wait for one another.
  llvm::StringSet<> waiting_;
};

} // namespace
