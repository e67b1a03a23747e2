//===- LoopBuilder.cpp - Builds loops over lists of numbers ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlc;

Value LoopBuilder::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}
Value LoopBuilder::integer(int64_t value) {
  return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(value));
}
Value LoopBuilder::number(float value) {
  return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
}

Value LoopBuilder::add(Value x, Value y) {
  return arith::AddIOp::create(b, loc, x, y);
}
Value LoopBuilder::addProduct(Value x, Value y, Value sum) {
  return arith::AddFOp::create(b, loc, sum,
                               arith::MulFOp::create(b, loc, x, y));
}
Value LoopBuilder::toIndex(Value value) {
  return arith::IndexCastUIOp::create(b, loc, b.getIndexType(), value);
}
Value LoopBuilder::toI32(Value value) {
  return arith::IndexCastOp::create(b, loc, b.getI32Type(), value);
}
Value LoopBuilder::toI64(Value value) {
  return arith::IndexCastOp::create(b, loc, b.getI64Type(), value);
}

Value LoopBuilder::extract(Value list, ValueRange place) {
  return tensor::ExtractOp::create(b, loc, list, place);
}
Value LoopBuilder::extractIndex(Value list, ValueRange place) {
  return toIndex(extract(list, place));
}
Value LoopBuilder::insert(Value value, Value list, ValueRange place) {
  return tensor::InsertOp::create(b, loc, value, list, place);
}

std::pair<Value, Value> LoopBuilder::rowOf(Value rows, Value indptr,
                                           Value example) {
  Value row = extractIndex(rows, example);
  return {extractIndex(indptr, row), extractIndex(indptr, add(row, index(1)))};
}

scf::ForOp LoopBuilder::loop(Value from, Value to, ValueRange carried,
                             LoopBody body) {
  return scf::ForOp::create(
      b, loc, from, to, index(1), carried,
      [&](OpBuilder &inner, Location, Value place, ValueRange values) {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPoint(inner.getInsertionBlock(),
                            inner.getInsertionPoint());
        SmallVector<Value> results = body(place, values);
        scf::YieldOp::create(b, loc, results);
      });
}

Value LoopBuilder::choose(Value condition, Type type, Branch yes, Branch no) {
  return chooseAll(
      condition, type, [&] { return SmallVector{yes()}; },
      [&] { return SmallVector{no()}; })[0];
}

ValueRange LoopBuilder::chooseAll(Value condition, TypeRange types,
                                  Branches yes, Branches no) {
  auto branch = scf::IfOp::create(b, loc, types, condition,
                                  /*addThenBlock=*/true, /*addElseBlock=*/true);
  for (auto [block, body] : {std::pair(branch.thenBlock(), yes),
                             std::pair(branch.elseBlock(), no)}) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(block);
    SmallVector<Value> results = body();
    scf::YieldOp::create(b, loc, results);
  }
  return branch.getResults();
}

Value LoopBuilder::forEachBit(Value bits, Value carried, BitBody body) {
  SmallVector<Type> types{bits.getType(), carried.getType()};
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(b, loc,
                                     b.getIntegerAttr(bits.getType(), value));
  };
  auto loop = scf::WhileOp::create(b, loc, types, ValueRange{bits, carried});
  OpBuilder::InsertionGuard guard(b);
  b.createBlock(&loop.getBefore(), {}, types, {loc, loc});
  Value left = loop.getBeforeArguments()[0];
  Value isSet = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, left,
                                      constant(0));
  scf::ConditionOp::create(b, loc, isSet, loop.getBeforeArguments());
  b.createBlock(&loop.getAfter(), {}, types, {loc, loc});
  left = loop.getAfterArguments()[0];
  Value bit = toIndex(math::CountTrailingZerosOp::create(b, loc, left));
  Value result = body(bit, loop.getAfterArguments()[1]);
  // The lowest bit that is set goes.
  Value less = arith::SubIOp::create(b, loc, left, constant(1));
  Value rest = arith::AndIOp::create(b, loc, left, less);
  scf::YieldOp::create(b, loc, ValueRange{rest, result});
  return loop.getResult(1);
}
