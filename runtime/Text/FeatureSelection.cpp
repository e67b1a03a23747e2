//===- FeatureSelection.cpp - The most telling of many features -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/FeatureSelection.h"

#include "Text/LabelGroups.h"
#include "Text/LinearModel.h"
#include "Text/Weighting.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mlc::runtime;

/// Of the logistic regression: what an example's loss weighs against |w|^2 / 2.
static constexpr double linearCost = 10;

/// As scikit-learn's chi2: the sum over groups of (observed - expected)^2 /
/// expected of a feature's total.
static std::vector<double> scoreChi2(const SparseRows &rows,
                                     const VectorizerSettings &settings) {
  const LabelGroups groups = groupLabels(rows.labels, settings.labels.kind);
  const auto width = static_cast<std::size_t>(rows.width);
  const auto count = static_cast<std::size_t>(groups.count);
  std::vector<double> observed(width * count), shares(count);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto group = static_cast<std::size_t>(groups.of[row]);
    shares[group] += 1 / static_cast<double>(rows.size());
    const auto indices = rows.indicesOf(row);
    const auto values = rows.valuesOf(row);
    for (std::size_t at = 0; at < indices.size(); ++at)
      observed[static_cast<std::size_t>(indices[at]) * count + group] +=
          settings.value == ValueKind::Binary ? 1 : values[at];
  }
  std::vector<double> scores(width);
  for (std::size_t feature = 0; feature < width; ++feature) {
    const double *own = &observed[feature * count];
    const double total = std::accumulate(own, own + count, 0.0);
    for (std::size_t group = 0; group < count && total > 0; ++group) {
      const double expected = shares[group] * total;
      scores[feature] +=
          (own[group] - expected) * (own[group] - expected) / expected;
    }
  }
  return scores;
}

/// The largest |weight| that any group against the rest gives a feature.
static std::vector<double> scoreLinear(SparseRows rows,
                                       std::span<const TermStatistics> terms,
                                       const VectorizerSettings &settings) {
  const LabelGroups groups = groupLabels(rows.labels, settings.labels.kind);
  std::vector<std::int32_t> frequencies;
  for (const TermStatistics &term : terms)
    frequencies.push_back(static_cast<std::int32_t>(term.documents));
  // Presence: rows are compared by which features they have.
  std::ranges::fill(rows.values, 1.0f);
  const Weighting weighting(ValueKind::TfIdf, Normalization::L2,
                            static_cast<std::int64_t>(rows.size()),
                            frequencies);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto begin = static_cast<std::size_t>(rows.indptr[row]);
    weighting.apply(
        rows.indicesOf(row),
        std::span(rows.values).subspan(begin, rows.indicesOf(row).size()));
  }
  std::vector<double> scores(static_cast<std::size_t>(rows.width));
  const std::int32_t models = groups.count == 2 ? 1 : groups.count;
  for (std::int32_t group = 0; group < models; ++group) {
    std::vector<bool> isPositive;
    for (std::int32_t own : groups.of)
      isPositive.push_back(own == group);
    const std::vector<double> weights =
        fitLogistic(rows, isPositive, linearCost);
    for (std::size_t at = 0; at < scores.size(); ++at)
      scores[at] = std::max(scores[at], std::abs(weights[at]));
  }
  return scores;
}

static std::vector<double>
scoreFeatures(std::span<const TermStatistics> statistics,
              const VectorizerSettings &settings,
              const std::function<SparseRows()> &rows) {
  std::vector<double> scores;
  switch (settings.selection) {
  case Selection::Frequency:
    for (const TermStatistics &term : statistics)
      scores.push_back(term.total);
    break;
  case Selection::Documents:
    for (const TermStatistics &term : statistics)
      scores.push_back(static_cast<double>(term.documents));
    break;
  case Selection::Chi2:
    scores = scoreChi2(rows(), settings);
    break;
  case Selection::Linear:
    scores = scoreLinear(rows(), statistics, settings);
    break;
  }
  return scores;
}

std::vector<std::int32_t>
mlc::runtime::selectFeatures(std::span<const TermStatistics> statistics,
                             const VectorizerSettings &settings,
                             const std::function<SparseRows()> &rows) {
  std::vector<std::int32_t> chosen;
  for (std::size_t at = 0; at < statistics.size(); ++at)
    if (statistics[at].documents > 0)
      chosen.push_back(static_cast<std::int32_t>(at));
  if (!settings.maxFeatures ||
      chosen.size() <= static_cast<std::size_t>(*settings.maxFeatures))
    return chosen;
  const std::vector<double> scores = scoreFeatures(statistics, settings, rows);
  const auto end = chosen.begin() + *settings.maxFeatures;
  std::nth_element(
      chosen.begin(), end, chosen.end(),
      [&](std::int32_t left, std::int32_t right) {
        const double scoreLeft = scores[static_cast<std::size_t>(left)],
                     scoreRight = scores[static_cast<std::size_t>(right)];
        return scoreLeft != scoreRight ? scoreLeft > scoreRight : left < right;
      });
  chosen.erase(end, chosen.end());
  std::ranges::sort(chosen);
  return chosen;
}
