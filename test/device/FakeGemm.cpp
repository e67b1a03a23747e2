//===- FakeGemm.cpp - A product as cuBLASLt is asked for it ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FakeGemm.h"
#include "FakeDriver.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace mlc::emulator {

/// Rounds to so many bits less, to nearest, ties to even.
static float dropBits(float value, int bits) {
  if (!std::isfinite(value))
    return value;
  const auto word = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t half = (1u << (bits - 1)) - 1 + (word >> bits & 1);
  return std::bit_cast<float>((word + half) >> bits << bits);
}

static float rounded(float value, cublas::ComputeType type) {
  switch (type) {
  case cublas::F32:
    return value;
  case cublas::FastTf32: // 10 bits of 23
    return dropBits(value, 13);
  case cublas::FastBf16: // 7 bits of 23
    return dropBits(value, 16);
  }
  return value;
}

static bool isMemory(const void *address, std::size_t bytes,
                     std::uint32_t alignment) {
  const auto place = reinterpret_cast<cuda::DevicePointer>(address);
  return place % alignment == 0 && FakeDriver::get().isAllocated(place, bytes);
}

static std::size_t bytesOf(const FakeLayout &layout) {
  return (layout.leadingDimension * (layout.columns - 1) + layout.rows) *
         sizeof(float);
}

std::string FakeGemm::problem(std::uint32_t alignmentA,
                              std::uint32_t alignmentB,
                              std::uint32_t alignmentD) const {
  for (const FakeLayout *layout : {&a, &b, &d})
    if (layout->rows == 0 || layout->columns == 0 ||
        layout->leadingDimension < std::int64_t(layout->rows))
      return "a layout is of no matrix";
  const bool isA = descriptor.transposeA == cublas::plain,
             isB = descriptor.transposeB == cublas::plain;
  if ((isA ? a.rows : a.columns) != d.rows ||
      (isB ? b.columns : b.rows) != d.columns ||
      (isB ? b.rows : b.columns) != terms())
    return "sizes do not fit";
  if (!isMemory(aData, bytesOf(a), alignmentA) ||
      !isMemory(bData, bytesOf(b), alignmentB) ||
      !isMemory(dData, bytesOf(d), alignmentD))
    return "a matrix is not in the GPU's memory, or not aligned as was said";
  constexpr std::uint32_t known[] = {
      cublas::Default,  cublas::Relu,         cublas::Bias,
      cublas::ReluBias, cublas::ReluMask,     cublas::ReluMaskBias,
      cublas::SumsOfA,  cublas::ReluGradient,
  };
  if (std::ranges::find(known, descriptor.epilogue) == std::end(known))
    return "an unknown epilogue";
  const bool usesVector = descriptor.epilogue == cublas::SumsOfA ||
                          (descriptor.epilogue != cublas::ReluGradient &&
                           descriptor.epilogue & cublas::Bias);
  if (usesVector != (descriptor.vector != nullptr) ||
      (usesVector &&
       !isMemory(descriptor.vector, d.rows * sizeof(float), sizeof(float))))
    return "the bias or the sums are not in the GPU's memory";
  const bool usesMask = descriptor.epilogue & 128;
  constexpr std::int64_t maskUnit = 128;
  if (usesMask != (descriptor.mask != nullptr) ||
      (usesMask && (descriptor.maskDimension % maskUnit != 0 ||
                    descriptor.maskDimension < std::int64_t(d.rows) ||
                    !isMemory(descriptor.mask,
                              descriptor.maskDimension / 8 * d.columns, 16))))
    return "the mask is not in the GPU's memory, or of other sizes";
  return "";
}

float FakeGemm::elementA(std::uint64_t row, std::uint64_t term) const {
  return descriptor.transposeA == cublas::plain
             ? aData[term * a.leadingDimension + row]
             : aData[row * a.leadingDimension + term];
}

float FakeGemm::elementB(std::uint64_t term, std::uint64_t column) const {
  return descriptor.transposeB == cublas::plain
             ? bData[column * b.leadingDimension + term]
             : bData[term * b.leadingDimension + column];
}

float FakeGemm::sum(std::uint64_t row, std::uint64_t column) const {
  static std::uint64_t runs = std::uint64_t(setting("order", 0));
  const bool isBackward = isUnordered && ++runs % 2 == 0;
  float sum = 0;
  for (std::uint64_t i = 0; i < terms(); ++i) {
    const std::uint64_t term = isBackward ? terms() - 1 - i : i;
    sum =
        std::fma(rounded(elementA(row, term), descriptor.computeType),
                 rounded(elementB(term, column), descriptor.computeType), sum);
  }
  return sum;
}

void FakeGemm::finish(std::uint64_t row, std::uint64_t column,
                      float value) const {
  const std::uint32_t epilogue = descriptor.epilogue;
  unsigned char *bits =
      descriptor.mask + column * descriptor.maskDimension / 8 + row / 8;
  const auto bit = static_cast<unsigned char>(1u << row % 8);
  if (epilogue == cublas::ReluGradient) {
    if (!(*bits & bit))
      value = 0;
  } else if (epilogue != cublas::SumsOfA) {
    if (epilogue & cublas::Bias)
      value += descriptor.vector[row];
    if (epilogue & cublas::Relu) {
      value = std::max(value, 0.0f);
      if (descriptor.mask)
        *bits = value > 0 ? *bits | bit : *bits & ~bit;
    }
  }
  dData[column * d.leadingDimension + row] = value;
}

void FakeGemm::run() const {
  for (std::uint64_t column = 0; column < d.columns; ++column)
    for (std::uint64_t row = 0; row < d.rows; ++row)
      finish(row, column, sum(row, column));
  if (descriptor.epilogue != cublas::SumsOfA)
    return;
  for (std::uint64_t row = 0; row < d.rows; ++row) {
    descriptor.vector[row] = 0;
    for (std::uint64_t term = 0; term < terms(); ++term)
      descriptor.vector[row] += elementA(row, term);
  }
}

} // namespace mlc::emulator
