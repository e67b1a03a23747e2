//===- Regression.cpp - How far numbers are off ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Metrics/Regression.h"

#include "Metrics/Sum.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace mlc::runtime {

/// The mean of the two in the middle where their number is even.
static double medianOf(std::vector<double> &numbers) {
  const auto middle = numbers.begin() + std::ssize(numbers) / 2;
  std::ranges::nth_element(numbers, middle);
  if (numbers.size() % 2 == 1)
    return *middle;
  return (*std::max_element(numbers.begin(), middle) + *middle) / 2;
}

static double determination(double errors, double distances,
                            std::int64_t rows) {
  if (rows < 2)
    return std::numeric_limits<double>::quiet_NaN();
  if (distances == 0)
    return errors == 0 ? 1 : 0;
  return 1 - errors / distances;
}

Regression regressionOf(const Judged &judged) {
  Sum allSquares, allErrors, medians, determinations;
  std::vector<double> errors(judged.rows);
  for (std::int64_t column = 0; column < judged.columns; ++column) {
    Sum labels, squares, distances;
    for (std::int64_t row = 0; row < judged.rows; ++row)
      labels.add(judged.label(row, column));
    const double mean = labels.value() / double(judged.rows);
    for (std::int64_t row = 0; row < judged.rows; ++row) {
      const double label = judged.label(row, column);
      const double error = label - double(judged.output(row, column));
      errors[row] = std::abs(error);
      squares.add(error * error);
      distances.add((label - mean) * (label - mean));
      allSquares.add(error * error);
      allErrors.add(errors[row]);
    }
    medians.add(medianOf(errors));
    determinations.add(
        determination(squares.value(), distances.value(), judged.rows));
  }
  const double count = double(judged.rows) * double(judged.columns);
  return {std::sqrt(allSquares.value() / count), allErrors.value() / count,
          medians.value() / double(judged.columns),
          determinations.value() / double(judged.columns)};
}

} // namespace mlc::runtime
