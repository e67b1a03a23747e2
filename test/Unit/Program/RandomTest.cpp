//===- RandomTest.cpp - Random numbers by position ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Random.h"

#include "Support/HandmadeProgram.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <numeric>
#include <vector>

namespace mlc::runtime {
namespace {

// Source: Random123's kat_vectors, philox4x32 with 10 rounds: counter, key,
// words.
TEST(RandomTest, KnownAnswers) {
  using Words = std::array<std::uint32_t, 4>;
  EXPECT_EQ(randomWords(0, RandomPurpose(0), 0, 0),
            (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(randomWords(~0ull, RandomPurpose(~0u), ~0ull, ~0u),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(randomWords(0x299f31d0'a4093822, RandomPurpose(0x03707344),
                        0x85a308d3'243f6a88, 0x13198a2e),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomTest, UniformIsBelowOne) {
  EXPECT_EQ(uniformFromWord(0), 0.0f);
  EXPECT_EQ(uniformFromWord(0x80000000), 0.5f);
  EXPECT_LT(uniformFromWord(~0u), 1.0f);
  EXPECT_EQ(uniformFromWord(~0u), 1.0f - 0x1p-24f);
}

TEST(RandomTest, NormalIsFinite) {
  for (std::uint32_t first : {0u, 1u, ~0u})
    for (std::uint32_t second : {0u, 0x80000000u, ~0u})
      EXPECT_TRUE(std::isfinite(normalFromWords(first, second)));
}

std::vector<std::int64_t> permutationOf(std::int64_t size, std::uint64_t seed,
                                        std::uint32_t index = 1) {
  const Permutation permutation(size, seed, RandomPurpose::Shuffle, index);
  std::vector<std::int64_t> places(size);
  for (std::int64_t i = 0; i < size; ++i)
    places[i] = permutation(i);
  return places;
}

TEST(PermutationTest, IsBijection) {
  std::vector<std::int64_t> sizes(70);
  std::iota(sizes.begin(), sizes.end(), 1);
  for (std::int64_t size : {127, 128, 129, 1000, 4095, 4097, 25000, 65537})
    sizes.push_back(size);
  for (std::int64_t size : sizes) {
    std::vector<std::int64_t> places = permutationOf(size, 42);
    std::ranges::sort(places);
    for (std::int64_t i = 0; i < size; ++i)
      ASSERT_EQ(places[i], i) << "size " << size;
  }
}

TEST(PermutationTest, ServesHugeSizes) {
  for (std::int64_t size : {std::int64_t(1) << 33, (std::int64_t(1) << 62) + 1,
                            std::numeric_limits<std::int64_t>::max()}) {
    const Permutation permutation(size, 1, RandomPurpose::Shuffle, 1);
    for (std::int64_t place : {std::int64_t(0), size / 2, size - 1}) {
      EXPECT_GE(permutation(place), 0);
      EXPECT_LT(permutation(place), size);
    }
  }
}

/// The network as it is described, for domains of 2 ^ `bits`, nine at least.
std::int64_t placeByFeistel(std::int64_t place, unsigned bits,
                            std::uint64_t seed, std::uint32_t index) {
  std::uint64_t width[] = {bits - bits / 2, bits / 2};
  std::uint64_t half[] = {place & ((1ull << width[0]) - 1),
                          std::uint64_t(place) >> width[0]};
  for (std::uint32_t round = 0; round < 6; ++round) {
    const int from = round % 2;
    const std::uint64_t word =
        randomWords(seed, RandomPurpose::Shuffle,
                    half[from] | std::uint64_t(round) << 32, index)[0];
    half[1 - from] ^= word & ((1ull << width[1 - from]) - 1);
  }
  return half[1] << width[0] | half[0];
}

/// With words that are kept (up to 28 bits) and with words that are not.
TEST(PermutationTest, IsTheFeistelNetwork) {
  for (unsigned bits : {9, 16, 27, 28, 29, 40}) {
    const std::int64_t size = std::int64_t(1) << bits;
    const Permutation permutation(size, 5, RandomPurpose::Shuffle, 3);
    for (std::int64_t place : {std::int64_t(0), size / 3, size - 1})
      EXPECT_EQ(permutation(place), placeByFeistel(place, bits, 5, 3)) << bits;
  }
}

TEST(PermutationTest, DependsOnSeedAndEpochAndPurpose) {
  EXPECT_EQ(permutationOf(100, 1), permutationOf(100, 1));
  EXPECT_NE(permutationOf(100, 1), permutationOf(100, 2));
  EXPECT_NE(permutationOf(100, 1), permutationOf(100, 1 + (1ull << 32)));
  EXPECT_NE(permutationOf(100, 1, 1), permutationOf(100, 1, 2));
  const Permutation split(100, 1, RandomPurpose::Split, 1);
  const Permutation shuffle(100, 1, RandomPurpose::Shuffle, 1);
  EXPECT_NE(split(0) * 100 + split(1), shuffle(0) * 100 + shuffle(1));
}

/// Over many seeds, all permutations of a few elements are equally frequent.
TEST(PermutationTest, ReachesAllPermutationsEvenly) {
  for (std::int64_t size : {2, 3, 4, 5}) {
    std::map<std::vector<std::int64_t>, double> counts;
    const int seeds = 24000;
    for (int seed = 0; seed < seeds; ++seed)
      ++counts[permutationOf(size, seed)];
    const std::size_t all = std::tgamma(size + 1) + 0.5;
    ASSERT_EQ(counts.size(), all) << "size " << size;
    const double expected = double(seeds) / all;
    double chiSquared = 0;
    for (const auto &[permutation, count] : counts)
      chiSquared += (count - expected) * (count - expected) / expected;
    // Mean `all - 1`, standard deviation sqrt(2 (all - 1)): five of them.
    EXPECT_LT(chiSquared, all - 1 + 5 * std::sqrt(2.0 * (all - 1)) + 5)
        << "size " << size;
  }
}

/// Over many seeds, any two neighbours are at any two places equally often.
TEST(PermutationTest, SpreadsPairsEvenly) {
  const std::int64_t size = 11;
  const int seeds = 50000;
  std::vector<double> counts(size * size);
  for (int seed = 0; seed < seeds; ++seed) {
    const Permutation permutation(size, seed, RandomPurpose::Shuffle, 3);
    ++counts[permutation(4) * size + permutation(5)];
  }
  const double cells = size * (size - 1), expected = seeds / cells;
  double chiSquared = 0;
  for (std::int64_t i = 0; i < size * size; ++i) {
    if (i / size == i % size)
      EXPECT_EQ(counts[i], 0);
    else
      chiSquared += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  EXPECT_LT(chiSquared, cells + 5 * std::sqrt(2 * cells));
}

/// A sorted file must not stay sorted in any part of an epoch.
TEST(PermutationTest, MixesLargeSizes) {
  const std::int64_t size = 25000;
  const std::vector<std::int64_t> places = permutationOf(size, 7);
  const std::int64_t part = 1000;
  for (std::int64_t first = 0; first < size; first += part) {
    std::int64_t upper = 0;
    for (std::int64_t i = first; i < first + part; ++i)
      upper += places[i] >= size / 2;
    EXPECT_NEAR(upper, part / 2, 5 * std::sqrt(part / 4.0));
  }
}

std::vector<float> initialized(MlcInitializer initializer, double value,
                               std::uint32_t number = 0,
                               std::uint64_t seed = 5) {
  const MlcParameter parameter =
      test::parameter("p", {100, 300}, initializer, value);
  std::vector<float> elements(30000, -77.0f);
  initializeParameter(parameter, number, seed, elements);
  return elements;
}

struct Moments {
  double mean = 0, deviation = 0;
  float least, most;
};

Moments momentsOf(const std::vector<float> &elements) {
  Moments moments;
  for (float element : elements)
    moments.mean += element / double(elements.size());
  for (float element : elements)
    moments.deviation += std::pow(element - moments.mean, 2);
  moments.deviation = std::sqrt(moments.deviation / double(elements.size()));
  moments.least = std::ranges::min(elements);
  moments.most = std::ranges::max(elements);
  return moments;
}

TEST(InitializerTest, Constants) {
  EXPECT_EQ(initialized(MLC_INIT_ZEROS, 3), std::vector<float>(30000, 0.0f));
  EXPECT_EQ(initialized(MLC_INIT_CONSTANT, 0.1),
            std::vector<float>(30000, 0.1f));
}

TEST(InitializerTest, Uniform) {
  const Moments moments = momentsOf(initialized(MLC_INIT_UNIFORM, 0.25));
  EXPECT_NEAR(moments.mean, 0, 0.005);
  EXPECT_NEAR(moments.deviation, 0.25 / std::sqrt(3), 0.003);
  EXPECT_GE(moments.least, -0.25f);
  EXPECT_LT(moments.least, -0.249f);
  EXPECT_LT(moments.most, 0.25f);
  EXPECT_GT(moments.most, 0.249f);
}

TEST(InitializerTest, UniformFanIn) {
  const Moments moments = momentsOf(initialized(MLC_INIT_UNIFORM_FAN_IN, 9));
  EXPECT_GE(moments.least, -0.1f);
  EXPECT_LT(moments.most, 0.1f);
  EXPECT_GT(moments.most, 0.0999f);
}

TEST(InitializerTest, Normal) {
  const std::vector<float> elements = initialized(MLC_INIT_NORMAL, 2);
  const Moments moments = momentsOf(elements);
  EXPECT_NEAR(moments.mean, 0, 0.05);
  EXPECT_NEAR(moments.deviation, 2, 0.05);
  const auto within = std::ranges::count_if(
      elements, [](float element) { return std::abs(element) < 2; });
  EXPECT_NEAR(double(within) / double(elements.size()), 0.6827, 0.015);
}

TEST(InitializerTest, ParametersAndSeedsDiffer) {
  const auto first = initialized(MLC_INIT_UNIFORM, 1, 0);
  EXPECT_EQ(first, initialized(MLC_INIT_UNIFORM, 1, 0));
  EXPECT_NE(first, initialized(MLC_INIT_UNIFORM, 1, 1));
  EXPECT_NE(first, initialized(MLC_INIT_UNIFORM, 1, 0, 6));
}

} // namespace
} // namespace mlc::runtime
