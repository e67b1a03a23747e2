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

bool isScaledByColumns(const MlcProgram &program,
                       const MlcParameter &quantized) {
  return std::ranges::any_of(
      parametersOf(program), [&](const MlcParameter &other) {
        return other.element == MLC_F16 && other.shape.rank == 2 &&
               other.name == std::string(quantized.name) + MLC_SCALE_SUFFIX;
      });
}

static std::size_t recordOf(int bits, std::int64_t columns, bool byColumns) {
  return std::size_t(byColumns ? MLC_UNSCALED_BYTES(columns)
                               : MLC_RECORD_BYTES(bits, columns));
}

static std::size_t allRecords(std::int64_t rows, std::size_t record) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(record, std::size_t(rows), &bytes) ||
      __builtin_add_overflow(bytes, std::size_t(MLC_RECORD_PADDING), &bytes))
    throw std::bad_alloc();
  return bytes;
}

std::size_t recordBytes(const QuantizedMatrix &matrix) {
  return allRecords(matrix.rows,
                    recordOf(matrix.bits, matrix.columns, matrix.byColumns));
}

std::size_t recordBytes(const MlcProgram &program,
                        const MlcParameter &parameter) {
  return allRecords(parameter.shape.sizes[0],
                    recordOf(bitsOf(parameter), parameter.shape.sizes[1],
                             isScaledByColumns(program, parameter)));
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
      recordOf(matrix.bits, matrix.columns, matrix.byColumns);
  for (std::size_t row = 0; row < std::size_t(matrix.rows); ++row) {
    std::span<std::byte> numbers = records.subspan(row * bytes, bytes);
    if (!matrix.byColumns) {
      const std::uint16_t scale = matrix.scales[row];
      static_assert(sizeof(scale) == MLC_RECORD_HEAD);
      std::memcpy(numbers.data(), &scale, sizeof(scale));
      numbers = numbers.subspan(MLC_RECORD_HEAD);
    }
    if (matrix.bits == 4)
      copyHalves(matrix.numbers, row * columns, columns, numbers);
    else
      std::ranges::copy(matrix.numbers.subspan(row * columns, columns),
                        numbers.begin());
  }
}

std::vector<float> columnScales(std::span<const std::uint16_t> scales) {
  std::vector<float> floats;
  for (std::uint16_t scale : scales)
    floats.push_back(floatFromHalf(scale));
  return floats;
}

} // namespace mlc::runtime
