//===- IntegerSums.cpp - Rows of numbers times whole values ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IntegerSums.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlc;

Value IntegerSums::zero(int64_t lanes) {
  return arith::ConstantOp::create(b, loc, b.getZeroAttr(vectorOf(lanes, 32)));
}

Value IntegerSums::splat(int64_t lanes, unsigned bits, int64_t number) {
  return arith::ConstantOp::create(
      b, loc,
      DenseElementsAttr::get(vectorOf(lanes, bits),
                             b.getIntegerAttr(b.getIntegerType(bits), number)));
}

Value IntegerSums::shuffle(Value x, Value y, ArrayRef<int64_t> places) {
  return vector::ShuffleOp::create(b, loc, x, y, places);
}

Value IntegerSums::interleaveHalves(Value x, Value y, int64_t part,
                                    bool upper) {
  const int64_t lanes = llvm::cast<VectorType>(x.getType()).getDimSize(0);
  SmallVector<int64_t> places;
  for (int64_t begin = 0; begin < lanes; begin += part)
    for (int64_t at = begin; at < begin + part / 2; ++at)
      for (int64_t from : {int64_t(0), lanes})
        places.push_back(from + at + (upper ? part / 2 : 0));
  return shuffle(x, y, places);
}

Value IntegerSums::cast(Value vector, int64_t lanes, unsigned bits) {
  return vector::BitCastOp::create(b, loc, vectorOf(lanes, bits), vector);
}

Value IntegerSums::spread(Value values, int64_t at, int64_t lanes) {
  Value bits = vector::ExtractOp::create(b, loc, values, ArrayRef<int64_t>{at});
  return vector::BroadcastOp::create(b, loc, vectorOf(lanes, 32), bits);
}

namespace {

//===----------------------------------------------------------------------===//
// Two rows at a time, as numbers of 16 bits
//===----------------------------------------------------------------------===//

/// LLVM makes of two products of 16 bits that are added vpdpwssd where there is
/// AVX-512 VNNI, vpmaddwd or pmaddwd elsewhere. Columns are summed in the order
/// in which two rows are interleaved, and put into theirs at the end.
class WordSums final : public IntegerSums {
public:
  WordSums(OpBuilder &b, Location loc, int64_t width)
      : IntegerSums(b, loc, width) {}

  SmallVector<Value> zeros() override {
    return inParts() ? SmallVector<Value>(2, zero(width / 2))
                     : SmallVector<Value>{zero(width)};
  }

  SmallVector<Value> add(ValueRange sums, Value values,
                         ArrayRef<Value> rows) override {
    Value narrow =
        arith::TruncIOp::create(b, loc, vectorOf(kGroup, 16), values);
    Value pairs = cast(narrow, kGroup / 2, 32);
    SmallVector<Value> next(sums);
    for (int64_t pair = 0; pair < kGroup / 2; ++pair) {
      Value first = extended(rows[2 * pair], 16),
            second = extended(rows[2 * pair + 1], 16);
      for (auto [part, sum] : llvm::enumerate(next)) {
        Value both = inParts()
                         ? interleaveHalves(first, second, kPart, part == 1)
                         : vector::InterleaveOp::create(b, loc, first, second)
                               .getResult();
        const int64_t columns =
            llvm::cast<VectorType>(sum.getType()).getDimSize(0);
        Value by = cast(spread(pairs, pair, columns), 2 * columns, 16);
        Value products =
            arith::MulIOp::create(b, loc, extended(by, 32), extended(both, 32));
        sum = LoopBuilder::add(sum, LoopBuilder::add(everySecond(products, 0),
                                                     everySecond(products, 1)));
      }
    }
    return next;
  }

  Value total(ValueRange sums) override {
    if (!inParts())
      return sums[0];
    SmallVector<int64_t> places;
    for (int64_t column = 0; column < width; ++column) {
      const int64_t half = kPart / 2, inPart = column % kPart;
      places.push_back(column / kPart * half + inPart % half +
                       (inPart < half ? 0 : width / 2));
    }
    return shuffle(sums[0], sums[1], places);
  }

private:
  /// Numbers of 16 bits in 128.
  static constexpr int64_t kPart = 8;
  bool inParts() const { return width % kPart == 0; }

  Value extended(Value vector, unsigned bits) {
    const int64_t lanes =
        llvm::cast<VectorType>(vector.getType()).getDimSize(0);
    return arith::ExtSIOp::create(b, loc, vectorOf(lanes, bits), vector);
  }

  // Shuffles, and not vector.deinterleave, of whose intrinsic LLVM 22 makes
  // no vpmaddwd.
  Value everySecond(Value products, int64_t first) {
    const int64_t lanes =
        llvm::cast<VectorType>(products.getType()).getDimSize(0);
    SmallVector<int64_t> places;
    for (int64_t at = first; at < lanes; at += 2)
      places.push_back(at);
    return shuffle(products, products, places);
  }
};

//===----------------------------------------------------------------------===//
// Four rows at a time, as bytes
//===----------------------------------------------------------------------===//

/// vpdpbusd adds to 16 lanes four products each of a byte without a sign and
/// one with: so a value's lower byte, without a sign, is multiplied by numbers,
/// and its upper byte, with one, by numbers to which 128 is added; what that
/// adds to each sum follows from the upper bytes alone.
class ByteSums final : public IntegerSums {
public:
  /// Columns of a register.
  static constexpr int64_t kChunk = 64;

