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

/// The random digits of one value after another, in base 256. Each value has
/// half a block of its own, and where that is used up, as many blocks of other
/// streams as it takes.
class ValueDigits {
public:
  ValueDigits(const PrivacyKey &key, std::uint64_t step,
              std::uint32_t parameter)
      : key_(key), step_(step), parameter_(parameter),
        stream_(key, KeyPurpose::DiscreteNoise, 0, step, parameter) {}
  ~ValueDigits() {
    sodium_memzero(digits_.data(), sizeof digits_);
    sodium_memzero(further_.data(), sizeof further_);
  }

  void startValue(std::int64_t value) {
    value_ = value;
    turn_ = 0;
    if (value < firstLoaded_ || value >= firstLoaded_ + valuesAtOnce) {
      firstLoaded_ = value - value % valuesAtOnce;
      stream_.fill(firstLoaded_ / 2,
                   std::as_writable_bytes(std::span(digits_)));
    }
    next_ = digits_.data() + (value - firstLoaded_) * digitsOfValue;
    end_ = next_ + digitsOfValue;
  }

  std::uint8_t digit() {
    if (next_ == end_) [[unlikely]]
      takeAnotherBlock();
    return *next_++;
  }
  std::uint32_t word() {
    std::uint32_t word = 0;
    for (int i = 0; i < 4; ++i)
      word = word << 8 | digit();
    return word;
  }

private:
  static constexpr std::int64_t digitsOfValue = KeyStream::blockBytes / 2;
  static constexpr std::int64_t valuesAtOnce = 128;

  void takeAnotherBlock() {
    const KeyStream more(key_, KeyPurpose::DiscreteNoise, ++turn_, step_,
                         parameter_);
    more.fill(value_, std::as_writable_bytes(std::span(further_)));
    next_ = further_.data();
    end_ = next_ + further_.size();
  }

  const PrivacyKey &key_;
  std::uint64_t step_;
  std::uint32_t parameter_;
  KeyStream stream_;
  std::array<std::uint8_t, valuesAtOnce * digitsOfValue> digits_;
  std::array<std::uint8_t, KeyStream::blockBytes> further_;
  std::int64_t firstLoaded_ = -valuesAtOnce, value_ = 0;
  std::uint32_t turn_ = 0;
  const std::uint8_t *next_ = nullptr, *end_ = nullptr;
};

/// Whether a uniform number below 1, whose first digit is `digit` and of which
/// as many more are drawn as are needed, is below a / b < 2^100.
bool isBelowExactly(std::uint8_t digit, Wide a, Wide b, ValueDigits &digits) {
  for (Wide drawn = digit;; drawn = digits.digit()) {
    a <<= 8;
    const Wide whole = a / b;
    if (drawn != whole)
      return drawn < whole;
    a -= whole * b;
  }
}

/// True with the probability exp(-a / b), exactly, where a <= b < 2^64
/// (algorithm 1): the number of successes with the probabilities a / b,
/// a / 2b, ... is even.
bool isExponential(std::uint64_t a, std::uint64_t b, ValueDigits &digits) {
  const double ratio = 256 * (double(a) / double(b));
  // More than f64's roundings can change: one digit decides nearly always.
  const double low = ratio * (1 - 0x1p-48), high = ratio * (1 + 0x1p-48);
  for (std::uint32_t successes = 0;; ++successes) {
    const double scale = successes + 1;
    const std::uint8_t digit = digits.digit();
    if (digit * scale >= high)
      return successes % 2 == 0;
    if ((digit + 1) * scale > low &&
        !isBelowExactly(digit, a, Wide(b) * (successes + 1), digits))
      return successes % 2 == 0;
  }
}

/// The same of exp(-1), whose first success is certain.
bool isExponentialOfOne(ValueDigits &digits) {
  for (std::uint32_t divisor = 2;; ++divisor) {
    const std::uint32_t digit = digits.digit();
    if (digit * divisor >= 256)
      return divisor % 2 != 0;
    if ((digit + 1) * divisor > 256 &&
        !isBelowExactly(std::uint8_t(digit), 1, divisor, digits))
      return divisor % 2 != 0;
  }
}

