//===- IntegerSums.h - Rows of numbers times whole values -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_INTEGERSUMS_H
#define MLC_LIB_TILE_INTEGERSUMS_H

#include "lib/Support/LoopBuilder.h"

#include "mlir/IR/BuiltinTypes.h"

#include <memory>

namespace mlc {

/// Sums of products of numbers of 8 bits and values of 16, for `width` columns,
/// in vectors that a loop carries. Rows are taken in groups of kGroup. A sum
/// is exact as long as the true one has 32 bits.
class IntegerSums : public LoopBuilder {
public:
  static constexpr int64_t kGroup = 4;

  /// `hasByteProducts`: by instructions of AVX-512 VNNI, where the columns fill
  /// its registers.
  static std::unique_ptr<IntegerSums> make(mlir::OpBuilder &b,
                                           mlir::Location loc, int64_t width,
                                           bool hasByteProducts);
  virtual ~IntegerSums() = default;

  /// What a loop carries at first.
  virtual llvm::SmallVector<mlir::Value> zeros() = 0;
  /// Adds rows of vector<width x i8>, each times its element of `values`,
  /// vector<kGroup x i32>, whose size is at most 2^15 - 1.
  virtual llvm::SmallVector<mlir::Value>
  add(mlir::ValueRange sums, mlir::Value values,
      llvm::ArrayRef<mlir::Value> rows) = 0;
  /// vector<width x i32>.
  virtual mlir::Value total(mlir::ValueRange sums) = 0;

protected:
  IntegerSums(mlir::OpBuilder &b, mlir::Location loc, int64_t width)
      : LoopBuilder(b, loc), width(width) {}

  mlir::VectorType vectorOf(int64_t lanes, unsigned bits) {
    return mlir::VectorType::get({lanes}, b.getIntegerType(bits));
  }
  mlir::Value zero(int64_t lanes);
  mlir::Value splat(int64_t lanes, unsigned bits, int64_t number);
  mlir::Value shuffle(mlir::Value x, mlir::Value y,
                      llvm::ArrayRef<int64_t> places);
  /// The elements of two vectors in turn, of one half of each part of `part`
  /// elements: the lower ones, or the upper. Of 128 bits, that is an
  /// instruction of any x86-64, which a vector of any length has.
  mlir::Value interleaveHalves(mlir::Value x, mlir::Value y, int64_t part,
                               bool upper);
  /// The same bits as `lanes` numbers of `bits` bits.
  mlir::Value cast(mlir::Value vector, int64_t lanes, unsigned bits);
  /// Element `at` of a vector of i32, in each of `lanes` lanes.
  mlir::Value spread(mlir::Value values, int64_t at, int64_t lanes);

  const int64_t width;
};

} // namespace mlc

#endif // MLC_LIB_TILE_INTEGERSUMS_H
