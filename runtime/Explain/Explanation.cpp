//===- Explanation.cpp - What a prediction is made of ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/Explanation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace mlc::runtime {

std::vector<std::string> differentSigns(const Explanation &one,
                                        const Explanation &other) {
  // Less is noise: a hundredth of the largest part.
  constexpr double least = 0.01;
  auto largestOf = [](const Explanation &explanation) {
    return explanation.units.empty() ? 0
                                     : std::abs(explanation.units.front().part);
  };
  std::map<std::string, double> others;
  for (const ExplainedUnit &unit : other.units)
    others[unit.name] = unit.part;
  std::vector<std::string> names;
  for (const ExplainedUnit &unit : one.units) {
    const auto found = others.find(unit.name);
    if (found != others.end() && unit.part * found->second < 0 &&
        std::abs(unit.part) >= least * largestOf(one) &&
        std::abs(found->second) >= least * largestOf(other))
      names.push_back(unit.name);
  }
  return names;
}

std::vector<std::int64_t> roundedParts(const std::vector<double> &parts,
                                       std::int64_t total, int digits) {
  const double unit = std::pow(10, digits);
  std::vector<std::int64_t> rounded;
  std::vector<double> rests;
  std::int64_t sum = 0;
  for (double part : parts) {
    const double scaled = part * unit, below = std::floor(scaled);
    rounded.push_back(std::int64_t(below));
    rests.push_back(scaled - below);
    sum += rounded.back();
  }
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return rests[a] > rests[b]; });
  // Rounding of the total itself may ask for one more than there are parts.
  for (std::size_t at = 0; !order.empty() && sum < total; ++at, ++sum)
    ++rounded[order[at % order.size()]];
  for (std::size_t at = 0; !order.empty() && sum > total; ++at, --sum)
    --rounded[order[order.size() - 1 - at % order.size()]];
  return rounded;
}

} // namespace mlc::runtime
