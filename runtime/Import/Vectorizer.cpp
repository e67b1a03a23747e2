//===- Vectorizer.cpp - From counts to the features of a model ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/Vectorizer.h"

#include "Error.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <unordered_map>

using namespace mlc::runtime;

/// Document frequencies of all columns are one table; beyond this width a file
/// of a few bytes could ask for gigabytes.
static constexpr std::int64_t maxUnpickedTfidfWidth = 1 << 24;

namespace {
struct ColumnStatistics {
  double total = 0;
  std::int32_t documents = 0;
};
/// Keyed by column: the width of hostile input says nothing about its size.
using Statistics = std::unordered_map<std::int32_t, ColumnStatistics>;
} // namespace

static Statistics countColumns(const SparseRows &rows) {
  Statistics statistics;
  for (std::size_t at = 0; at < rows.indices.size(); ++at) {
    ColumnStatistics &column = statistics[rows.indices[at]];
    column.total += rows.values[at];
    ++column.documents;
  }
  return statistics;
}

static std::vector<std::int32_t> pickColumns(const Statistics &statistics,
                                             std::int64_t maxFeatures) {
  std::vector<std::pair<double, std::int32_t>> order;
  for (const auto &[column, counted] : statistics)
    order.emplace_back(-counted.total, column);
  std::ranges::sort(order);
  if (order.size() > static_cast<std::size_t>(maxFeatures))
    order.resize(static_cast<std::size_t>(maxFeatures));
  std::vector<std::int32_t> columns;
  for (const auto &[total, column] : order)
    columns.push_back(column);
  std::ranges::sort(columns);
  return columns;
}

Vectorizer Vectorizer::fit(const SparseRows &rows,
                           const VectorizerSettings &settings,
                           const std::vector<std::string> *words) {
  Vectorizer result;
  result.settings_ = settings;
  result.documents_ = static_cast<std::int64_t>(rows.size());
  result.inputFeatures_ =
      words ? static_cast<std::int64_t>(words->size()) : rows.width;
  result.features_ = result.inputFeatures_;

  Statistics statistics;
  if (settings.maxFeatures || settings.value == ValueKind::TfIdf)
    statistics = countColumns(rows);
  if (settings.maxFeatures) {
    result.columns_ = pickColumns(statistics, *settings.maxFeatures);
    result.features_ = static_cast<std::int64_t>(result.columns_.size());
  }
  if (result.features_ == 0)
    throw InputError("the input: expected features, but no example has any; "
                     "check that it is the right file");
  auto columnOf = [&](std::int64_t feature) {
    return result.columns_.empty()
               ? static_cast<std::int32_t>(feature)
               : result.columns_[static_cast<std::size_t>(feature)];
  };

  if (settings.value == ValueKind::TfIdf) {
    if (result.features_ > maxUnpickedTfidfWidth)
      throw InputError(fmt::format(
          "the input: expected at most {} features for tfidf, but got {}; give "
          "--max-features",
          maxUnpickedTfidfWidth, result.features_));
    for (std::int64_t at = 0; at < result.features_; ++at) {
      auto found = statistics.find(columnOf(at));
      result.documentFrequencies_.push_back(
          found == statistics.end() ? 0 : found->second.documents);
    }
  }
  if (words)
    for (std::int64_t at = 0; at < result.features_; ++at)
      result.vocabulary_ +=
          (*words)[static_cast<std::size_t>(columnOf(at))] + '\n';
  return result;
}

double Vectorizer::weigh(float count, std::int32_t feature) const {
  switch (settings_.value) {
  case ValueKind::Count:
    return count;
  case ValueKind::Binary:
    return 1;
  case ValueKind::Log:
    return 1 + std::log(static_cast<double>(count));
  case ValueKind::TfIdf: {
    double n = static_cast<double>(documents_);
    double df = documentFrequencies_[static_cast<std::size_t>(feature)];
    return count * (std::log((1 + n) / (1 + df)) + 1);
  }
  }
  __builtin_unreachable();
}

SparseRows Vectorizer::transform(const SparseRows &rows) const {
  std::unordered_map<std::int32_t, std::int32_t> featureOf;
  for (std::size_t at = 0; at < columns_.size(); ++at)
    featureOf.emplace(columns_[at], static_cast<std::int32_t>(at));

  SparseRows result;
  result.width = features_;
  std::vector<double> weighed;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    std::span<const std::int32_t> indices = rows.indicesOf(row);
    std::span<const float> values = rows.valuesOf(row);
    weighed.clear();
    double squares = 0;
    for (std::size_t at = 0; at < indices.size(); ++at) {
      std::int32_t feature = indices[at];
      if (!columns_.empty()) {
        auto found = featureOf.find(feature);
        if (found == featureOf.end())
          continue;
        feature = found->second;
      } else if (feature >= features_) {
        break;
      }
      weighed.push_back(weigh(values[at], feature));
      squares += weighed.back() * weighed.back();
      result.indices.push_back(feature);
    }
    bool divides = settings_.normalization == Normalization::L2 && squares > 0;
    double length = divides ? std::sqrt(squares) : 1;
    for (double value : weighed)
      result.values.push_back(static_cast<float>(value / length));
    result.endRow(rows.labels[row]);
  }
  return result;
}
