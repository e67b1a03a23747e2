//===- EpochOrder.cpp - The kernel that orders an epoch's rows ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EpochOrder.h"
#include "KernelArguments.h"
#include "Launches.h"
#include "lib/Linalg/Philox.h"
#include "mlc/RuntimeABI.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlc;

namespace {

/// Blocks of the launch: their threads take turns where rows are more.
constexpr int32_t kOrderBlocks = 128;

/// Builds the body of the kernel; all numbers are i64.
class OrderBuilder {
public:
  OrderBuilder(OpBuilder &b, Location loc, gpu::GPUFuncOp kernel)
      : b_(b), loc_(loc), slots_(kernel.getArgument(0)),
        epoch_(kernel.getArgument(1)) {}

  void build() {
    Value thread =
        integer(gpu::ThreadIdOp::create(b_, loc_, gpu::Dimension::x));
    Value block = integer(gpu::BlockIdOp::create(b_, loc_, gpu::Dimension::x));
    Value first = add(mul(block, constant(kBlockThreads)), thread);
    count_ = slot(MlcOrder_count);
    seed_ = slot(MlcOrder_seed);
    purpose_ = slot(MlcOrder_purpose);
    rightBits_ = slot(MlcOrder_right_bits);
    leftMask_ = maskOf(slot(MlcOrder_left_bits));
    rightMask_ = maskOf(rightBits_);
    rounds_ = slot(MlcOrder_rounds);
    Value rows = pointer(MlcOrder_rows), result = pointer(MlcOrder_result);
    auto loop = scf::ForOp::create(b_, loc_, first, count_,
                                   constant(kOrderBlocks * kBlockThreads));
    OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPoint(loop.getBody()->getTerminator());
    Value place = loop.getInductionVar();
    Value row = LLVM::LoadOp::create(b_, loc_, b_.getI32Type(),
                                     element(rows, permuted(place)));
    LLVM::StoreOp::create(b_, loc_, row, element(result, place));
  }

private:
  /// Encrypts until the state falls into the range.
  Value permuted(Value place) {
    Type i64 = b_.getI64Type();
    auto loop = scf::WhileOp::create(b_, loc_, i64, place);
    OpBuilder::InsertionGuard guard(b_);
    b_.createBlock(&loop.getBefore(), {}, i64, loc_);
    Value state = encrypted(loop.getBeforeArguments()[0]);
    Value isOutside = arith::CmpIOp::create(b_, loc_, arith::CmpIPredicate::uge,
                                            state, count_);
    scf::ConditionOp::create(b_, loc_, isOutside, state);
    b_.createBlock(&loop.getAfter(), {}, i64, loc_);
    scf::YieldOp::create(b_, loc_, loop.getAfterArguments());
    return loop.getResult(0);
  }

  /// The rounds of the network; the halves and their masks change places.
  Value encrypted(Value state) {
    auto loop = scf::ForOp::create(
        b_, loc_, constant(0), rounds_, constant(1),
        ValueRange{arith::AndIOp::create(b_, loc_, state, rightMask_),
                   arith::ShRUIOp::create(b_, loc_, state, rightBits_),
                   rightMask_, leftMask_});
    OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(loop.getBody());
    ValueRange halves = loop.getRegionIterArgs();
    Value from = halves[0], to = halves[1], fromMask = halves[2],
          toMask = halves[3];
    Value bits = arith::AndIOp::create(
        b_, loc_, word(loop.getInductionVar(), from), toMask);
    Value mixed = arith::XOrIOp::create(b_, loc_, to, bits);
    scf::YieldOp::create(b_, loc_, ValueRange{mixed, from, toMask, fromMask});
    b_.setInsertionPointAfter(loop);
    Value high = arith::ShLIOp::create(b_, loc_, loop.getResult(1), rightBits_);
    return arith::OrIOp::create(b_, loc_, high, loop.getResult(0));
  }

  /// The random word of a round and a half.
  Value word(Value round, Value half) {
    Value words = buildPhilox(
        b_, loc_, {low(half), low(round), low(epoch_), low(purpose_)},
        {low(seed_),
         low(arith::ShRUIOp::create(b_, loc_, seed_, constant(32)))});
    return arith::ExtUIOp::create(b_, loc_, b_.getI64Type(), words);
  }

  Value constant(int64_t value) {
    return arith::ConstantOp::create(b_, loc_, b_.getI64IntegerAttr(value));
  }
  Value integer(Value index) {
    return arith::IndexCastOp::create(b_, loc_, b_.getI64Type(), index);
  }
  Value low(Value number) {
    return arith::TruncIOp::create(b_, loc_, b_.getI32Type(), number);
  }
  Value add(Value x, Value y) { return arith::AddIOp::create(b_, loc_, x, y); }
  Value mul(Value x, Value y) { return arith::MulIOp::create(b_, loc_, x, y); }
  Value maskOf(Value bits) {
    Value power = arith::ShLIOp::create(b_, loc_, constant(1), bits);
    return arith::SubIOp::create(b_, loc_, power, constant(1));
  }

  Value slot(int64_t number, Type type) {
    Value place = LLVM::GEPOp::create(
        b_, loc_, LLVM::LLVMPointerType::get(b_.getContext()), b_.getI64Type(),
        slots_, ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(number)});
    return LLVM::LoadOp::create(b_, loc_, type, place);
  }
  Value slot(int64_t number) { return slot(number, b_.getI64Type()); }
  Value pointer(int64_t number) {
    return slot(number,
                LLVM::LLVMPointerType::get(b_.getContext(), kGlobalMemory));
  }
  Value element(Value base, Value place) {
    return LLVM::GEPOp::create(b_, loc_, base.getType(), b_.getI32Type(), base,
                               ArrayRef<LLVM::GEPArg>{place});
  }

  OpBuilder &b_;
  Location loc_;
  Value slots_, epoch_;
  Value count_, seed_, purpose_, rightBits_, leftMask_, rightMask_, rounds_;
};

} // namespace

void mlc::buildOrderKernel(OpBuilder &b, Location loc, StringRef name) {
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  auto kernel = gpu::GPUFuncOp::create(
      b, loc, name, b.getFunctionType({pointer, b.getI64Type()}, {}));
  kernel->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  kernel->setAttr(kStepName, b.getStringAttr(kOrder));
  kernel.setKnownBlockSizeAttr(
      b.getDenseI32ArrayAttr({static_cast<int32_t>(kBlockThreads), 1, 1}));
  kernel.setKnownGridSizeAttr(b.getDenseI32ArrayAttr({kOrderBlocks, 1, 1}));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&kernel.getBody().front());
  auto end = gpu::ReturnOp::create(b, loc);
  b.setInsertionPoint(end);
  OrderBuilder(b, loc, kernel).build();
}
