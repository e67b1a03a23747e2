//===- Records.cpp - Quantised weights in memory --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Records.h"

#include "Data/Quantize.h"
#include "Signature.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <vector>

namespace mlc::runtime {

std::size_t recordBytes(int bits, std::int64_t rows, std::int64_t columns) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(std::size_t(MLC_RECORD_BYTES(bits, columns)),
                             std::size_t(rows), &bytes) ||
      __builtin_add_overflow(bytes, std::size_t(MLC_RECORD_PADDING), &bytes))
    throw std::bad_alloc();
  return bytes;
}

std::size_t recordBytes(const MlcParameter &parameter) {
  return recordBytes(bitsOf(parameter), parameter.shape.sizes[0],
                     parameter.shape.sizes[1]);
}

/// Copies `count` halves of bytes, of `from` from half `first` on, to the
/// beginning of `to`, whose unused half stays 0.
static void copyHalves(std::span<const std::byte> from, std::size_t first,
                       std::size_t count, std::span<std::byte> to) {
  constexpr int half = 4;
  constexpr std::byte low{0xf};
  for (std::size_t at = 0; at < count; ++at) {
    const std::size_t source = first + at;
    const std::byte number = (from[source / 2] >> (half * (source % 2))) & low;
    to[at / 2] |= number << (half * (at % 2));
  }
}

void fillRecords(const QuantizedMatrix &matrix, std::span<std::byte> records) {
  const auto columns = std::size_t(matrix.columns);
  const std::size_t bytes =
      std::size_t(MLC_RECORD_BYTES(matrix.bits, matrix.columns));
  for (std::size_t row = 0; row < matrix.scales.size(); ++row) {
    const std::span<std::byte> record = records.subspan(row * bytes, bytes);
    const float scale = floatFromHalf(matrix.scales[row]);
    static_assert(sizeof(scale) == MLC_RECORD_HEAD);
    std::memcpy(record.data(), &scale, sizeof(scale));
    const std::span<std::byte> numbers = record.subspan(MLC_RECORD_HEAD);
    if (matrix.bits == 4)
      copyHalves(matrix.numbers, row * columns, columns, numbers);
    else
      std::ranges::copy(matrix.numbers.subspan(row * columns, columns),
                        numbers.begin());
  }
}

} // namespace mlc::runtime
