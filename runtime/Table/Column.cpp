//===- Column.cpp - A column of a table, and what was learned -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Table/Column.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fmt/core.h>

using namespace mlc::runtime;

double mlc::runtime::numberOf(std::string_view cell) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const std::size_t first = cell.find_first_not_of(" \t");
  if (first == cell.npos)
    return none;
  cell = cell.substr(first, cell.find_last_not_of(" \t") + 1 - first);
  // from_chars knows no plus sign.
  if (cell.size() > 1 && cell[0] == '+' && cell[1] != '-')
    cell.remove_prefix(1);
  const char *end = cell.data() + cell.size();
  double number = 0;
  auto [stop, error] = std::from_chars(cell.data(), end, number);
  // Of what is too small to be a number of its own, 0 remains; from_chars does
  // not tell it from what is too large.
  if (stop == end && error == std::errc::result_out_of_range)
    return std::abs(std::strtod(std::string(cell).c_str(), nullptr)) < 1 ? 0
                                                                         : none;
  return stop == end && error == std::errc() && std::isfinite(number) ? number
                                                                      : none;
}

std::vector<std::string> TableColumn::featureNames() const {
  if (type == ColumnType::Number)
    return hasMissing ? std::vector{name, name + ":missing"}
                      : std::vector{name};
  if (values.size() == 2)
    return {fmt::format("{}={}:{}", name, values[0], values[1])};
  std::vector<std::string> names;
  for (const std::string &value : values)
    names.push_back(fmt::format("{}={}", name, value));
  return names;
}

/// Numbers far from 0 come to lie below 3.
static double pressed(double z) {
  constexpr double limit = 3, large = 1e100; // Whose square is too large.
  if (std::abs(z) > large)
    return std::copysign(limit, z);
  return z / std::sqrt(1 + (z / limit) * (z / limit));
}

static void append(std::size_t feature, float value, SparseRows &out) {
  if (value == 0)
    return;
  out.indices.push_back(static_cast<std::int32_t>(feature));
  out.values.push_back(value);
}

bool TableColumn::encodeNumber(double number, Scaling scaling,
                               std::size_t first, SparseRows &out) const {
  const bool isMissing = std::isnan(number);
  const double value = isMissing ? median : number;
  const double scaled = (value - center) * factor;
  float feature = 0;
  switch (scaling) {
  case Scaling::Robust:
    feature = static_cast<float>(pressed(scaled));
    break;
  case Scaling::Standard:
    feature = static_cast<float>(scaled);
    break;
  case Scaling::None:
    feature = static_cast<float>(value);
    break;
  }
  append(first, feature, out);
  if (hasMissing)
    append(first + 1, isMissing, out);
  return std::isfinite(feature);
}

std::string TableColumn::valueText(std::span<const float> features,
                                   Scaling scaling) const {
  if (type == ColumnType::Category) {
    if (values.size() == 2)
      return features[0] == 0 ? "missing" : values[features[0] > 0 ? 0 : 1];
    for (std::size_t value = 0; value < values.size(); ++value)
      if (features[value] != 0)
        return values[value];
    return "missing";
  }
  if (hasMissing && features[1] != 0)
    return "missing";
  double scaled = features[0];
  if (scaling == Scaling::None)
    return fmt::format("{:.4g}", scaled);
  // Robust scaling presses numbers into (-3, 3).
  if (scaling == Scaling::Robust)
    scaled /= std::sqrt(std::max(1 - scaled * scaled / 9, 1e-12));
  return fmt::format("{:.4g}", factor == 0 ? center : scaled / factor + center);
}

void TableColumn::encodeCategory(std::int64_t value, std::size_t first,
                                 SparseRows &out) const {
  if (value < 0)
    return;
  if (values.size() == 2)
    append(first, value == 0 ? 1.0f : -1.0f, out);
  else
    append(first + static_cast<std::size_t>(value), 1, out);
}

/// The value below which a share of the sorted ones lies, between two of them
/// by the straight line, as NumPy has it.
static double quantile(std::span<const double> sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(place);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  const double rest = place - static_cast<double>(low);
  return sorted[low] + (sorted[high] - sorted[low]) * rest;
}

static double inverse(double range, double numerator) {
  const double factor = numerator / range;
  return range > 0 && std::isfinite(factor) ? factor : 0;
}

bool mlc::runtime::learnNumbers(std::span<const double> numbers,
                                Scaling scaling, TableColumn &column) {
  std::vector<double> sorted;
  sorted.reserve(numbers.size());
  for (double number : numbers)
    if (!std::isnan(number))
      sorted.push_back(number);
  if (sorted.empty())
    return false;
  column.hasMissing = sorted.size() < numbers.size();
  std::ranges::sort(sorted);
  column.median = quantile(sorted, 0.5);
  switch (scaling) {
  case Scaling::Robust: {
    column.center = column.median;
    column.factor = inverse(quantile(sorted, 0.75) - quantile(sorted, 0.25), 1);
    if (column.factor == 0)
      column.factor = inverse(sorted.back() - sorted.front(), 2);
    break;
  }
  case Scaling::Standard: {
    const auto count = static_cast<double>(sorted.size());
    double sum = 0, squares = 0;
    for (double number : sorted)
      sum += number;
    column.center = sum / count;
    for (double number : sorted)
      squares += (number - column.center) * (number - column.center);
    column.factor = inverse(std::sqrt(squares / count), 1);
    break;
  }
  case Scaling::None:
    column.center = 0;
    column.factor = 1;
    break;
  }
  return true;
}
