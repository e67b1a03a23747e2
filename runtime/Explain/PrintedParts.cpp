//===- PrintedParts.cpp - Parts that add up as they are printed -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/PrintedParts.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>

namespace mlc::runtime {

/// Of about six digits in all, at most three are behind the point.
static int digitsFor(const Explanation &explanation) {
  double size =
      std::max(std::abs(explanation.score), std::abs(explanation.baseline));
  for (const ExplainedUnit &unit : explanation.units)
    size = std::max(size, std::abs(unit.part));
  int digits = 3;
  for (; digits > 0 && size >= 1000; size /= 10)
    --digits;
  return digits;
}

PrintedParts::PrintedParts(const Explanation &explanation)
    : digits_(digitsFor(explanation)) {
  auto rounded = [this](double number) {
    return std::int64_t(std::llround(number * std::pow(10, digits_)));
  };
  baseline_ = rounded(explanation.baseline);
  score_ = rounded(explanation.score);
  gap_ =
      explanation.method == ExplainMethod::Path ? rounded(explanation.gap) : 0;
  std::vector<double> units;
  for (const ExplainedUnit &unit : explanation.units)
    units.push_back(unit.part);
  if (explanation.method == ExplainMethod::Path) {
    // What is left where there is nothing to add up.
    if (units.empty())
      gap_ = score_ - baseline_;
    units_ = roundedParts(units, sum(), digits_);
  } else {
    std::ranges::transform(units, std::back_inserter(units_), rounded);
  }
  std::map<std::string_view, std::size_t> unitOf;
  for (std::size_t unit = 0; unit < explanation.units.size(); ++unit)
    unitOf[explanation.units[unit].name] = unit;
  words_.assign(explanation.words.size(), 0);
  std::vector<std::vector<std::size_t>> places(units.size());
  for (std::size_t word = 0; word < explanation.words.size(); ++word)
    if (const auto found = unitOf.find(explanation.words[word].place.token);
        explanation.words[word].isKnown && found != unitOf.end())
      places[found->second].push_back(word);
  for (std::size_t unit = 0; unit < places.size(); ++unit) {
    std::vector<double> parts;
    for (std::size_t word : places[unit])
      parts.push_back(explanation.words[word].part);
    const auto own = roundedParts(parts, units_[unit], digits_);
    for (std::size_t at = 0; at < own.size(); ++at)
      words_[places[unit][at]] = own[at];
  }
}

std::int64_t PrintedParts::ofUnitsFrom(std::size_t unit) const {
  return std::accumulate(units_.begin() + std::ptrdiff_t(unit), units_.end(),
                         std::int64_t(0));
}

std::string PrintedParts::text(std::int64_t number) const {
  std::int64_t unit = 1;
  for (int digit = 0; digit < digits_; ++digit)
    unit *= 10;
  const std::int64_t size = std::abs(number);
  const char sign = number < 0 ? '-' : '+';
  if (digits_ == 0)
    return fmt::format("{}{}", sign, size);
  return fmt::format("{}{}.{:0{}}", sign, size / unit, size % unit, digits_);
}

} // namespace mlc::runtime
