//===- NoiseTest.cpp - Noise, rows and keys of private training -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Private/Noise.h"

#include "Private/KeyStream.h"
#include "Private/PoissonSample.h"
#include "Support/ExpectError.h"
#include "Support/TestData.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <set>
#include <sys/stat.h>

namespace mlc::test {
namespace {

using namespace runtime;

/// Bytes that count up from `start`.
PrivacyKey keyOf(std::uint8_t start) {
  PrivacyKey key;
  for (std::uint8_t &byte : key.bytes)
    byte = start++;
  return key;
}

double normalBelow(double x) { return 0.5 * std::erfc(-x / std::sqrt(2)); }

/// The largest distance of the distribution of `values` from a Gaussian, times
/// the root of their number: above 1.95 with a probability of 0.001
/// (Kolmogorov and Smirnov).
double distanceFromNormal(std::vector<double> values) {
  std::ranges::sort(values);
  const double count = double(values.size());
  double distance = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double expected = normalBelow(values[i]);
    distance = std::max({distance, double(i + 1) / count - expected,
                         expected - double(i) / count});
  }
  return distance * std::sqrt(count);
}

double correlationOf(std::span<const float> a, std::span<const float> b) {
  const std::size_t size = std::min(a.size(), b.size());
  double product = 0, first = 0, second = 0;
  for (std::size_t i = 0; i < size; ++i) {
    product += double(a[i]) * b[i];
    first += double(a[i]) * a[i];
    second += double(b[i]) * b[i];
  }
  return product / std::sqrt(first * second);
}

// By other implementations of the same: test/Integration/private/noise.py.
TEST(NoiseTest, KnownAnswers) {
  struct Known {
    std::uint64_t step;
    std::uint32_t parameter;
    std::int64_t place;
    float value;
  };
  for (const auto &[step, parameter, place, expected] : {
           Known{0u, 0u, 0, 0x1.20e1acp-2f},
           {0u, 0u, 1, 0x1.a89494p-3f},
           {1u, 0u, 0, -0x1.16e76ap-1f},
           {0u, 1u, 0, -0x1.033368p-1f},
           {5u, 2u, 1000003, 0x1.a4dd96p-1f},
           {1099511627776u, 2147483648u, 17179869189, -0x1.9cd562p-3f},
       }) {
    float value = 0;
    fillGaussian(keyOf(0), step, parameter, place, 1.5, {&value, 1});
    EXPECT_EQ(value, expected) << step << ' ' << parameter << ' ' << place;
  }
  std::vector<std::int64_t> rows;
  sampleRows(keyOf(0), 3, 100, 0.08192, rows);
  EXPECT_EQ(rows, (std::vector<std::int64_t>{34, 65, 70, 91}));
  sampleRows(keyOf(0), 4, 12, 0.5, rows);
  EXPECT_EQ(rows, (std::vector<std::int64_t>{2, 6, 7, 9, 10, 11}));
}

TEST(NoiseTest, AnyPartHasTheBitsOfTheWhole) {
  const PrivacyKey key = keyOf(0);
  std::vector<float> whole(3000);
  std::vector<std::int64_t> wholeNumbers(3000);
  fillGaussian(key, 7, 3, 0, 2.0, whole);
  fillDiscreteGaussian(key, 7, 3, 0, 2000, wholeNumbers);
  for (std::int64_t first : {0, 1, 7, 8, 127, 511, 512, 513, 2999})
    for (std::int64_t count : {0, 1, 2, 9, 600}) {
      std::vector<float> part(std::min(count, 3000 - first));
      fillGaussian(key, 7, 3, first, 2.0, part);
      EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + first))
          << first << ' ' << count;
      std::vector<std::int64_t> numbers(part.size());
      fillDiscreteGaussian(key, 7, 3, first, 2000, numbers);
      EXPECT_TRUE(std::equal(numbers.begin(), numbers.end(),
                             wholeNumbers.begin() + first))
          << first << ' ' << count;
    }
}

/// 1.28 million values, of ten steps and one key.
class ManyValuesTest : public testing::Test {
protected:
  static constexpr std::size_t size = 128000;
  static constexpr double deviation = 2;

  ManyValuesTest() {
    for (std::uint64_t step = 0; step < steps.size(); ++step) {
      steps[step].resize(size);
      fillGaussian(keyOf(1), step, 4, 0, deviation, steps[step]);
    }
  }
  std::array<std::vector<float>, 10> steps;
};

TEST_F(ManyValuesTest, AreGaussian) {
  double sum = 0, squares = 0;
  std::vector<double> values;
  for (const auto &step : steps)
    for (float value : step) {
      values.push_back(value / deviation);
      sum += value;
      squares += double(value) * value;
    }
  const double count = double(values.size());
  EXPECT_NEAR(sum / count, 0, 4 * deviation / std::sqrt(count));
  EXPECT_NEAR(std::sqrt(squares / count), deviation, 0.003 * deviation);
  EXPECT_LT(distanceFromNormal(values), 1.95);
}

