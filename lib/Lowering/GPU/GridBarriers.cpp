//===- GridBarriers.cpp - Blocks of a grid wait for one another -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelArguments.h"
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
/// Of what other blocks wait for.
static constexpr unsigned kWordBytes = 8;

namespace {

class GridBarriersPass : public mlc::impl::GridBarriersBase<GridBarriersPass> {
  void runOnOperation() override {
    SmallVector<func::CallOp> calls, addresses, words;
    getOperation().walk([&](func::CallOp call) {
      if (call.getCallee() == kGridBarrier)
        calls.push_back(call);
      else if (call.getCallee() == kSharedAddress)
        addresses.push_back(call);
      else if (call.getCallee() == kPublish || call.getCallee() == kAwait)
        words.push_back(call);
    });
    for (func::CallOp call : calls)
      lower(call);
    for (func::CallOp call : words)
      call.getCallee() == kPublish ? publish(call) : await(call);
    if (!addresses.empty())
      lowerAddresses(addresses);
    for (auto function :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (llvm::is_contained({kGridBarrier, kSharedAddress, kPublish, kAwait},
                             function.getSymName()))
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

  /// A word: the step's number above, the value's bits below.
  static constexpr int64_t kNumberBits = 32;

  /// A pointer to global memory, as words are there.
  static Value globalAddress(OpBuilder &b, Location loc, Value address) {
    return LLVM::AddrSpaceCastOp::create(
        b, loc, LLVM::LLVMPointerType::get(b.getContext(), kGlobalMemory),
        address);
  }

  static void publish(func::CallOp call) {
    OpBuilder b(call);
    Location loc = call.getLoc();
    Type word = b.getI64Type();
    Value bits =
        arith::BitcastOp::create(b, loc, b.getI32Type(), call.getOperand(1));
    Value number = arith::ExtUIOp::create(b, loc, word, call.getOperand(2));
    Value above = arith::ShLIOp::create(
        b, loc, number,
        arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(kNumberBits)));
    Value both = arith::OrIOp::create(
        b, loc, above, arith::ExtUIOp::create(b, loc, word, bits));
    LLVM::StoreOp::create(b, loc, both,
                          globalAddress(b, loc, call.getOperand(0)), kWordBytes,
                          /*isVolatile=*/false,
                          /*isNonTemporal=*/false, /*isInvariantGroup=*/false,
                          LLVM::AtomicOrdering::monotonic, kAllBlocks);
    call.erase();
  }

  static void await(func::CallOp call) {
    OpBuilder b(call);
    Location loc = call.getLoc();
    Value address = globalAddress(b, loc, call.getOperand(0));
    Type half = b.getI32Type();
    auto wait = scf::WhileOp::create(b, loc, half, ValueRange());
    {
      OpBuilder::InsertionGuard guard(b);
      b.createBlock(&wait.getBefore());
      Value word = load(b, loc, address, LLVM::AtomicOrdering::monotonic);
      Value above = arith::ShRUIOp::create(
          b, loc, word,
          arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(kNumberBits)));
      Value isOther = arith::CmpIOp::create(
          b, loc, arith::CmpIPredicate::ne,
          arith::TruncIOp::create(b, loc, half, above), call.getOperand(1));
      Value bits = arith::TruncIOp::create(b, loc, half, word);
      scf::ConditionOp::create(b, loc, isOther, bits);
      b.createBlock(&wait.getAfter(), {}, half, loc);
      scf::YieldOp::create(b, loc);
    }
    call.getResult(0).replaceAllUsesWith(
        arith::BitcastOp::create(b, loc, b.getF32Type(), wait.getResult(0)));
    call.erase();
  }

  static Value load(OpBuilder &b, Location loc, Value address,
                    LLVM::AtomicOrdering ordering) {
    return LLVM::LoadOp::create(b, loc, b.getI64Type(), address, kWordBytes,
                                /*isVolatile=*/false, /*isNonTemporal=*/false,
                                /*isInvariant=*/false,
                                /*isInvariantGroup=*/false, ordering,
                                kAllBlocks);
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
      Value count = load(b, loc, counter, LLVM::AtomicOrdering::acquire);
      Value isEarly =
          arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, count, goal);
      scf::ConditionOp::create(b, loc, isEarly, ValueRange());
      b.createBlock(&wait.getAfter());
      scf::YieldOp::create(b, loc);
    }
  }
};

} // namespace
