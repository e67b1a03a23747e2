//===- Quantize.cpp - Rows of weights as small whole numbers --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/Quantize.h"

#include "Error.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/core.h>

using namespace mlc::runtime;

// The compiler's own conversions, which round as the machine does.
std::uint16_t mlc::runtime::halfFromFloat(float number) {
  return std::bit_cast<std::uint16_t>(static_cast<_Float16>(number));
}
float mlc::runtime::floatFromHalf(std::uint16_t bits) {
  return static_cast<float>(std::bit_cast<_Float16>(bits));
}

static int largestOf(int bits) { return bits == 8 ? 127 : 7; }

std::uint16_t mlc::runtime::quantizedScale(float largest, int bits) {
  constexpr std::uint16_t one = 0x3c00, smallest = 1, infinite = 0x7c00;
  if (largest == 0)
    return one;
  const std::uint16_t scale =
      halfFromFloat(largest / static_cast<float>(largestOf(bits)));
  if (scale >= infinite)
    throw InputError(fmt::format(
        "a weight is {}, too large for {} bits; keep 32", largest, bits));
  return std::max(scale, smallest);
}

int mlc::runtime::quantizedNumber(float element, float scale, int bits) {
  // Bounded as a float: a scale that was rounded down would let the largest
  // element be one too many. nearbyint rounds halves to even.
  const auto most = static_cast<float>(largestOf(bits));
  const float bounded = std::clamp(element / scale, -most, most);
  return static_cast<int>(std::nearbyint(bounded));
}

void mlc::runtime::putNumber(QuantizedRows &rows, std::size_t at, int number) {
  const auto bits = static_cast<unsigned>(number); // Two's complement.
  if (rows.bits == 8)
    rows.numbers[at] = static_cast<std::byte>(bits & 0xff);
  else
    rows.numbers[at / 2] |=
        static_cast<std::byte>((bits & 0xf) << (4 * (at % 2)));
}

QuantizedRows mlc::runtime::quantizeRows(std::span<const float> elements,
                                         std::size_t rows, int bits) {
  QuantizedRows made{.bits = bits, .numbers = {}, .scales = {}};
  made.numbers.resize(quantizedBytes(bits, elements.size()));
  const std::size_t columns = elements.size() / rows;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto own = elements.subspan(row * columns, columns);
    float largest = 0;
    for (float element : own)
      largest = std::max(largest, std::abs(element));
    made.scales.push_back(quantizedScale(largest, bits));
    const float scale = floatFromHalf(made.scales.back());
    for (std::size_t column = 0; column < columns; ++column)
      putNumber(made, row * columns + column,
                quantizedNumber(own[column], scale, bits));
  }
  return made;
}

QuantizedRows mlc::runtime::quantizeColumns(std::span<const float> elements,
                                            std::size_t rows) {
  constexpr int bits = 8;
  QuantizedRows made{.bits = bits, .numbers = {}, .scales = {}};
  made.numbers.resize(elements.size());
  const std::size_t columns = elements.size() / rows;
  for (std::size_t column = 0; column < columns; ++column) {
    float largest = 0;
    for (std::size_t at = column; at < elements.size(); at += columns)
      largest = std::max(largest, std::abs(elements[at]));
    made.scales.push_back(quantizedScale(largest, bits));
    const float scale = floatFromHalf(made.scales.back());
    for (std::size_t at = column; at < elements.size(); at += columns)
      putNumber(made, at, quantizedNumber(elements[at], scale, bits));
  }
  return made;
}

static int numberAt(int bits, std::span<const std::byte> numbers,
                    std::size_t at) {
  if (bits == 8)
    return static_cast<std::int8_t>(numbers[at]);
  const unsigned half =
      (std::to_integer<unsigned>(numbers[at / 2]) >> (4 * (at % 2))) & 0xf;
  return static_cast<int>(half) - (half >= 8 ? 16 : 0);
}

std::vector<float>
mlc::runtime::dequantizeRows(int bits, std::span<const std::byte> numbers,
                             std::span<const std::uint16_t> scales,
                             std::size_t columns) {
  std::vector<float> elements;
  elements.reserve(scales.size() * columns);
  for (std::size_t row = 0; row < scales.size(); ++row) {
    const float scale = floatFromHalf(scales[row]);
    for (std::size_t column = 0; column < columns; ++column)
      elements.push_back(scale * static_cast<float>(numberAt(
                                     bits, numbers, row * columns + column)));
  }
  return elements;
}

std::vector<float>
mlc::runtime::dequantizeColumns(std::span<const std::byte> numbers,
                                std::span<const std::uint16_t> scales) {
  std::vector<float> elements;
  elements.reserve(numbers.size());
  for (std::size_t at = 0; at < numbers.size(); ++at)
    elements.push_back(floatFromHalf(scales[at % scales.size()]) *
                       static_cast<float>(numberAt(8, numbers, at)));
  return elements;
}