TEST_F(ManyValuesTest, KnowNothingOfOneAnother) {
  std::vector<float> other(size);
  fillGaussian(keyOf(1), 0, 5, 0, deviation, other);
  EXPECT_LT(std::abs(correlationOf(steps[0], other)), 0.01);
  fillGaussian(keyOf(2), 0, 4, 0, deviation, other);
  EXPECT_LT(std::abs(correlationOf(steps[0], other)), 0.01);
  // Of steps, of neighbours and of shards, over all there are.
  double acrossSteps = 0, neighbours = 0, pairs = 0, shards = 0;
  for (std::size_t step = 0; step < steps.size(); ++step) {
    const std::span<const float> values = steps[step];
    acrossSteps += correlationOf(values, steps[(step + 1) % steps.size()]) / 10;
    neighbours += correlationOf(values, values.subspan(1)) / 10;
    pairs += correlationOf(values, values.subspan(2)) / 10;
    shards += correlationOf(values, values.subspan(size / 2)) / 10;
  }
  for (double correlation : {acrossSteps, neighbours, pairs, shards})
    EXPECT_LT(std::abs(correlation), 0.005);
}

TEST_F(ManyValuesTest, AreNotThereTwice) {
  // Single values meet by chance, f32 having so few; pairs hardly ever.
  std::vector<std::uint64_t> pairs;
  for (const auto &step : steps)
    for (std::size_t i = 0; i < size; i += 2)
      pairs.push_back(std::uint64_t(std::bit_cast<std::uint32_t>(step[i]))
                          << 32 |
                      std::bit_cast<std::uint32_t>(step[i + 1]));
  std::ranges::sort(pairs);
  EXPECT_EQ(std::ranges::adjacent_find(pairs), pairs.end());
}

/// Pearson's statistic of counts, less its mean, over its deviation.
double excessOf(std::span<const double> counts,
                std::span<const double> expected) {
  double statistic = 0;
  for (std::size_t i = 0; i < counts.size(); ++i)
    statistic +=
        (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
  const double freedom = double(counts.size() - 1);
  return (statistic - freedom) / std::sqrt(2 * freedom);
}

TEST(DiscreteNoiseTest, HasTheProbabilitiesOfItsFormula) {
  constexpr std::size_t size = 400000;
  std::vector<std::int64_t> values(size);
  for (std::uint32_t deviation : {1u, 2u, 5u, 60u}) {
    fillDiscreteGaussian(keyOf(3), deviation, 0, 0, deviation, values);
    const std::int64_t bound = 3 * std::int64_t(deviation);
    std::vector<double> counts(2 * bound + 1), expected(2 * bound + 1);
    double all = 0;
    for (std::int64_t n = -20 * bound; n <= 20 * bound; ++n)
      all += std::exp(-double(n * n) / (2.0 * deviation * deviation));
    for (std::int64_t value : values)
      if (std::abs(value) <= bound)
        ++counts[value + bound];
    double inside = 0;
    for (std::int64_t n = -bound; n <= bound; ++n) {
      expected[n + bound] =
          size * std::exp(-double(n * n) / (2.0 * deviation * deviation)) / all;
      inside += expected[n + bound];
    }
    // The rest, so that all are counted.
    counts.push_back(size - std::accumulate(counts.begin(), counts.end(), 0.0));
    expected.push_back(size - inside);
    EXPECT_LT(std::abs(excessOf(counts, expected)), 4.5) << deviation;
  }
}

TEST(DiscreteNoiseTest, IsGaussianOnAFineGrid) {
  std::vector<std::int64_t> values(300000);
  for (std::uint32_t deviation : {1000000u, 0x7fffffffu}) {
    fillDiscreteGaussian(keyOf(4), 0, deviation, 0, deviation, values);
    std::vector<double> scaled;
    double squares = 0;
    for (std::int64_t value : values) {
      scaled.push_back(double(value) / deviation);
      squares += scaled.back() * scaled.back();
    }
    EXPECT_NEAR(std::sqrt(squares / double(values.size())), 1, 0.005);
    EXPECT_LT(distanceFromNormal(scaled), 1.95);
  }
}

TEST(DiscreteNoiseTest, HasADeviationOnItsGrid) {
  std::array<std::int64_t, 1> value;
  for (std::uint32_t deviation : {0u, 0x80000000u})
    EXPECT_NE(errorOf([&] {
                fillDiscreteGaussian(keyOf(0), 0, 0, 0, deviation, value);
              }).find("--epsilon"),
              std::string::npos);
  errorOf([&] {
    fillDiscreteGaussian(keyOf(0), 0, 0, std::int64_t(1) << 32, 9, value);
  });
}

TEST(KeyStreamTest, NoByteIsGivenOutTwice) {
  const KeyStream stream(keyOf(0), KeyPurpose::Noise, 0, 1, 2);
  std::array<std::byte, 64> last;
  stream.fill(KeyStream::lastBlock, last);
  std::array<std::byte, 65> beyond;
  errorOf([&] { stream.fill(KeyStream::lastBlock, beyond); });
  errorOf([&] { stream.fill(KeyStream::lastBlock + 1, last); });
  float value = 0;
  errorOf([&] {
    fillGaussian(keyOf(0), 0, 0, std::int64_t(1) << 35, 1, {&value, 1});
  });
  // Purposes, turns, steps and parameters share none.
  std::set<std::vector<std::byte>> seen;
  for (KeyPurpose purpose :
       {KeyPurpose::Noise, KeyPurpose::DiscreteNoise, KeyPurpose::Rows})
    for (std::uint32_t turn : {0, 1})
      for (std::uint64_t step : {0, 1})
        for (std::uint32_t parameter : {0, 1}) {
          std::vector<std::byte> bytes(32);
          KeyStream(keyOf(0), purpose, turn, step, parameter).fill(0, bytes);
          EXPECT_TRUE(seen.insert(bytes).second);
        }
}

TEST(PoissonSampleTest, CountsAreBinomial) {
  constexpr std::int64_t rows = 5000, steps = 1000;
  constexpr double rate = 0.08192;
  std::vector<double> often(rows), expected(rows, steps * rate);
  std::vector<std::int64_t> chosen;
  double sum = 0, squares = 0, together = 0;
  for (std::uint64_t step = 0; step < steps; ++step) {
    sampleRows(keyOf(5), step, rows, rate, chosen);
    EXPECT_TRUE(std::ranges::is_sorted(chosen));
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      ++often[chosen[i]];
      together += i > 0 && chosen[i] == chosen[i - 1] + 1;
    }
    const double from = double(chosen.size()) - rows * rate;
    sum += from;
    squares += from * from;
  }
  const double variance = rows * rate * (1 - rate);
  // 3.3 deviations: p > 0.001.
  EXPECT_NEAR(sum / steps, 0, 3.3 * std::sqrt(variance / steps));
  EXPECT_NEAR(squares / steps / variance, 1, 3.3 * std::sqrt(2.0 / steps));
  // Each row as often as any, within the spread of its own counts.
  EXPECT_NEAR(excessOf(often, expected) * std::sqrt(2 * (rows - 1.0)),
              -rate * rows, 3.3 * std::sqrt(2.0 * rows));
  // And whatever its neighbour does.
  const double both = steps * (rows - 1) * rate * rate;
  EXPECT_NEAR(together, both, 3.3 * std::sqrt(both));
}