  ByteSums(OpBuilder &b, Location loc, int64_t width)
      : IntegerSums(b, loc, width) {}

  /// Of each chunk four vectors by lower bytes, and behind these four by upper
  /// bytes; last the sum of upper bytes.
  SmallVector<Value> zeros() override {
    SmallVector<Value> sums(chunks() * 2 * kParts, zero(kLanes));
    sums.push_back(zero(kGroup));
    return sums;
  }

  SmallVector<Value> add(ValueRange sums, Value values,
                         ArrayRef<Value> rows) override {
    Value upper =
        arith::ShRSIOp::create(b, loc, values, splat(kGroup, 32, kByte));
    SmallVector<Value> next(sums);
    next.back() = LoopBuilder::add(next.back(), upper);
    Value lowerBytes = inEachLane(values), upperBytes = inEachLane(upper);
    for (int64_t chunk = 0; chunk < chunks(); ++chunk) {
      MutableArrayRef<Value> lower =
          MutableArrayRef(next).slice(chunk * 2 * kParts, 2 * kParts);
      for (auto [part, numbers] : llvm::enumerate(quadsOf(rows, chunk))) {
        lower[part] = addProducts(lower[part], lowerBytes, numbers);
        Value raised =
            arith::XOrIOp::create(b, loc, numbers, splat(kChunk, 8, kRaise));
        Value &sum = lower[kParts + part];
        sum = addProducts(sum, raised, upperBytes);
      }
    }
    return next;
  }

  Value total(ValueRange sums) override {
    Value uppers = vector::ReductionOp::create(
        b, loc, vector::CombiningKind::ADD, sums.back());
    Value raise = vector::BroadcastOp::create(
        b, loc, vectorOf(kLanes, 32),
        arith::MulIOp::create(
            b, loc, uppers,
            arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(-kRaise))));
    Value all = zero(width);
    for (int64_t chunk = 0; chunk < chunks(); ++chunk) {
      SmallVector<Value> parts;
      for (int64_t part = 0; part < kParts; ++part) {
        Value upper = arith::SubIOp::create(
            b, loc, sums[(2 * chunk + 1) * kParts + part], raise);
        upper = arith::ShLIOp::create(b, loc, upper, splat(kLanes, 32, kByte));
        parts.push_back(
            LoopBuilder::add(sums[2 * chunk * kParts + part], upper));
      }
      all = vector::InsertStridedSliceOp::create(
          b, loc, inColumns(parts), all, ArrayRef<int64_t>{chunk * kChunk},
          ArrayRef<int64_t>{1});
    }
    return all;
  }

private:
  static constexpr int64_t kLanes = 16, kParts = 4, kByte = 8;
  static constexpr int64_t kRaise = -128; ///< As a byte, the upper bit.

  int64_t chunks() const { return width / kChunk; }

  /// The lowest bytes of four values in each lane.
  Value inEachLane(Value values) {
    Value narrow = arith::TruncIOp::create(b, loc, vectorOf(kGroup, 8), values);
    return cast(spread(cast(narrow, 1, 32), 0, kLanes), kChunk, 8);
  }

  /// Four vectors that have in each lane a column of four rows: part p has the
  /// columns 16 l + 4 p to 16 l + 4 p + 3 in its lanes 4 l to 4 l + 3.
  SmallVector<Value> quadsOf(ArrayRef<Value> rows, int64_t chunk) {
    SmallVector<Value> bytes;
    for (Value row : rows)
      bytes.push_back(vector::ExtractStridedSliceOp::create(
          b, loc, row, ArrayRef<int64_t>{chunk * kChunk},
          ArrayRef<int64_t>{kChunk}, ArrayRef<int64_t>{1}));
    SmallVector<Value> quads;
    for (bool upper : {false, true}) {
      auto pairs = [&](int64_t first) {
        Value both =
            interleaveHalves(bytes[first], bytes[first + 1], 16, upper);
        return cast(both, kChunk / 2, 16);
      };
      Value first = pairs(0), second = pairs(2);
      for (bool half : {false, true})
        quads.push_back(
            cast(interleaveHalves(first, second, 8, half), kChunk, 8));
    }
    return quads;
  }

  /// The four parts' columns in their order.
  Value inColumns(ArrayRef<Value> parts) {
    auto join = [&](Value x, Value y) {
      const int64_t lanes = llvm::cast<VectorType>(x.getType()).getDimSize(0);
      return shuffle(x, y, llvm::to_vector(llvm::seq<int64_t>(0, 2 * lanes)));
    };
    SmallVector<int64_t> places;
    for (int64_t column = 0; column < kChunk; ++column)
      places.push_back(column % 16 / 4 * kLanes + column / 16 * 4 + column % 4);
    return shuffle(join(parts[0], parts[1]), join(parts[2], parts[3]), places);
  }

  Value addProducts(Value sum, Value unsignedBytes, Value signedBytes) {
    return LLVM::CallIntrinsicOp::create(
               b, loc, vectorOf(kLanes, 32),
               b.getStringAttr("llvm.x86.avx512.vpdpbusd.512"),
               ValueRange{sum, unsignedBytes, signedBytes})
        .getResult(0);
  }
};

} // namespace

std::unique_ptr<IntegerSums> IntegerSums::make(OpBuilder &b, Location loc,
                                               int64_t width,
                                               bool hasByteProducts) {
  if (hasByteProducts && width % ByteSums::kChunk == 0)
    return std::make_unique<ByteSums>(b, loc, width);
  return std::make_unique<WordSums>(b, loc, width);
}
