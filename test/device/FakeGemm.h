//===- FakeGemm.h - A product as cuBLASLt is asked for it -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_DEVICE_FAKEGEMM_H
#define MLC_TEST_DEVICE_FAKEGEMM_H

#include "Device/CublasApi.h"

#include <cstdint>
#include <string>

namespace mlc::emulator {

namespace cublas = mlc::runtime::cublas;

/// A column-major f32 matrix's layout.
struct FakeLayout {
  std::uint64_t rows, columns;
  std::int64_t leadingDimension;
  bool operator==(const FakeLayout &) const = default;
};

/// A matmul descriptor.
struct FakeDescriptor {
  cublas::ComputeType computeType;
  std::int32_t transposeA = cublas::plain, transposeB = cublas::plain;
  std::uint32_t epilogue = cublas::Default;
  float *vector = nullptr;        ///< Bias, or where sums go.
  unsigned char *mask = nullptr;  ///< A bit an element of D.
  std::int64_t maskDimension = 0; ///< Bits of a column of it.
};

/// Everything a product needs: d = epilogue(op(a) * op(b)).
struct FakeGemm {
  FakeDescriptor descriptor;
  FakeLayout a, b, d;
  const float *aData, *bData;
  float *dData;
  /// Whether blocks of threads may add up parts of sums in the order in which
  /// they come, which differs from run to run.
  bool isUnordered = false;

  /// What is wrong with sizes, pointers and alignments; empty where nothing is.
  std::string problem(std::uint32_t alignmentA, std::uint32_t alignmentB,
                      std::uint32_t alignmentD) const;
  /// Computes it with plain loops; operands are rounded as the compute type
  /// allows, to nearest, ties to even.
  void run() const;

private:
  std::uint64_t terms() const {
    return descriptor.transposeA == cublas::plain ? a.columns : a.rows;
  }
  float elementA(std::uint64_t row, std::uint64_t term) const;
  float elementB(std::uint64_t term, std::uint64_t column) const;
  float sum(std::uint64_t row, std::uint64_t column) const;
  void finish(std::uint64_t row, std::uint64_t column, float sum) const;
};

} // namespace mlc::emulator

#endif // MLC_TEST_DEVICE_FAKEGEMM_H
