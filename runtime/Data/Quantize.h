//===- Quantize.h - Rows of weights as small whole numbers ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_QUANTIZE_H
#define MLC_RUNTIME_DATA_QUANTIZE_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mlc::runtime {

/// A matrix [rows, columns] whose row i is scales[i] times whole numbers from
/// -127 to 127 (8 bits) or from -7 to 7 (4 bits); or whose column i is. The
/// zero is exact, and so is the sign.
struct QuantizedRows {
  int bits = 8;                      ///< 8 or 4.
  std::vector<std::byte> numbers;    ///< As a file has them, see packed below.
  std::vector<std::uint16_t> scales; ///< f16, above 0: one a row or column.
};

/// The nearest such matrix for scales that let a row's largest element be the
/// largest number: numbers are rounded to the nearest, halves to even, after
/// they were bounded. The scale of a row of zeros is 1. Elements are finite;
/// those beyond what f16 scales reach (about 8e6) throw InputError.
///
/// 8 bits: a byte each. 4 bits: two in a byte, the first of a pair in its lower
/// half, as two's complements; rows follow one another without gaps, and the
/// upper half of an odd last byte is 0.
QuantizedRows quantizeRows(std::span<const float> elements, std::size_t rows,
                           int bits);

/// The same of 8 bits, with a scale for each column.
QuantizedRows quantizeColumns(std::span<const float> elements,
                              std::size_t rows);

/// The scale, as f16 and above 0, by which `largest`, of no sign, becomes the
/// largest number; 1 for 0. Throws InputError beyond what f16 reaches.
std::uint16_t quantizedScale(float largest, int bits);
/// The element over the scale, bounded, as the nearest number, halves to even.
int quantizedNumber(float element, float scale, int bits);
/// Sets element `at`, which is 0 until then.
void putNumber(QuantizedRows &rows, std::size_t at, int number);

/// The elements, [rows, columns]. `numbers` has as many bytes as these need.
std::vector<float> dequantizeRows(int bits, std::span<const std::byte> numbers,
                                  std::span<const std::uint16_t> scales,
                                  std::size_t columns);

/// The same with a scale for each column.
std::vector<float> dequantizeColumns(std::span<const std::byte> numbers,
                                     std::span<const std::uint16_t> scales);

/// Bytes of so many numbers.
constexpr std::size_t quantizedBytes(int bits, std::size_t count) {
  return bits == 8 ? count : (count + 1) / 2;
}

/// IEEE binary16, by its bits; rounds to the nearest, halves to even.
std::uint16_t halfFromFloat(float number);
float floatFromHalf(std::uint16_t bits);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_QUANTIZE_H
