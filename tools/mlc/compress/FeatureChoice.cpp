//===- FeatureChoice.cpp - Features that a model uses most ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FeatureChoice.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mlc;
using namespace mlc::runtime;

/// The sum of each feature's squared values.
static std::vector<double> squaresOf(const Dataset &data,
                                     std::span<const std::size_t> rows) {
  const auto width = std::size_t(data.width());
  std::vector<double> sums(width);
  for (std::size_t row : rows) {
    if (!data.isSparse()) {
      const auto values = data.features().subspan(row * width, width);
      for (std::size_t at = 0; at < width; ++at)
        sums[at] += double(values[at]) * values[at];
      continue;
    }
    const auto begin = std::size_t(data.indptr()[row]),
               end = std::size_t(data.indptr()[row + 1]);
    std::visit(
        [&](auto indices) {
          for (std::size_t at = begin; at < end; ++at) {
            const double value = data.values().empty() ? 1 : data.values()[at];
            sums[std::size_t(indices[at])] += value * value;
          }
        },
        data.indices());
  }
  return sums;
}

std::vector<std::int32_t> mlc::rankFeatures(const Dataset &data,
                                            std::span<const std::size_t> rows,
                                            std::span<const float> weights) {
  std::vector<double> scores = squaresOf(data, rows);
  const std::size_t units = weights.size() / scores.size();
  for (std::size_t feature = 0; feature < scores.size(); ++feature) {
    double squares = 0;
    for (float weight : weights.subspan(feature * units, units))
      squares += double(weight) * weight;
    scores[feature] = std::sqrt(squares * scores[feature]);
  }
  std::vector<std::int32_t> features(scores.size());
  std::iota(features.begin(), features.end(), 0);
  std::ranges::stable_sort(features, std::greater<>(), [&](std::int32_t at) {
    return scores[std::size_t(at)];
  });
  return features;
}

std::vector<std::int32_t> mlc::firstFeatures(std::vector<std::int32_t> ranked,
                                             std::size_t count) {
  ranked.resize(std::min(count, ranked.size()));
  std::ranges::sort(ranked);
  return ranked;
}
