//===- RowRoundingTest.cpp - Rows rounded with their use in view ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/RowRounding.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace mlc::runtime {
namespace {

constexpr std::size_t rows = 40, columns = 24;

struct Problem {
  std::vector<float> elements;
  std::vector<double> metric;
};

/// The metric of `factors` random vectors, of which a little more is needed to
/// be definite: few of them are what a network's outputs are.
Problem makeProblem(std::size_t factors, unsigned seed) {
  std::mt19937 numbers(seed);
  std::normal_distribution<double> normal;
  Problem made{.elements = {},
               .metric = std::vector<double>(columns * columns)};
  for (std::size_t at = 0; at < rows * columns; ++at)
    made.elements.push_back(static_cast<float>(normal(numbers)));
  for (std::size_t factor = 0; factor < factors; ++factor) {
    std::vector<double> own(columns);
    for (double &element : own)
      element = normal(numbers);
    for (std::size_t i = 0; i < columns; ++i)
      for (std::size_t j = 0; j < columns; ++j)
        made.metric[i * columns + j] += own[i] * own[j];
  }
  for (std::size_t i = 0; i < columns; ++i)
    made.metric[i * columns + i] += 0.01 * double(factors);
  return made;
}

std::vector<float> valuesOf(const QuantizedRows &made, std::size_t width) {
  return dequantizeRows(made.bits, made.numbers, made.scales, width);
}

/// The sum over rows of e^T metric e.
double costOf(const Problem &problem, const QuantizedRows &made) {
  const std::vector<float> values = valuesOf(made, columns);
  double sum = 0;
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t i = 0; i < columns; ++i)
      for (std::size_t j = 0; j < columns; ++j) {
        const auto errorOf = [&](std::size_t column) {
          const std::size_t at = row * columns + column;
          return double(values[at]) - problem.elements[at];
        };
        sum += errorOf(i) * problem.metric[i * columns + j] * errorOf(j);
      }
  return sum;
}

double costOfNearest(const Problem &problem) {
  return costOf(problem, quantizeRows(problem.elements, rows, 4));
}

// Feedback of the wrong sign, or of another column, does worse than none.
TEST(RowRounding, ErrorsMakeUpForOneAnother) {
  for (std::size_t factors : {1, 2, 4}) {
    const Problem problem = makeProblem(factors, unsigned(factors));
    const QuantizedRows made =
        RowRounding(problem.metric, columns).round(problem.elements);
    EXPECT_LT(costOf(problem, made), costOfNearest(problem) / 8) << factors;
  }
}

// Where columns have nothing to do with one another, only scales are chosen.
TEST(RowRounding, ColumnsThatAreApartAreRoundedToTheNearest) {
  Problem problem = makeProblem(0, 7);
  for (std::size_t i = 0; i < columns; ++i)
    problem.metric[i * columns + i] = 1 + double(i);
  const QuantizedRows made =
      RowRounding(problem.metric, columns).round(problem.elements);
  EXPECT_LE(costOf(problem, made), costOfNearest(problem));
  const std::vector<float> values = valuesOf(made, columns);
  for (std::size_t at = 0; at < values.size(); ++at) {
    const float scale = floatFromHalf(made.scales[at / columns]);
    const int number = quantizedNumber(problem.elements[at], scale, 4);
    EXPECT_EQ(values[at], scale * static_cast<float>(number)) << at;
  }
}

TEST(RowRounding, ZerosStayAndScalesAreBounded) {
  Problem problem = makeProblem(2, 9);
  for (std::size_t at = 0; at < problem.elements.size(); at += 3)
    problem.elements[at] = 0;
  std::fill_n(problem.elements.begin(), columns, 0.0F);
  const QuantizedRows made =
      RowRounding(problem.metric, columns).round(problem.elements);
  const std::vector<float> values = valuesOf(made, columns);
  for (std::size_t at = 0; at < values.size(); at += 3)
    EXPECT_EQ(values[at], 0) << at;
  const QuantizedRows nearest = quantizeRows(problem.elements, rows, 4);
  EXPECT_EQ(floatFromHalf(made.scales[0]), 1) << "of zeros";
  for (std::size_t row = 1; row < rows; ++row) {
    const float scale = floatFromHalf(made.scales[row]),
                largest = floatFromHalf(nearest.scales[row]);
    EXPECT_LE(scale, largest) << row;
    EXPECT_GE(scale, largest * 0.499F) << row;
  }
}

// One column is a model without hidden units.
TEST(RowRounding, OneColumn) {
  const std::vector<float> elements = {7, -3, 0, 1e-9F, 1e5F};
  const QuantizedRows made = RowRounding({2.0}, 1).round(elements);
  const std::vector<float> values = valuesOf(made, 1);
  for (std::size_t at = 0; at < elements.size(); ++at)
    EXPECT_NEAR(values[at], elements[at], std::abs(elements[at]) / 1000 + 1e-7F)
        << at;
}

} // namespace
} // namespace mlc::runtime
