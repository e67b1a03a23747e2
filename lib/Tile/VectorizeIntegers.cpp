//===- VectorizeIntegers.cpp - Sums of whole numbers ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Sums of whole numbers are the same whichever instructions make them
// (IntegerSums), and what is rounded here is rounded number by number.

#include "VectorizeIntegers.h"
#include "IntegerSums.h"
#include "RecordRows.h"
#include "RowVector.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <limits>

using namespace mlir;
using namespace mlc;

static constexpr int64_t kMostNumber = 127, kMostValue = 32767;
/// The most numbers of 8 bits whose sum has 16: 258.
static constexpr int64_t kTermsOf16 =
    std::numeric_limits<int16_t>::max() / kMostNumber;
/// Products with values of 16 bits whose sum has 32: at most 516.
static constexpr int64_t kProductsOf32 = 512;
static_assert(kProductsOf32 % IntegerSums::kGroup == 0);
static_assert(kProductsOf32 * kMostNumber * kMostValue <=
              std::numeric_limits<int32_t>::max());

// IEEE binary32: the exponent's bits, and what is added to it.
static constexpr int32_t kExponentShift = 23, kExponentBias = 127;
static constexpr int32_t kExponentBits = 0xff << kExponentShift;
/// A value of the largest exponent has 15 bits before the point.
static constexpr int32_t kValueBits = 14;
/// Exponents below this count as this, so that the unit is no denormal. Values
/// so small, below 2^-95, become 0.
static constexpr int32_t kLeastExponent = 32;

namespace {

class IntegerRow : public RowVector {
public:
  IntegerRow(RewriterBase &b, csr::IntegerMatmulOp op, VectorTile tile,
             bool hasByteProducts)
      : RowVector(b, op, tile), op_(op), width_(tile.width),
        hasByteProducts_(hasByteProducts),
        weight_(b, op.getLoc(), op.getRecords(),
                {.bits = 8,
                 .bytes = static_cast<int64_t>(op.getRecord()),
                 .isUnscaled = true}) {
    Value row = extractIndex(op.getRows(), index(0));
    begin_ = extractIndex(op.getIndptr(), row);
    end_ = extractIndex(op.getIndptr(), add(row, index(1)));
  }

  void replace(RewriterBase &rewriter) {
    Value init = read(op_.getInit(), index(0));
    Value scales = read(op_.getScales(), index(0));
    Value sum = choose(
        op_.getOnes(), vectorType(),
        [&]() -> Value {
          return arith::MulFOp::create(b, loc, scales, asRow(sumOfOnes()));
        },
        [&]() -> Value {
          auto [unit, perUnit] = unitOf();
          Value factors = arith::MulFOp::create(
              b, loc, scales,
              vector::BroadcastOp::create(b, loc, vectorType(), unit));
          return arith::MulFOp::create(b, loc, factors,
                                       asRow(sumOfValues(perUnit)));
        });
    // Apart, and not fused: not every CPU has that.
    rewriter.replaceOp(op_, write(arith::AddFOp::create(b, loc, init, sum)));
  }

private:
  static constexpr int64_t kGroup = IntegerSums::kGroup;

  //===--- All values are 1 -----------------------------------------------===//

  /// f32 lanes.
  Value sumOfOnes() {
    Value sum = inBlocks(
        kTermsOf16, zeros(32), [&](Value from, Value to, Value sum) -> Value {
          Value part = loop(from, to, zeros(16), [&](Value p, ValueRange part) {
                         return SmallVector<Value>{
                             add(part[0], extended(numbersAt(p), 16))};
                       }).getResult(0);
          return add(sum, extended(part, 32));
        });
    return arith::SIToFPOp::create(b, loc, lanes(b.getF32Type()), sum);
  }

  //===--- Other values ---------------------------------------------------===//

  /// The values of a group of non-zeros from `p` on, and 0 behind the row's
  /// last.
  Value valuesFrom(Value p) {
    Value left = arith::SubIOp::create(b, loc, end_, p);
    Value inside = vector::CreateMaskOp::create(
        b, loc, VectorType::get({kGroup}, b.getI1Type()), left);
    return vector::TransferReadOp::create(
        b, loc, group(b.getF32Type()), op_.getValues(), p,
        AffineMapAttr::get(b.getMultiDimIdentityMap(1)), number(0), inside,
        b.getBoolArrayAttr({true}));
  }

