//===- EpochOrder.cpp - The kernel that orders an epoch's rows ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EpochOrder.h"
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
/// PTX's number for memory that all blocks see.
constexpr unsigned kGlobalMemory = 1;

/// Builds the body of the kernel; all numbers are i64.
class OrderBuilder {
public:
  OrderBuilder(OpBuilder &b, Location loc, gpu::GPUFuncOp kernel)
      : b(b), loc(loc), slots(kernel.getArgument(0)),
        epoch(kernel.getArgument(1)) {}

  void build() {
    Value thread = integer(gpu::ThreadIdOp::create(b, loc, gpu::Dimension::x));
    Value block = integer(gpu::BlockIdOp::create(b, loc, gpu::Dimension::x));
    Value first = add(mul(block, constant(kBlockThreads)), thread);
    count = slot(MlcOrder_count);
    seed = slot(MlcOrder_seed);
    purpose = slot(MlcOrder_purpose);
    rightBits = slot(MlcOrder_right_bits);
    leftMask = maskOf(slot(MlcOrder_left_bits));
    rightMask = maskOf(rightBits);
    rounds = slot(MlcOrder_rounds);
    Value rows = pointer(MlcOrder_rows), result = pointer(MlcOrder_result);
    auto loop = scf::ForOp::create(b, loc, first, count,
                                   constant(kOrderBlocks * kBlockThreads));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(loop.getBody()->getTerminator());
    Value place = loop.getInductionVar();
    Value row = LLVM::LoadOp::create(b, loc, b.getI32Type(),
                                     element(rows, permuted(place)));
    LLVM::StoreOp::create(b, loc, row, element(result, place));
  }

private:
  /// Encrypts until the state falls into the range.
  Value permuted(Value place) {
    Type i64 = b.getI64Type();
    auto loop = scf::WhileOp::create(b, loc, i64, place);
    OpBuilder::InsertionGuard guard(b);
    b.createBlock(&loop.getBefore(), {}, i64, loc);
    Value state = encrypted(loop.getBeforeArguments()[0]);
    Value isOutside =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, state, count);
    scf::ConditionOp::create(b, loc, isOutside, state);
    b.createBlock(&loop.getAfter(), {}, i64, loc);
    scf::YieldOp::create(b, loc, loop.getAfterArguments());
    return loop.getResult(0);
  }

  /// The rounds of the network; the halves and their masks change places.
  Value encrypted(Value state) {
    auto loop = scf::ForOp::create(
        b, loc, constant(0), rounds, constant(1),
        ValueRange{arith::AndIOp::create(b, loc, state, rightMask),
                   arith::ShRUIOp::create(b, loc, state, rightBits), rightMask,
                   leftMask});
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    ValueRange halves = loop.getRegionIterArgs();
    Value from = halves[0], to = halves[1], fromMask = halves[2],
          toMask = halves[3];
    Value bits = arith::AndIOp::create(
        b, loc, word(loop.getInductionVar(), from), toMask);
    Value mixed = arith::XOrIOp::create(b, loc, to, bits);
    scf::YieldOp::create(b, loc, ValueRange{mixed, from, toMask, fromMask});
    b.setInsertionPointAfter(loop);
    Value high = arith::ShLIOp::create(b, loc, loop.getResult(1), rightBits);
    return arith::OrIOp::create(b, loc, high, loop.getResult(0));
  }

  /// The random word of a round and a half.
  Value word(Value round, Value half) {
    Value words = buildPhilox(
        b, loc, {low(half), low(round), low(epoch), low(purpose)},
        {low(seed), low(arith::ShRUIOp::create(b, loc, seed, constant(32)))});
    return arith::ExtUIOp::create(b, loc, b.getI64Type(), words);
  }

  Value constant(int64_t value) {
    return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(value));
  }
  Value integer(Value index) {
    return arith::IndexCastOp::create(b, loc, b.getI64Type(), index);
  }
  Value low(Value number) {
    return arith::TruncIOp::create(b, loc, b.getI32Type(), number);
  }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }
  Value mul(Value x, Value y) { return arith::MulIOp::create(b, loc, x, y); }
  Value maskOf(Value bits) {
    Value power = arith::ShLIOp::create(b, loc, constant(1), bits);
    return arith::SubIOp::create(b, loc, power, constant(1));
  }

  Value slot(int64_t number, Type type) {
    Value place = LLVM::GEPOp::create(
        b, loc, LLVM::LLVMPointerType::get(b.getContext()), b.getI64Type(),
        slots, ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(number)});
    return LLVM::LoadOp::create(b, loc, type, place);
  }
  Value slot(int64_t number) { return slot(number, b.getI64Type()); }
  Value pointer(int64_t number) {
    return slot(number,
                LLVM::LLVMPointerType::get(b.getContext(), kGlobalMemory));
  }
  Value element(Value base, Value place) {
    return LLVM::GEPOp::create(b, loc, base.getType(), b.getI32Type(), base,
                               ArrayRef<LLVM::GEPArg>{place});
  }

  OpBuilder &b;
  Location loc;
  Value slots, epoch;
  Value count, seed, purpose, rightBits, leftMask, rightMask, rounds;
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
