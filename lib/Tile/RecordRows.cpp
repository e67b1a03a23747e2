//===- RecordRows.cpp - Rows of quantised weights on vectors --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecordRows.h"
#include "mlc/QuantizedWeights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlc;

Value RecordRows::place(Value row) {
  return arith::MulIOp::create(b, loc, row, index(layout_.bytes));
}

Value RecordRows::read(Value at, int64_t count) {
  Value zero = arith::ConstantOp::create(b, loc, b.getI8IntegerAttr(0));
  return vector::TransferReadOp::create(
      b, loc, VectorType::get({count}, b.getI8Type()), records_, at, zero,
      b.getMultiDimIdentityMap(1), ArrayRef<bool>{true});
}

/// An f16 above 0 as f32: its bits moved to where an f32 has them, and the
/// exponent's other bias; of one below the normal ones, so many times the
/// smallest. Whole numbers say so on every CPU, with or without F16C.
Value RecordRows::scale(Value place) {
  constexpr int32_t ofFraction = 13; // Bits that an f32 has more.
  constexpr int32_t bias = (127 - 15) << 23, firstNormal = 1 << 10;
  Value halves =
      vector::BitCastOp::create(b, loc, VectorType::get({1}, b.getI16Type()),
                                read(place, MLC_RECORD_HEAD));
  Value bits = arith::ExtUIOp::create(
      b, loc, b.getI32Type(),
      vector::ExtractOp::create(b, loc, halves, ArrayRef<int64_t>{0}));
  const auto constant = [&](int32_t number) -> Value {
    return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(number));
  };
  Value moved = arith::ShLIOp::create(b, loc, bits, constant(ofFraction));
  Value normal = arith::BitcastOp::create(
      b, loc, b.getF32Type(),
      arith::AddIOp::create(b, loc, moved, constant(bias)));
  Value count = arith::UIToFPOp::create(b, loc, b.getF32Type(), bits);
  Value smallest =
      arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0x1p-24F));
  Value small = arith::MulFOp::create(b, loc, count, smallest);
  Value isSmall = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, bits,
                                        constant(firstNormal));
  return arith::SelectOp::create(b, loc, isSmall, small, normal);
}

Value RecordRows::bytes(Value place, Value first, int64_t width) {
  const int64_t head = layout_.isUnscaled ? 0 : MLC_RECORD_HEAD;
  return read(add(add(place, index(head)), first), width);
}

Value RecordRows::numbers(Value place, Value first, int64_t width) {
  if (layout_.bits == 8)
    return widenBytes(bytes(place, first, width));
  first = arith::ShRUIOp::create(b, loc, first, index(1));
  return widenHalves(add(add(place, index(MLC_RECORD_HEAD)), first), width);
}

Value RecordRows::widenBytes(Value bytes) {
  const int64_t width = cast<VectorType>(bytes.getType()).getDimSize(0);
  Value wide = arith::ExtSIOp::create(
      b, loc, VectorType::get({width}, b.getI32Type()), bytes);
  return arith::SIToFPOp::create(
      b, loc, VectorType::get({width}, b.getF32Type()), wide);
}

/// Eight numbers are a word: each lane shifts its own to the word's upper end
/// and then, with its sign, down again.
Value RecordRows::widenHalves(Value at, int64_t width) {
  constexpr int64_t ofWord = 8, bits = 4, ofLane = 32;
  const int64_t words = llvm::divideCeil(width, ofWord);
  auto lanes = VectorType::get({width}, b.getI32Type());
  Value packed = vector::BitCastOp::create(
      b, loc, VectorType::get({words}, b.getI32Type()),
      read(at, words * int64_t(sizeof(int32_t))));
  SmallVector<int64_t> source;
  SmallVector<int32_t> shifts;
  for (int64_t lane = 0; lane < width; ++lane) {
    source.push_back(lane / ofWord);
    shifts.push_back(static_cast<int32_t>(ofLane - bits * (lane % ofWord + 1)));
  }
  Value spread = vector::ShuffleOp::create(b, loc, packed, packed, source);
  auto constant = [&](DenseElementsAttr elements) -> Value {
    return arith::ConstantOp::create(b, loc, elements);
  };
  Value up = arith::ShLIOp::create(
      b, loc, spread,
      constant(DenseElementsAttr::get(lanes, ArrayRef(shifts))));
  Value down = arith::ShRSIOp::create(
      b, loc, up,
      constant(DenseElementsAttr::get(lanes, int32_t(ofLane - bits))));
  return arith::SIToFPOp::create(
      b, loc, VectorType::get({width}, b.getF32Type()), down);
}
