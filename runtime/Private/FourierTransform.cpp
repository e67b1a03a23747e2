//===- FourierTransform.cpp - The fast Fourier transform ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Distributions of privacy loss are all that is transformed here, a few times a
// run, so that this is short rather than fast.

#include "Private/FourierTransform.h"

#include <numbers>
#include <utility>
#include <vector>

namespace mlc::runtime {

void transform(std::span<std::complex<double>> values) {
  const std::size_t size = values.size();
  // To places with the reversed bits.
  for (std::size_t i = 1, j = 0; i < size; ++i) {
    std::size_t bit = size >> 1;
    for (; j & bit; bit >>= 1)
      j ^= bit;
    j ^= bit;
    if (i < j)
      std::swap(values[i], values[j]);
  }
  std::vector<std::complex<double>> roots(size / 2);
  for (std::size_t i = 0; i < roots.size(); ++i)
    roots[i] =
        std::polar(1.0, -2 * std::numbers::pi * double(i) / double(size));
  for (std::size_t half = 1; half < size; half *= 2)
    for (std::size_t start = 0; start < size; start += 2 * half)
      for (std::size_t i = 0; i < half; ++i) {
        const auto root = roots[i * (size / (2 * half))];
        const auto low = values[start + i], high = values[start + half + i];
        // Not operator*, which looks for infinities.
        const std::complex<double> turned(
            high.real() * root.real() - high.imag() * root.imag(),
            high.real() * root.imag() + high.imag() * root.real());
        values[start + i] = low + turned;
        values[start + half + i] = low - turned;
      }
}

} // namespace mlc::runtime
