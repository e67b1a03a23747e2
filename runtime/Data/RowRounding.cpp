//===- RowRounding.cpp - Rounds rows with their use in view ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/RowRounding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace mlc::runtime;

static constexpr int halfByte = 4;

RowRounding::RowRounding(std::vector<double> metric, std::size_t columns)
    : columns_(columns), order_(columns), factors_(columns * columns),
      costs_(columns) {
  std::iota(order_.begin(), order_.end(), std::size_t(0));
  std::ranges::stable_sort(order_, std::greater<>(), [&](std::size_t column) {
    return metric[column * columns + column];
  });
  // From the last column on, each takes its part out of what is before it.
  const auto cost = [&](std::size_t j, std::size_t k) -> double & {
    return metric[order_[j] * columns + order_[k]];
  };
  for (std::size_t k = columns; k-- > 0;) {
    costs_[k] = cost(k, k);
    double *own = &factors_[k * columns];
    for (std::size_t j = 0; j < k; ++j)
      own[j] = cost(j, k) / costs_[k];
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < k; ++j)
        cost(i, j) -= own[i] * own[j] * costs_[k];
  }
}

/// Returns what the row's errors cost.
double RowRounding::round(std::span<const float> row, float scale,
                          std::span<int> numbers) const {
  std::vector<double> errors(columns_);
  double sum = 0;
  for (std::size_t k = 0; k < columns_; ++k) {
    const std::size_t column = order_[k];
    const double *factors = &factors_[k * columns_];
    double others = 0;
    for (std::size_t j = 0; j < k; ++j)
      others += factors[j] * errors[j];
    const float element = row[column];
    const int number =
        element == 0 ? 0
                     : quantizedNumber(static_cast<float>(element - others),
                                       scale, halfByte);
    numbers[column] = number;
    errors[k] = double(scale) * number - element;
    const double left = errors[k] + others;
    sum += costs_[k] * left * left;
  }
  return sum;
}

QuantizedRows RowRounding::round(std::span<const float> elements) const {
  constexpr int steps = 11;
  constexpr float step = 0.05F; // Of what the scale is without clipping.
  const std::size_t rows = elements.size() / columns_;
  QuantizedRows made{.bits = halfByte, .numbers = {}, .scales = {}};
  made.numbers.resize(quantizedBytes(halfByte, elements.size()));
  std::vector<int> numbers(columns_), best(columns_);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto own = elements.subspan(row * columns_, columns_);
    float largest = 0;
    for (float element : own)
      largest = std::max(largest, std::abs(element));
    std::uint16_t bestScale = quantizedScale(largest, halfByte);
    double least = std::numeric_limits<double>::infinity();
    for (int at = 0; at < (largest > 0 ? steps : 1); ++at) {
      const std::uint16_t scale = quantizedScale(
          largest * (1 - step * static_cast<float>(at)), halfByte);
      const double cost = round(own, floatFromHalf(scale), numbers);
      if (cost >= least)
        continue;
      least = cost;
      bestScale = scale;
      best = numbers;
    }
    made.scales.push_back(bestScale);
    for (std::size_t column = 0; column < columns_; ++column)
      putNumber(made, row * columns_ + column, best[column]);
  }
  return made;
}
