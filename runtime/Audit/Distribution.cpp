//===- Distribution.cpp - How the features of rows are spread -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/Distribution.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <variant>

namespace mlc::runtime {

constexpr std::size_t mostRows = 4096, mostFeatures = 500;

namespace {

/// A part of a matrix, column after column, without zeros.
class Columns {
public:
  Columns(const Dataset &data, std::span<const std::int32_t> rows)
      : data_(data), rows_(rows), values_(std::size_t(data.width())) {}

  /// Reads the columns for which `wanted` is set.
  void read(const std::vector<char> &wanted) {
    forEach([&](std::size_t column, float value) {
      if (wanted[column])
        values_[column].push_back(value);
    });
  }

  /// How many rows have something else than 0 in each column.
  std::vector<std::int64_t> sizes() const {
    std::vector<std::int64_t> sizes(values_.size());
    forEach([&](std::size_t column, float) { ++sizes[column]; });
    return sizes;
  }

  std::vector<float> &operator[](std::size_t column) { return values_[column]; }

private:
  /// Calls it with the column and the value of each that is not 0.
  template <typename Function>
  void forEach(Function function) const {
    const auto width = std::size_t(data_.width());
    for (const std::int32_t row : rows_) {
      if (!data_.isSparse()) {
        const auto values =
            data_.features().subspan(std::size_t(row) * width, width);
        for (std::size_t column = 0; column < width; ++column)
          if (values[column] != 0)
            function(column, values[column]);
        continue;
      }
      const auto begin = std::size_t(data_.indptr()[std::size_t(row)]),
                 end = std::size_t(data_.indptr()[std::size_t(row) + 1]);
      std::visit(
          [&](const auto &indices) {
            for (std::size_t at = begin; at < end; ++at) {
              const float value =
                  data_.values().empty() ? 1 : data_.values()[at];
              if (value != 0)
                function(std::size_t(indices[at]), value);
            }
          },
          data_.indices());
    }
  }

  const Dataset &data_;
  std::span<const std::int32_t> rows_;
  std::vector<std::vector<float>> values_;
};

/// The k-th smallest, from 0, of sorted numbers and `zeros` zeros among them.
float nthOf(const std::vector<float> &sorted, std::size_t zeros,
            std::size_t k) {
  const auto below =
      std::size_t(std::ranges::lower_bound(sorted, 0.0f) - sorted.begin());
  if (k < below)
    return sorted[k];
  return k < below + zeros ? 0 : sorted[k - zeros];
}

std::vector<float> decilesOf(const std::vector<float> &sorted,
                             std::size_t zeros) {
  const std::size_t rows = sorted.size() + zeros;
  constexpr std::size_t parts = 10;
  std::vector<float> edges;
  for (std::size_t part = 1; part < parts; ++part)
    edges.push_back(
        nthOf(sorted, zeros, (part * rows + parts - 1) / parts - 1));
  edges.erase(std::ranges::unique(edges).begin(), edges.end());
  const float least = nthOf(sorted, zeros, 0);
  if (least == nthOf(sorted, zeros, rows - 1))
    edges.insert(
        edges.begin(),
        std::nextafter(least, -std::numeric_limits<float>::infinity()));
  return edges;
}

std::vector<std::int64_t> countsOf(const std::vector<float> &edges,
                                   const std::vector<float> &values,
                                   std::size_t zeros) {
  std::vector<std::int64_t> counts(edges.size() + 1);
  const auto rangeOf = [&](float value) {
    return std::size_t(std::ranges::lower_bound(edges, value) - edges.begin());
  };
  for (const float value : values)
    ++counts[rangeOf(value)];
  counts[rangeOf(0)] += std::int64_t(zeros);
  return counts;
}

/// At most so many, evenly spaced.
std::vector<std::int32_t> thinned(std::span<const std::int32_t> rows) {
  const std::size_t count = std::min(rows.size(), mostRows);
  std::vector<std::int32_t> chosen(count);
  for (std::size_t i = 0; i < count; ++i)
    chosen[i] = rows[i * rows.size() / count];
  return chosen;
}

/// Those of the largest sizes, the first of equal ones.
std::vector<char> chosenColumns(const std::vector<std::int64_t> &sizes) {
  std::vector<std::size_t> columns(sizes.size());
  std::iota(columns.begin(), columns.end(), std::size_t(0));
  std::ranges::stable_sort(columns, std::greater(),
                           [&](std::size_t column) { return sizes[column]; });
  std::vector<char> chosen(sizes.size());
  for (std::size_t i = 0; i < std::min(columns.size(), mostFeatures); ++i)
    chosen[columns[i]] = true;
  return chosen;
}

} // namespace

Distribution distributionOf(const Dataset &data,
                            std::span<const std::int32_t> rows) {
  const std::vector<std::int32_t> some = thinned(rows);
  Columns columns(data, some);
  const std::vector<char> chosen = chosenColumns(columns.sizes());
  columns.read(chosen);
  Distribution distribution{.rows = std::int64_t(some.size()), .bins = {}};
  for (std::size_t column = 0; column < chosen.size(); ++column) {
    if (!chosen[column])
      continue;
    std::vector<float> &values = columns[column];
    std::ranges::sort(values);
    const std::size_t zeros = some.size() - values.size();
    FeatureBins bins{.feature = std::int64_t(column),
                     .edges = decilesOf(values, zeros),
                     .counts = {}};
    bins.counts = countsOf(bins.edges, values, zeros);
    distribution.bins.push_back(std::move(bins));
  }
  return distribution;
}

Distribution countedAs(const Distribution &training, const Dataset &data) {
  std::vector<std::int32_t> rows(std::size_t(data.rows()));
  std::iota(rows.begin(), rows.end(), 0);
  Columns columns(data, rows);
  std::vector<char> wanted(std::size_t(data.width()));
  for (const FeatureBins &bins : training.bins)
    wanted[std::size_t(bins.feature)] = true;
  columns.read(wanted);
  Distribution distribution{.rows = data.rows(), .bins = training.bins};
  for (FeatureBins &bins : distribution.bins) {
    const std::vector<float> &values = columns[std::size_t(bins.feature)];
    bins.counts = countsOf(bins.edges, values, rows.size() - values.size());
  }
  return distribution;
}

double stabilityIndex(std::span<const std::int64_t> training,
                      std::span<const std::int64_t> now) {
  constexpr double least = 1e-4;
  const auto sum = [](std::span<const std::int64_t> counts) {
    return double(
        std::accumulate(counts.begin(), counts.end(), std::int64_t(0)));
  };
  const double trained = sum(training), here = sum(now);
  double index = 0;
  for (std::size_t i = 0; i < training.size(); ++i) {
    const double e = std::max(double(training[i]) / trained, least),
                 a = std::max(double(now[i]) / here, least);
    index += (a - e) * std::log(a / e);
  }
  return index;
}

} // namespace mlc::runtime
