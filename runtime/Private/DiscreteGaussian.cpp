//===- DiscreteGaussian.cpp - Exact Gaussian noise of integers ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Private/KeyStream.h"
#include "Private/Noise.h"

#include <array>
#include <cstring>
#include <fmt/format.h>
#include <sodium.h>

namespace mlc::runtime {

namespace {

using Wide = unsigned __int128;

/// The random bits of one value after another. Each has a block of its own, and
/// where that is used up, as many more as it takes.
class ValueBits {
public:
  ValueBits(const PrivacyKey &key, std::uint64_t step, std::uint32_t parameter)
      : key_(key), step_(step), parameter_(parameter),
        stream_(key, KeyPurpose::DiscreteNoise, 0, step, parameter) {}
  ~ValueBits() { sodium_memzero(blocks_.data(), sizeof blocks_); }

  void startValue(std::int64_t value) {
    value_ = value;
    turn_ = 0;
    if (value < firstLoaded_ || value >= firstLoaded_ + blocksAtOnce) {
      firstLoaded_ = value - value % blocksAtOnce;
      stream_.fill(firstLoaded_, std::as_writable_bytes(std::span(blocks_)));
    }
    next_ = blocks_[value - firstLoaded_].data();
    end_ = next_ + digitsPerBlock;
  }

  std::uint16_t digit() {
    if (next_ == end_)
      takeAnotherBlock();
    return *next_++;
  }
  std::uint32_t word() {
    const std::uint32_t high = digit();
    return high << 16 | digit();
  }

private:
  static constexpr std::size_t digitsPerBlock = KeyStream::blockBytes / 2;
  static constexpr std::int64_t blocksAtOnce = 64;
  using Block = std::array<std::uint16_t, digitsPerBlock>;

  void takeAnotherBlock() {
    const KeyStream more(key_, KeyPurpose::DiscreteNoise, ++turn_, step_,
                         parameter_);
    more.fill(value_, std::as_writable_bytes(std::span(further_)));
    next_ = further_.data();
    end_ = next_ + digitsPerBlock;
  }

  const PrivacyKey &key_;
  std::uint64_t step_;
  std::uint32_t parameter_;
  KeyStream stream_;
  std::array<Block, blocksAtOnce> blocks_;
  Block further_;
  std::int64_t firstLoaded_ = -blocksAtOnce, value_ = 0;
  std::uint32_t turn_ = 0;
  const std::uint16_t *next_ = nullptr, *end_ = nullptr;
};

/// Uniform below `limit`, exactly.
/// Source: Lemire, Fast random integer generation in an interval (2019).
std::uint32_t uniformBelow(std::uint32_t limit, ValueBits &bits) {
  const std::uint32_t unfair = -limit % limit;
  std::uint64_t product;
  do
    product = std::uint64_t(bits.word()) * limit;
  while (std::uint32_t(product) < unfair);
  return product >> 32;
}

/// True with the probability a / b, exactly, where a <= b < 2^100: whether a
/// uniform number, of which as many digits are drawn as are needed, is below.
bool isBelow(Wide a, Wide b, ValueBits &bits) {
  const double ratio = double(a) / double(b) * 65536;
  const double digit = bits.digit();
  // More than f64's roundings can change.
  constexpr double doubt = 0x1p-48;
  if (digit + 1 <= ratio * (1 - doubt))
    return true;
  if (digit >= ratio * (1 + doubt))
    return false;
  for (auto drawn = Wide(digit);; drawn = bits.digit()) {
    a <<= 16;
    const Wide whole = a / b;
    if (drawn != whole)
      return drawn < whole;
    a -= whole * b;
  }
}

/// True with the probability exp(-a / b), exactly, where a <= b < 2^64
/// (algorithm 1): the number of successes, each less likely, is even.
bool isExponential(std::uint64_t a, std::uint64_t b, ValueBits &bits) {
  std::uint32_t successes = 0;
  while (isBelow(a, Wide(b) * (successes + 1), bits))
    ++successes;
  return successes % 2 == 0;
}

/// A discrete Laplace value with the given scale (algorithm 2), as its size and
/// whether it is negative.
struct Laplace {
  std::uint64_t size;
  bool isNegative;
};
Laplace laplaceOf(std::uint32_t scale, ValueBits &bits) {
  while (true) {
    const std::uint64_t rest = uniformBelow(scale, bits);
    if (!isExponential(rest, scale, bits))
      continue;
    std::uint64_t whole = 0;
    while (isExponential(1, 1, bits))
      ++whole;
    const Laplace value{rest + whole * scale, bool(bits.digit() & 1)};
    if (value.size != 0 || !value.isNegative) // Zero would count twice.
      return value;
  }
}

/// Algorithm 3, with the deviation as the scale of the Laplace values: its
/// proof holds for every scale.
std::int64_t gaussianOf(std::uint32_t deviation, ValueBits &bits) {
  const std::uint64_t divisor = 2 * std::uint64_t(deviation) * deviation;
  while (true) {
    const Laplace value = laplaceOf(deviation, bits);
    const std::uint64_t away = value.size < deviation ? deviation - value.size
                                                      : value.size - deviation;
    Wide exponent = Wide(away) * away;
    bool isTaken = true;
    for (; isTaken && exponent > divisor; exponent -= divisor)
      isTaken = isExponential(1, 1, bits);
    if (isTaken && isExponential(std::uint64_t(exponent), divisor, bits))
      return value.isNegative ? -std::int64_t(value.size)
                              : std::int64_t(value.size);
  }
}

} // namespace

void fillDiscreteGaussian(const PrivacyKey &key, std::uint64_t step,
                          std::uint32_t parameter, std::int64_t first,
                          std::uint32_t deviation,
                          std::span<std::int64_t> values) {
  if (deviation < 1 || deviation > 0x7fffffff)
    throw InputError(fmt::format(
        "discrete noise has a deviation from 1 to 2147483647 steps of its "
        "grid, but got {}; change the clip or epsilon",
        deviation));
  ValueBits bits(key, step, parameter);
  for (std::int64_t &value : values) {
    bits.startValue(first++);
    value = gaussianOf(deviation, bits);
  }
}

} // namespace mlc::runtime
