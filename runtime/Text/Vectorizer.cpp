//===- Vectorizer.cpp - From counts to the features of a model ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Vectorizer.h"

#include "Text/FeatureSelection.h"
#include "Text/LearnedFeatures.h"
#include "Text/WholeInputError.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <unordered_map>

using namespace mlc::runtime;

/// Document frequencies of all columns are one table; beyond this width a file
/// of a few bytes could ask for gigabytes.
static constexpr std::int64_t maxUnpickedTfidfWidth = 1 << 24;

namespace {
/// The columns that occur, rising. The width of hostile input says nothing
/// about their number.
struct OccurringColumns {
  std::vector<std::int32_t> columns;
  std::vector<TermStatistics> statistics;

  /// Null for a column that does not occur.
  const TermStatistics *find(std::int32_t column) const {
    auto place = std::ranges::lower_bound(columns, column);
    return place == columns.end() || *place != column
               ? nullptr
               : &statistics[static_cast<std::size_t>(place - columns.begin())];
  }
};
} // namespace

static OccurringColumns countColumns(const SparseRows &rows) {
  std::unordered_map<std::int32_t, TermStatistics> counted;
  for (std::size_t at = 0; at < rows.indices.size(); ++at) {
    TermStatistics &column = counted[rows.indices[at]];
    column.total += rows.values[at];
    ++column.documents;
  }
  OccurringColumns result;
  for (const auto &[column, statistics] : counted)
    result.columns.push_back(column);
  std::ranges::sort(result.columns);
  for (std::int32_t column : result.columns)
    result.statistics.push_back(counted[column]);
  return result;
}

/// The rows' values of `columns`, which rise, renumbered from 0.
static SparseRows pick(const SparseRows &rows,
                       std::span<const std::int32_t> columns) {
  std::unordered_map<std::int32_t, std::int32_t> positionOf;
  for (std::size_t at = 0; at < columns.size(); ++at)
    positionOf.emplace(columns[at], static_cast<std::int32_t>(at));
  SparseRows result;
  result.width = static_cast<std::int64_t>(columns.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto indices = rows.indicesOf(row);
    const auto values = rows.valuesOf(row);
    for (std::size_t at = 0; at < indices.size(); ++at)
      if (auto found = positionOf.find(indices[at]);
          found != positionOf.end()) {
        result.indices.push_back(found->second);
        result.values.push_back(values[at]);
      }
    result.endRow(rows.labels[row]);
  }
  return result;
}

/// The columns that the settings keep, rising.
static std::vector<std::int32_t>
chooseColumns(const SparseRows &rows, const OccurringColumns &occurring,
              const VectorizerSettings &settings) {
  const auto documents = static_cast<std::int64_t>(rows.size());
  OccurringColumns within;
  for (std::size_t at = 0; at < occurring.columns.size(); ++at) {
    const TermStatistics &statistics = occurring.statistics[at];
    if (settings.allows(statistics.documents, documents)) {
      within.columns.push_back(occurring.columns[at]);
      within.statistics.push_back(statistics);
    }
  }
  std::vector<std::int32_t> chosen = selectFeatures(
      within.statistics, settings, [&] { return pick(rows, within.columns); });
  for (std::int32_t &column : chosen)
    column = within.columns[static_cast<std::size_t>(column)];
  return chosen;
}

Vectorizer Vectorizer::fit(const SparseRows &rows,
                           const VectorizerSettings &settings,
                           const std::vector<std::string> *words) {
  Vectorizer result;
  LearnedFeatures &learned = *result.learned_;
  learned.settings = settings;
  learned.documents = static_cast<std::int64_t>(rows.size());
  learned.inputFeatures =
      words ? static_cast<std::int64_t>(words->size()) : rows.width;
  learned.columnCount = learned.inputFeatures;

  OccurringColumns occurring;
  if (settings.picksFeatures() || settings.value == ValueKind::TfIdf)
    occurring = countColumns(rows);
  if (settings.picksFeatures()) {
    learned.columns = chooseColumns(rows, occurring, settings);
    learned.columnCount = static_cast<std::int64_t>(learned.columns.size());
  }
  if (learned.columnCount == 0)
    throw WholeInputError("expected features, but no example has any; check "
                          "that it is the right file");
  auto columnOf = [&](std::int64_t feature) {
    return learned.columns.empty()
               ? static_cast<std::int32_t>(feature)
               : learned.columns[static_cast<std::size_t>(feature)];
  };

  if (settings.value == ValueKind::TfIdf) {
    if (learned.columnCount > maxUnpickedTfidfWidth)
      throw WholeInputError(
          fmt::format("expected at most {} features for tfidf, but got {}; "
                      "give --max-features",
                      maxUnpickedTfidfWidth, learned.columnCount));
    for (std::int64_t at = 0; at < learned.columnCount; ++at) {
      const TermStatistics *found = occurring.find(columnOf(at));
      learned.documentFrequencies.push_back(
          found ? static_cast<std::int32_t>(found->documents) : 0);
    }
  }
  if (words)
    for (std::int64_t at = 0; at < learned.columnCount; ++at)
      learned.vocabulary +=
          (*words)[static_cast<std::size_t>(columnOf(at))] + '\n';
  learned.finish();
  return result;
}

SparseRows Vectorizer::transform(const SparseRows &rows) const {
  const LearnedFeatures &learned = *learned_;
  SparseRows result;
  if (!learned.columns.empty()) {
    result = pick(rows, learned.columns);
  } else {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto indices = rows.indicesOf(row);
      const auto values = rows.valuesOf(row);
      const auto known = std::ranges::lower_bound(
          indices, learned.columnCount, {},
          [](std::int32_t index) { return std::int64_t{index}; });
      result.indices.insert(result.indices.end(), indices.begin(), known);
      result.values.insert(result.values.end(), values.begin(),
                           values.begin() + (known - indices.begin()));
      result.endRow(rows.labels[row]);
    }
    result.width = learned.columnCount;
  }
  // Values may be negative here, and `binary` is 1 for all.
  if (learned.settings.value == ValueKind::Binary)
    std::ranges::fill(result.values, 1.0f);
  for (std::size_t row = 0; row < result.size(); ++row)
    learned.weighting.apply(
        result.indicesOf(row),
        std::span(result.values)
            .subspan(static_cast<std::size_t>(result.indptr[row]),
                     result.indicesOf(row).size()));
  return result;
}

Vectorizer::Vectorizer() : learned_(std::make_unique<LearnedFeatures>()) {}
Vectorizer::Vectorizer(Vectorizer &&) noexcept = default;
Vectorizer &Vectorizer::operator=(Vectorizer &&) noexcept = default;
Vectorizer::~Vectorizer() = default;

const VectorizerSettings &Vectorizer::settings() const {
  return learned_->settings;
}
bool Vectorizer::isText() const { return learned_->isText; }
bool Vectorizer::isDense() const { return learned_->dimensions > 0; }
std::int64_t Vectorizer::features() const {
  return isDense() ? learned_->dimensions : learned_->columnCount;
}
const std::string &Vectorizer::vocabulary() const {
  return learned_->vocabulary;
}
