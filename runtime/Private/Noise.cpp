//===- Noise.cpp - Gaussian noise from a secret ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Compiled without contraction (CMakeLists.txt): each operation is rounded by
// itself, so that vectors of any width give the same bits. The logarithm, sine
// and cosine of a C library would not: they differ between its versions, and
// with what the CPU has.

#include "Private/Noise.h"

#include "Private/KeyStream.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <sodium.h>

namespace mlc::runtime {

namespace {

/// Of one pair of values: 64 bits for the radius, as many for the angle.
struct PairBits {
  std::uint64_t radius, angle;
};

constexpr std::size_t valuesPerBlock =
    2 * KeyStream::blockBytes / sizeof(PairBits);
/// What is made at once: as much as a first-level cache holds with ease.
constexpr std::size_t valuesAtOnce = 512;

constexpr std::uint64_t bitsOfOne = std::bit_cast<std::uint64_t>(1.0);
constexpr std::uint64_t fractionMask = (std::uint64_t(1) << 52) - 1;

/// Uniform over the middles of 2^52 pieces of [0, 1): never 0 or 1.
[[gnu::always_inline]] inline double uniformOf(std::uint64_t bits) {
  return std::bit_cast<double>(bits >> 12 | bitsOfOne) - (1.0 - 0x1p-53);
}

/// The natural logarithm of a normal number. x = 2^e m, with m between
/// sqrt(1/2) and sqrt(2), and ln m = 2 artanh((m - 1) / (m + 1)), whose series
/// is cut where its terms are below 2^-54.
[[gnu::always_inline]] inline double logarithmOf(double x) {
  constexpr std::uint64_t bitsOfRoot =
      std::bit_cast<std::uint64_t>(std::numbers::sqrt2 / 2);
  const std::uint64_t moved =
      std::bit_cast<std::uint64_t>(x) + (bitsOfOne - bitsOfRoot);
  // The exponent as a number: added to the last bits of 2^52.
  const double exponent =
      std::bit_cast<double>(moved >> 52 |
                            std::bit_cast<std::uint64_t>(0x1p52)) -
      (0x1p52 + 1023);
  const double m = std::bit_cast<double>((moved & fractionMask) + bitsOfRoot);
  const double s = (m - 1) / (m + 1);
  const double z = s * s;
  double sum = 1.0 / 21;
  for (int k = 19; k >= 1; k -= 2)
    sum = sum * z + 1.0 / k;
  return exponent * std::numbers::ln2 + 2 * s * sum;
}

/// Two independent values of a Gaussian with deviation 1.
[[gnu::always_inline]] inline void makePair(PairBits bits, double &first,
                                            double &second) {
  const double radius = std::sqrt(-2 * logarithmOf(uniformOf(bits.radius)));
  // An eighth of a turn to both sides; Taylor series up to 2^-54.
  const double angle = (uniformOf(bits.angle) - 0.5) * (std::numbers::pi / 2);
  const double z = angle * angle;
  double sine = 1, cosine = 1;
  for (int k = 16; k >= 2; k -= 2) {
    sine = 1 - sine * z * (1.0 / (k * (k + 1)));
    cosine = 1 - cosine * z * (1.0 / (k * (k - 1)));
  }
  // Two more bits say which quarter of a turn: opposite, and across.
  const std::uint64_t sign = bits.angle << 63;
  const std::uint64_t across = -(bits.angle >> 1 & 1);
  const auto along = std::bit_cast<std::uint64_t>(radius * cosine) ^ sign;
  const auto beside = std::bit_cast<std::uint64_t>(radius * (angle * sine));
  const std::uint64_t exchanged = (along ^ beside) & across;
  first = std::bit_cast<double>(along ^ exchanged);
  second = std::bit_cast<double>(beside ^ exchanged);
}

[[gnu::always_inline]] inline void
makePairs(const PairBits *bits, std::size_t pairs, double *values) {
  for (std::size_t i = 0; i < pairs; ++i)
    makePair(bits[i], values[2 * i], values[2 * i + 1]);
}

// "avx2" leaves out the fused operations, which round once instead of twice.
[[gnu::target("avx2")]] void makePairsWide(const PairBits *bits,
                                           std::size_t pairs, double *values) {
  makePairs(bits, pairs, values);
}

void makePairsAnywhere(const PairBits *bits, std::size_t pairs,
                       double *values) {
  makePairs(bits, pairs, values);
}

} // namespace

void fillGaussian(const PrivacyKey &key, std::uint64_t step,
                  std::uint32_t parameter, std::int64_t first, double deviation,
                  std::span<float> values) {
  const KeyStream stream(key, KeyPurpose::Noise, 0, step, parameter);
  const auto make =
      __builtin_cpu_supports("avx2") ? makePairsWide : makePairsAnywhere;
  std::array<PairBits, valuesAtOnce / 2> bits;
  std::array<double, valuesAtOnce> made;
  for (std::size_t done = 0; done < values.size();) {
    const std::int64_t place = first + std::int64_t(done);
    const std::size_t skipped = place % valuesPerBlock;
    const std::size_t count =
        std::min(values.size() - done, valuesAtOnce - skipped);
    const std::size_t blocks =
        (skipped + count + valuesPerBlock - 1) / valuesPerBlock;
    const std::size_t pairs = blocks * valuesPerBlock / 2;
    stream.fill(place / std::int64_t(valuesPerBlock),
                std::as_writable_bytes(std::span(bits).first(pairs)));
    make(bits.data(), pairs, made.data());
    for (std::size_t i = 0; i < count; ++i)
      values[done + i] = float(deviation * made[skipped + i]);
    done += count;
  }
  sodium_memzero(bits.data(), sizeof bits);
  sodium_memzero(made.data(), sizeof made);
}

} // namespace mlc::runtime
