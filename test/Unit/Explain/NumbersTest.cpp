//===- NumbersTest.cpp - Integrals, sums that add up, removals ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/AnswerFlips.h"
#include "Explain/ExplainedOutput.h"
#include "Explain/Explanation.h"
#include "Explain/PrintedParts.h"
#include "Explain/Quadrature.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

namespace mlc::runtime {
namespace {

TEST(Quadrature, IsExactForPolynomials) {
  for (int count : {1, 2, 3, 8, 16, 64, 512}) {
    const std::vector<QuadraturePoint> points = gaussLegendre(count);
    ASSERT_EQ(points.size(), std::size_t(count));
    for (int degree : {0, 1, 2 * count - 1}) {
      double sum = 0;
      for (const QuadraturePoint &point : points) {
        EXPECT_GT(point.place, 0);
        EXPECT_LT(point.place, 1);
        sum += point.weight * std::pow(point.place, degree);
      }
      EXPECT_NEAR(sum, 1.0 / (degree + 1), 1e-13) << count << " " << degree;
    }
  }
}

TEST(RoundedParts, AddUpAndAreNear) {
  std::mt19937 engine(1);
  std::normal_distribution<double> normal;
  for (int round = 0; round < 1000; ++round) {
    std::vector<double> parts(1 + engine() % 40);
    for (double &part : parts)
      part = normal(engine);
    const double sum = std::accumulate(parts.begin(), parts.end(), 0.0);
    const std::int64_t total = std::llround(1000 * sum);
    const std::vector<std::int64_t> rounded = roundedParts(parts, total, 3);
    EXPECT_EQ(std::accumulate(rounded.begin(), rounded.end(), std::int64_t(0)),
              total);
    for (std::size_t at = 0; at < parts.size(); ++at)
      EXPECT_LE(std::abs(double(rounded[at]) - 1000 * parts[at]), 1);
  }
}

Explanation explanationOf(std::vector<double> parts, double baseline) {
  Explanation explanation;
  explanation.baseline = explanation.score = baseline;
  for (double part : parts) {
    explanation.score += part;
    explanation.units.push_back(
        {std::to_string(explanation.units.size()), "", 1, part});
  }
  return explanation;
}

TEST(PrintedParts, AddUp) {
  for (double size : {1e-5, 1.0, 12345.678, 1e9}) {
    const PrintedParts parts(
        explanationOf({0.33333 * size, 0.3333 * size, -0.1111 * size}, size));
    EXPECT_EQ(parts.baseline() + parts.ofUnit(0) + parts.ofUnit(1) +
                  parts.ofUnit(2) + parts.gap(),
              parts.score());
  }
  const PrintedParts parts(explanationOf({-0.0004, 1.25}, -0.5));
  EXPECT_EQ(parts.text(parts.ofUnit(1)), "+1.250");
  EXPECT_EQ(parts.text(parts.baseline()), "-0.500");
  // Without any word nothing is left over.
  const PrintedParts none(explanationOf({}, 0.25));
  EXPECT_EQ(none.baseline() + none.sum() + none.gap(), none.score());
}

TEST(ExplainedOutput, ToleratesTheSameInEveryUnit) {
  ExplainedOutput output; // A logit.
  EXPECT_DOUBLE_EQ(output.tolerance(), 1e-3);
  output.scale = 4000; // A price whose standard deviation is 4000 dollars.
  EXPECT_DOUBLE_EQ(output.tolerance(), 4);
  output.scale = -400000; // In cents, of what is owed.
  EXPECT_DOUBLE_EQ(output.tolerance(), 400);
}

TEST(DifferentSigns, LeavesOutWhatIsSmall) {
  Explanation one = explanationOf({2, -1, 0.5, 0.001}, 0);
  Explanation other = explanationOf({-1, -1, 0.0001, -1}, 0);
  EXPECT_EQ(differentSigns(one, other), std::vector<std::string>{"0"});
}

/// A score that units add to: above 0 it is "yes".
class FlipTest : public testing::Test {
protected:
  std::optional<AnswerFlip> find(double baseline, std::vector<double> parts) {
    std::vector<std::size_t> order(parts.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
      return parts[a] > parts[b];
    });
    std::erase_if(order, [&](std::size_t unit) { return parts[unit] <= 0; });
    auto predict = [&](std::span<const std::vector<std::size_t>> lists) {
      std::vector<float> outputs;
      for (const auto &list : lists) {
        double score = baseline;
        for (std::size_t unit = 0; unit < parts.size(); ++unit)
          if (std::ranges::find(list, unit) == list.end())
            score += parts[unit];
        outputs.push_back(float(score));
      }
      asked += std::ssize(lists);
      return outputs;
    };
    return findFlip(
        parts.size(), order, "yes", predict,
        [](std::span<const float> outputs) {
          return outputs[0] > 0 ? "yes" : "no";
        },
        [](std::span<const float> outputs) { return double(outputs[0]); });
  }
  std::int64_t asked = 0;
};

TEST_F(FlipTest, FindsTheFewest) {
  const auto one = find(0, {1, 5, -4.5});
  ASSERT_TRUE(one);
  EXPECT_EQ(one->units, std::vector<std::size_t>{1});
  EXPECT_TRUE(one->isFewest);
  const auto two = find(0, {3, 2, 2, -1});
  ASSERT_TRUE(two);
  EXPECT_EQ(two->units.size(), 3u);
  EXPECT_FALSE(two->isFewest);
  const auto pair = find(0, {3, 2, -1});
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->units.size(), 2u);
  EXPECT_TRUE(pair->isFewest);
  EXPECT_EQ(pair->answer, "no");
}

TEST_F(FlipTest, PutsBackAllThatIsNotNeeded) {
  // The last two of four units together say "yes".
  const std::vector<std::size_t> order = {0, 1, 2, 3};
  const auto flip = findFlip(
      order.size(), order, "yes",
      [](std::span<const std::vector<std::size_t>> lists) {
        std::vector<float> outputs;
        for (const auto &list : lists)
          outputs.push_back(
              std::ranges::count(list, 2u) + std::ranges::count(list, 3u) == 2
                  ? -1.0f
                  : 1.0f);
        return outputs;
      },
      [](std::span<const float> outputs) {
        return outputs[0] > 0 ? "yes" : "no";
      },
      [](std::span<const float> outputs) { return double(outputs[0]); });
  ASSERT_TRUE(flip);
  EXPECT_EQ(flip->units, (std::vector<std::size_t>{2, 3}));
  EXPECT_TRUE(flip->isFewest);
}

TEST_F(FlipTest, SaysWhereThereIsNone) { EXPECT_FALSE(find(9, {1, 1, -1})); }

} // namespace
} // namespace mlc::runtime
