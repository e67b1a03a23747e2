//===- Random.cpp - Random numbers by position ----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Random.h"

#include <Random123/philox.h>
#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace mlc::runtime {

/// Rounds of the Feistel network. Six leave no trace in where pairs of places
/// go; domains of up to 256 elements need more until all permutations are
/// equally likely (measured: 20 for 5 elements, 32 for 8), and cost nothing.
/// Even, so that the halves of the state end where they began.
static std::uint32_t feistelRounds(unsigned bits) { return bits <= 8 ? 32 : 6; }

/// Halves of the state of up to this many bits have all of their rounds' words
/// kept: 196 KB at most, and far fewer words than there are places.
static constexpr unsigned kTableBits = 14;

std::array<std::uint32_t, 4> randomWords(std::uint64_t seed,
                                         RandomPurpose purpose,
                                         std::uint64_t position,
                                         std::uint32_t index) {
  const r123::Philox4x32::ctr_type counter = {{std::uint32_t(position),
                                               std::uint32_t(position >> 32),
                                               index, std::uint32_t(purpose)}};
  const r123::Philox4x32::key_type key = {
      {std::uint32_t(seed), std::uint32_t(seed >> 32)}};
  const auto words = r123::Philox4x32()(counter, key);
  return {words[0], words[1], words[2], words[3]};
}

float uniformFromWord(std::uint32_t word) {
  return float(word >> 8) * 0x1p-24f;
}

float normalFromWords(std::uint32_t first, std::uint32_t second) {
  const double radius = std::sqrt(-2.0 * std::log((first + 1.0) * 0x1p-32));
  return float(radius * std::cos(2.0 * std::numbers::pi * second * 0x1p-32));
}

FeistelShape feistelShape(std::int64_t size) {
  const unsigned bits = std::bit_width(std::uint64_t(size - 1));
  return {bits / 2, bits - bits / 2, feistelRounds(bits)};
}

Permutation::Permutation(std::int64_t size, std::uint64_t seed,
                         RandomPurpose purpose, std::uint32_t index,
                         std::uint32_t number)
    : size_(size), seed_(seed), purpose_(purpose), index_(index),
      number_(number), shape_(feistelShape(size)) {
  if (shape_.rightBits > kTableBits)
    return;
  for (std::uint32_t round = 0; round < shape_.rounds; ++round)
    for (std::uint64_t half = 0; half >> shape_.rightBits == 0; ++half)
      words_.push_back(word(round, half));
}

std::uint32_t Permutation::word(std::uint32_t round, std::uint64_t half) const {
  const std::uint64_t position = half | std::uint64_t(number_ << 8 | round)
                                            << 32;
  return randomWords(seed_, purpose_, position, index_)[0];
}

std::uint64_t Permutation::encrypt(std::uint64_t state) const {
  std::uint64_t from = state & ((std::uint64_t(1) << shape_.rightBits) - 1);
  std::uint64_t to = state >> shape_.rightBits;
  std::uint64_t toMask = (std::uint64_t(1) << shape_.leftBits) - 1;
  std::uint64_t fromMask = (std::uint64_t(1) << shape_.rightBits) - 1;
  for (std::uint32_t round = 0; round < shape_.rounds; ++round) {
    to ^= toMask & (words_.empty() ? word(round, from)
                                   : words_[round << shape_.rightBits | from]);
    std::swap(from, to);
    std::swap(fromMask, toMask);
  }
  return to << shape_.rightBits | from;
}

std::int64_t Permutation::operator()(std::int64_t place) const {
  if (size_ == 1)
    return 0;
  std::uint64_t state = place;
  do
    state = encrypt(state);
  while (state >= size_);
  return state;
}

static void fillUniform(std::span<float> elements, float bound,
                        std::uint32_t number, std::uint64_t seed) {
  for (std::uint64_t i = 0; i < elements.size(); ++i) {
    const auto words = randomWords(seed, RandomPurpose::Initialize, i, number);
    elements[i] = (2.0f * uniformFromWord(words[0]) - 1.0f) * bound;
  }
}

static void fillNormal(std::span<float> elements, float deviation,
                       std::uint32_t number, std::uint64_t seed) {
  for (std::uint64_t i = 0; i < elements.size(); ++i) {
    const auto words = randomWords(seed, RandomPurpose::Initialize, i, number);
    elements[i] = normalFromWords(words[0], words[1]) * deviation;
  }
}

void initializeParameter(const MlcParameter &parameter, std::uint32_t number,
                         std::uint64_t seed, std::span<float> elements) {
  switch (MlcInitializer(parameter.initializer)) {
  case MLC_INIT_ZEROS:
    return std::fill(elements.begin(), elements.end(), 0.0f);
  case MLC_INIT_CONSTANT:
    return std::fill(elements.begin(), elements.end(), float(parameter.value));
  case MLC_INIT_UNIFORM:
    return fillUniform(elements, float(parameter.value), number, seed);
  case MLC_INIT_UNIFORM_FAN_IN:
    return fillUniform(elements,
                       float(1.0 / std::sqrt(double(parameter.fan_in))), number,
                       seed);
  case MLC_INIT_NORMAL:
    return fillNormal(elements, float(parameter.value), number, seed);
  }
}

} // namespace mlc::runtime
