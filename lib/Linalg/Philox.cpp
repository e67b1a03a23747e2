//===- Philox.cpp - Random numbers in generated code ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Philox.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

// Constants of Philox4x32: round multipliers and the key's Weyl increments.
static constexpr uint32_t kMultipliers[2] = {0xD2511F53, 0xCD9E8D57};
static constexpr uint32_t kWeyl[2] = {0x9E3779B9, 0xBB67AE85};
static constexpr int kRounds = 10;
/// The first purpose of dropout; see RandomPurpose in the runtime.
static constexpr int64_t kDropoutPurpose = 16;

Value mlc::buildPhilox(OpBuilder &b, Location loc, std::array<Value, 4> counter,
                       std::array<Value, 2> key) {
  auto constant = [&](uint32_t value) -> Value {
    return arith::ConstantOp::create(
        b, loc, b.getI32IntegerAttr(static_cast<int32_t>(value)));
  };
  auto mix = [&](Value x, Value y, Value z) -> Value {
    return arith::XOrIOp::create(b, loc, arith::XOrIOp::create(b, loc, x, y),
                                 z);
  };
  for (int round = 0; round < kRounds; ++round) {
    auto first = arith::MulUIExtendedOp::create(b, loc, counter[0],
                                                constant(kMultipliers[0]));
    auto second = arith::MulUIExtendedOp::create(b, loc, counter[2],
                                                 constant(kMultipliers[1]));
    counter = {mix(second.getHigh(), counter[1], key[0]), second.getLow(),
               mix(first.getHigh(), counter[3], key[1]), first.getLow()};
    for (int word : {0, 1})
      key[word] =
          arith::AddIOp::create(b, loc, key[word], constant(kWeyl[word]));
  }
  return counter[0];
}

Value mlc::buildDropoutDraw(OpBuilder &b, Location loc, Value seed,
                            Value position, Value row, Value column,
                            int64_t site) {
  Type i32 = b.getI32Type(), i64 = b.getI64Type();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(
        b, loc, b.getI32IntegerAttr(static_cast<int32_t>(value)));
  };
  auto low = [&](Value x) -> Value {
    return arith::TruncIOp::create(b, loc, i32, x);
  };
  Value shift = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(32));
  auto high = [&](Value x) -> Value {
    return low(arith::ShRUIOp::create(b, loc, x, shift));
  };
  Value example = arith::AddIOp::create(
      b, loc, position, arith::IndexCastOp::create(b, loc, i64, row));
  Value word = buildPhilox(b, loc,
                           {low(example), high(example),
                            arith::IndexCastOp::create(b, loc, i32, column),
                            constant(kDropoutPurpose + site)},
                           {low(seed), high(seed)});
  Value bits = arith::ShRUIOp::create(b, loc, word, constant(8));
  Value number = arith::SIToFPOp::create(b, loc, b.getF32Type(), bits);
  Value unit = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0x1p-24f));
  return arith::MulFOp::create(b, loc, number, unit);
}

Value mlc::buildDropout(OpBuilder &b, Location loc, Value x, Value draw,
                        double probability) {
  auto constant = [&](double value) -> Value {
    return arith::ConstantOp::create(
        b, loc, b.getF32FloatAttr(static_cast<float>(value)));
  };
  Value keep = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGE, draw,
                                     constant(probability));
  Value scaled =
      arith::MulFOp::create(b, loc, x, constant(1.0 / (1.0 - probability)));
  return arith::SelectOp::create(b, loc, keep, scaled, constant(0.0));
}