TEST(PoissonSampleTest, NoneAndAllAreSamplesToo) {
  std::vector<std::int64_t> chosen = {1, 2};
  sampleRows(keyOf(0), 0, 1000, 0, chosen);
  EXPECT_TRUE(chosen.empty());
  sampleRows(keyOf(0), 0, 0, 0.5, chosen);
  EXPECT_TRUE(chosen.empty());
  sampleRows(keyOf(0), 0, 1000, 1, chosen);
  ASSERT_EQ(chosen.size(), 1000u);
  EXPECT_EQ(chosen[999], 999);
  int empty = 0;
  for (std::uint64_t step = 0; step < 1000; ++step) {
    sampleRows(keyOf(0), step, 10, 0.1, chosen);
    empty += chosen.empty();
  }
  EXPECT_NEAR(empty, 1000 * std::pow(0.9, 10), 50);
}

TEST(PrivacyKeyTest, ItsFileIsItsOwnersAlone) {
  const TemporaryFolder folder;
  const std::string path = folder / "key";
  const PrivacyKey key = drawPrivacyKey();
  EXPECT_NE(key.bytes, drawPrivacyKey().bytes);
  writePrivacyKey(path, key);
  struct stat status;
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(readPrivacyKey(path).bytes, key.bytes);
  EXPECT_NE(
      errorOf([&] { writePrivacyKey(path, key); }).find("is there already"),
      std::string::npos);
  for (mode_t mode : {0640, 0604, 0610}) {
    ::chmod(path.c_str(), mode);
    EXPECT_NE(errorOf([&] { readPrivacyKey(path); }).find("chmod 600"),
              std::string::npos);
  }
}

TEST(PrivacyKeyTest, WhatIsNoKeyIsRefused) {
  const TemporaryFolder folder;
  const std::string path = folder / "key";
  writePrivacyKey(path, keyOf(200));
  const std::string whole = readFile(path);
  EXPECT_EQ(whole.size(), 83u);
  for (const std::string &text :
       {std::string(), whole + "\n", whole.substr(1),
        whole.substr(0, whole.size() - 1),
        whole.substr(0, 40) + "g" + whole.substr(41), whole.substr(0, 82) + " ",
        "M" + whole.substr(1)}) {
    writeFile(path, text);
    EXPECT_NE(errorOf([&] { readPrivacyKey(path); }).find("--keep-key"),
              std::string::npos)
        << text;
  }
}

TEST(PrivacyKeyTest, ItsNameTellsKeysApartAndNothingElse) {
  EXPECT_EQ(nameOfKey(keyOf(0)).size(), 32u);
  EXPECT_EQ(nameOfKey(keyOf(0)), nameOfKey(keyOf(0)));
  EXPECT_NE(nameOfKey(keyOf(0)), nameOfKey(keyOf(1)));
}

} // namespace
} // namespace mlc::test