/// How many deviations a value has at least, k: with a probability in
/// proportion to exp(-k^2 / 2). Below these of 2^128 is a k of at most 0, 1,
/// ..., 12; beyond 13 lies less than 2^-140.
constexpr std::array<Wide, 13> wholeDeviations = {
    Wide(0x92025b19482ce72b) << 64 | 0xd40241fe3d8503e0,
    Wide(0xea91798547a0ef93) << 64 | 0xd55d4ff9ab842149,
    Wide(0xfe5415c6e9da4bae) << 64 | 0xeabab39c56d419be,
    Wide(0xfff3523319908c11) << 64 | 0xd937bd03927c2f09,
    Wide(0xffffdc31b8ef5942) << 64 | 0x488c43f4219a48e8,
    Wide(0xffffffdaa2d72344) << 64 | 0xf06d574f25e26ea2,
    Wide(0xfffffffff1a20da4) << 64 | 0x272e392479b0e3d6,
    Wide(0xfffffffffffdf76c) << 64 | 0x4ac9d6ef19667473,
    Wide(0xffffffffffffffe4) << 64 | 0xe341e1b0f4764936,
    Wide(0xffffffffffffffff) << 64 | 0xff7b01dedd7a579c,
    Wide(0xffffffffffffffff) << 64 | 0xffffff100072148c,
    Wide(0xffffffffffffffff) << 64 | 0xffffffffff60ab69,
    Wide(0xffffffffffffffff) << 64 | 0xffffffffffffffd9,
};

constexpr std::uint32_t wholeOf(Wide uniform) {
  std::uint32_t whole = 0;
  for (Wide limit : wholeDeviations)
    whole += limit <= uniform;
  return whole;
}

/// The same by the first digit alone, where it decides.
constexpr std::uint8_t undecided = 255;
constexpr auto wholeOfDigit = [] {
  std::array<std::uint8_t, 256> table;
  for (std::size_t digit = 0; digit < table.size(); ++digit) {
    const Wide least = Wide(digit) << 120;
    const std::uint32_t whole = wholeOf(least);
    table[digit] = wholeOf(least | ((Wide(1) << 120) - 1)) == whole
                       ? std::uint8_t(whole)
                       : undecided;
  }
  return table;
}();

std::uint32_t wholeDeviationsOf(ValueDigits &digits) {
  const std::uint8_t first = digits.digit();
  if (wholeOfDigit[first] != undecided)
    return wholeOfDigit[first];
  Wide uniform = first;
  for (int i = 1; i < 16; ++i)
    uniform = uniform << 8 | digits.digit();
  return wholeOf(uniform);
}

/// Makes values with one deviation: k deviations and a uniform rest, which is
/// taken with the probability exp(-rest (2 k deviation + rest) /
/// (2 deviation^2)).
/// Source: Karney, Sampling exactly from the normal distribution (2016), step
/// N1 by a table.
class Sampler {
public:
  explicit Sampler(std::uint32_t deviation)
      : deviation_(deviation), unfair_(-deviation % deviation),
        divisor_(2 * std::uint64_t(deviation) * deviation) {}

  std::int64_t operator()(ValueDigits &digits) const {
    while (true) {
      const std::uint64_t start =
          std::uint64_t(wholeDeviationsOf(digits)) * deviation_;
      const std::uint64_t rest = uniform(digits);
      if (!isTaken(Wide(rest) * (2 * start + rest), digits))
        continue;
      const auto size = std::int64_t(start + rest);
      const std::int64_t sign = digits.digit() & 1;
      if (size != 0 || sign == 0) // Zero would count twice.
        return (size ^ -sign) + sign;
    }
  }

private:
  /// True with the probability exp(-exponent / divisor_), exactly.
  bool isTaken(Wide exponent, ValueDigits &digits) const {
    for (; exponent > divisor_; exponent -= divisor_)
      if (!isExponentialOfOne(digits))
        return false;
    return isExponential(std::uint64_t(exponent), divisor_, digits);
  }

  /// Uniform below the deviation, exactly.
  /// Source: Lemire, Fast random integer generation in an interval (2019).
  std::uint32_t uniform(ValueDigits &digits) const {
    std::uint64_t product;
    do
      product = std::uint64_t(digits.word()) * deviation_;
    while (std::uint32_t(product) < unfair_);
    return product >> 32;
  }

  std::uint32_t deviation_, unfair_;
  std::uint64_t divisor_;
};

} // namespace

void fillDiscreteGaussian(const PrivacyKey &key, std::uint64_t step,
                          std::uint32_t parameter, std::int64_t first,
                          std::uint32_t deviation,
                          std::span<std::int64_t> values) {
  if (deviation < 1 || deviation > 0x7fffffff)
    throw InputError(fmt::format(
        "discrete noise has a deviation from 1 to 2147483647 steps of its "
        "grid, but got {}; give another --epsilon or clip",
        deviation));
  if (first < 0 || first + std::int64_t(values.size()) > KeyStream::lastBlock)
    throw InputError("a parameter has too many elements for exact noise; train "
                     "with --noise float");
  const Sampler sampler(deviation);
  ValueDigits digits(key, step, parameter);
  for (std::int64_t &value : values) {
    digits.startValue(first++);
    value = sampler(digits);
  }
}

} // namespace mlc::runtime
