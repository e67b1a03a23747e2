//===- GridBarriers.cpp - Blocks of a grid wait for one another -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launches.h"
#include "mlc/GpuPasses.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlc {
#define GEN_PASS_DEF_GRIDBARRIERS
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

/// LLVM's name, for NVIDIA's GPUs, of all threads of one of them.
static constexpr StringLiteral kAllBlocks = "device";

namespace {

class GridBarriersPass : public mlc::impl::GridBarriersBase<GridBarriersPass> {
  void runOnOperation() override {
    SmallVector<func::CallOp> calls, addresses;
    getOperation().walk([&](func::CallOp call) {
      if (call.getCallee() == kGridBarrier)
        calls.push_back(call);
      else if (call.getCallee() == kSharedAddress)
        addresses.push_back(call);
    });
    for (func::CallOp call : calls)
      lower(call);
    if (!addresses.empty())
      lowerAddresses(addresses);
    for (auto function :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function.getSymName() == kGridBarrier ||
          function.getSymName() == kSharedAddress)
        function.erase();
  }

  /// The memory is an array without a size: the launch says how much there is.
  void lowerAddresses(ArrayRef<func::CallOp> calls) {
    OpBuilder b = OpBuilder::atBlockBegin(getOperation().getBody());
    Type bytes = LLVM::LLVMArrayType::get(b.getI8Type(), 0);
    constexpr unsigned alignment = 16;
    auto memory = LLVM::GlobalOp::create(
        b, getOperation().getLoc(), bytes, /*isConstant=*/false,
        LLVM::Linkage::External, "mlc_shared", Attribute(), alignment,
        static_cast<unsigned>(NVVM::NVVMMemorySpace::Shared));
    for (func::CallOp call : calls) {
      b.setInsertionPoint(call);
      Value address = LLVM::AddressOfOp::create(b, call.getLoc(), memory);
      Value generic = LLVM::AddrSpaceCastOp::create(
          b, call.getLoc(), call.getResult(0).getType(), address);
      call.getResult(0).replaceAllUsesWith(generic);
      call.erase();
    }
  }

  static void lower(func::CallOp call) {
    OpBuilder b(call);
    Location loc = call.getLoc();
    gpu::BarrierOp::create(b, loc);
    Value thread = gpu::ThreadIdOp::create(b, loc, gpu::Dimension::x);
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    Value isFirst =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, thread, zero);
    auto branch = scf::IfOp::create(b, loc, isFirst);
    OpBuilder inner = branch.getThenBodyBuilder();
    waitForOtherBlocks(inner, loc, call.getOperand(0), call.getOperand(1));
    gpu::BarrierOp::create(b, loc);
    call.erase();
  }

  /// Emits what one thread of each block does. Its fence and its acquiring load
  /// count for the whole block, since the barriers of the block before and
  /// after order the other threads' accesses with them (PTX's memory model,
  /// causality order): the fence and the addition are a release, the last load
  /// an acquire.
  static void waitForOtherBlocks(OpBuilder &b, Location loc, Value counter,
                                 Value goal) {
    // LLVM's NVPTX drops the ordering of an addition, so the fence stands
    // alone.
    LLVM::FenceOp::create(b, loc, LLVM::AtomicOrdering::acq_rel, kAllBlocks);
    Value one = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(1));
    LLVM::AtomicRMWOp::create(b, loc, LLVM::AtomicBinOp::add, counter, one,
                              LLVM::AtomicOrdering::monotonic, kAllBlocks);
    auto wait = scf::WhileOp::create(b, loc, TypeRange(), ValueRange());
    {
      OpBuilder::InsertionGuard guard(b);
      b.createBlock(&wait.getBefore());
      constexpr unsigned bytes = 8;
      Value count = LLVM::LoadOp::create(
          b, loc, b.getI64Type(), counter, bytes, /*isVolatile=*/false,
          /*isNonTemporal=*/false, /*isInvariant=*/false,
          /*isInvariantGroup=*/false, LLVM::AtomicOrdering::acquire,
          kAllBlocks);
      Value isEarly =
          arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, count, goal);
      scf::ConditionOp::create(b, loc, isEarly, ValueRange());
      b.createBlock(&wait.getAfter());
      scf::YieldOp::create(b, loc);
    }
  }
};

} // namespace