  /// The unit of the row's values, and by what they are multiplied to be in
  /// it: from the exponent of the largest.
  std::pair<Value, Value> unitOf() {
    Value least = groupOf(kLeastExponent << kExponentShift);
    Value sizes =
        scf::ForOp::create(
            b, loc, begin_, end_, index(kGroup), least,
            [&](OpBuilder &, Location, Value p, ValueRange largest) {
              Value bits = arith::BitcastOp::create(
                  b, loc, group(b.getI32Type()), valuesFrom(p));
              Value size = arith::AndIOp::create(
                  b, loc, bits, groupOf(std::numeric_limits<int32_t>::max()));
              scf::YieldOp::create(
                  b, loc,
                  arith::MaxUIOp::create(b, loc, largest[0], size).getResult());
            })
            .getResult(0);
    Value largest = vector::ReductionOp::create(
        b, loc, vector::CombiningKind::MAXUI, sizes);
    Value exponent =
        arith::AndIOp::create(b, loc, largest, constant(kExponentBits));
    // Not finite where a value is not, as f32 would tell.
    Value unit = arith::MulFOp::create(b, loc, asFloat(exponent),
                                       number(1.0f / float(1 << kValueBits)));
    Value perUnit = asFloat(arith::SubIOp::create(
        b, loc, constant((2 * kExponentBias + kValueBits) << kExponentShift),
        exponent));
    return {unit, perUnit};
  }

  /// The same in units, as i32.
  Value wholeValuesFrom(Value p, Value perUnit) {
    auto spread = [&](Value value) -> Value {
      return vector::BroadcastOp::create(b, loc, group(b.getF32Type()), value);
    };
    Value values =
        arith::MulFOp::create(b, loc, valuesFrom(p), spread(perUnit));
    values = math::RoundEvenOp::create(b, loc, values);
    // Numbers, also of what is none: its conversion has no result.
    values =
        arith::MinNumFOp::create(b, loc, values, spread(number(kMostValue)));
    values =
        arith::MaxNumFOp::create(b, loc, values, spread(number(-kMostValue)));
    return arith::FPToSIOp::create(b, loc, group(b.getI32Type()), values);
  }

  /// f32 lanes.
  Value sumOfValues(Value perUnit) {
    const auto sums = IntegerSums::make(b, loc, width_, hasByteProducts_);
    Value zero =
        arith::ConstantOp::create(b, loc, b.getZeroAttr(lanes(b.getF32Type())));
    Value last = arith::SubIOp::create(b, loc, end_, index(1));
    return inBlocks(
        kProductsOf32, zero, [&](Value from, Value to, Value sum) -> Value {
          auto groups = scf::ForOp::create(
              b, loc, from, to, index(kGroup), sums->zeros(),
              [&](OpBuilder &, Location, Value p, ValueRange carried) {
                SmallVector<Value> rows;
                for (int64_t at = 0; at < kGroup; ++at)
                  rows.push_back(numbersAt(
                      arith::MinSIOp::create(b, loc, add(p, index(at)), last)));
                scf::YieldOp::create(
                    b, loc,
                    sums->add(carried, wholeValuesFrom(p, perUnit), rows));
              });
          Value part = arith::SIToFPOp::create(
              b, loc, lanes(b.getF32Type()), sums->total(groups.getResults()));
          return RowVector::sum(sum, part);
        });
  }

  //===--- Both -----------------------------------------------------------===//

  /// Carries a vector over blocks of so many of the row's non-zeros; `body`
  /// gets where a block begins and ends.
  Value inBlocks(int64_t size, Value carried,
                 llvm::function_ref<Value(Value, Value, Value)> body) {
    return scf::ForOp::create(
               b, loc, begin_, end_, index(size), carried,
               [&](OpBuilder &, Location, Value from, ValueRange carried) {
                 Value to = arith::MinSIOp::create(
                     b, loc, add(from, index(size)), end_);
                 scf::YieldOp::create(b, loc, body(from, to, carried[0]));
               })
        .getResult(0);
  }

  /// The numbers by which non-zero `p` is multiplied, of 8 bits.
  Value numbersAt(Value p) {
    return weight_.bytes(weight_.place(extractIndex(op_.getIndices(), p)),
                         op_.getFirst(), width_);
  }

  VectorType lanes(Type element) const {
    return VectorType::get({width_}, element);
  }
  Value zeros(unsigned bits) {
    return arith::ConstantOp::create(
        b, loc, b.getZeroAttr(lanes(b.getIntegerType(bits))));
  }
  Value extended(Value vector, unsigned bits) {
    auto type = cast<VectorType>(vector.getType());
    return arith::ExtSIOp::create(b, loc, type.clone(b.getIntegerType(bits)),
                                  vector);
  }
  Value constant(int32_t value) {
    return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value));
  }
  VectorType group(Type element) const {
    return VectorType::get({kGroup}, element);
  }
  Value groupOf(int32_t value) {
    return vector::BroadcastOp::create(b, loc, group(b.getI32Type()),
                                       constant(value));
  }
  Value asFloat(Value bits) {
    return arith::BitcastOp::create(b, loc, b.getF32Type(), bits);
  }

  csr::IntegerMatmulOp op_;
  int64_t width_;
  bool hasByteProducts_;
  RecordRows weight_;
  Value begin_, end_;
};

} // namespace

LogicalResult mlc::vectorizeIntegers(RewriterBase &rewriter,
                                     csr::IntegerMatmulOp op, VectorTile tile,
                                     bool hasByteProducts) {
  if (!isOneRow(op.getInit()))
    return failure();
  rewriter.setInsertionPoint(op);
  IntegerRow(rewriter, op, tile, hasByteProducts).replace(rewriter);
  return success();
}
