//===- RowExplainer.cpp - Explains rows by their columns ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/RowExplainer.h"

#include "Text/Weighting.h"

#include <algorithm>
#include <map>

namespace mlc::runtime {

/// The columns that have a feature other than 0 become units. Returns the
/// column of each, rising.
std::vector<std::int64_t> RowExplainer::addUnits(const RowOfData &row,
                                                 Explanation &result) const {
  std::map<std::int64_t, std::vector<float>> features;
  for (std::size_t at = 0; at < row.values.size(); ++at) {
    if (row.values[at] == 0)
      continue;
    const std::int64_t feature = row.featureAt(at);
    const std::int64_t column = columns_.columnOf(feature);
    const std::int64_t first = columns_.firstFeature(column);
    std::vector<float> &own = features[column];
    own.resize(std::size_t(columns_.firstFeature(column + 1) - first));
    own[std::size_t(feature - first)] = row.values[at];
  }
  std::vector<std::int64_t> unitColumns;
  for (const auto &[column, own] : features) {
    unitColumns.push_back(column);
    result.units.push_back(
        {columns_.name(column), columns_.value(column, own), 1, 0});
  }
  return unitColumns;
}

RowOfData RowExplainer::rowWithout(const RowOfData &row,
                                   std::span<const std::int64_t> gone) const {
  auto isGone = [&](std::size_t at) {
    return std::ranges::find(gone, columns_.columnOf(row.featureAt(at))) !=
           gone.end();
  };
  RowOfData left;
  for (std::size_t at = 0; at < row.values.size(); ++at) {
    if (!isSparse_) {
      left.values.push_back(isGone(at) ? 0 : row.values[at]);
    } else if (!isGone(at)) {
      left.columns.push_back(row.columns[at]);
      left.values.push_back(row.values[at]);
    }
  }
  if (isSparse_ && columns_.isNormalized())
    divideByLength(left.values);
  return left;
}

Explanation RowExplainer::explain(const RowOfData &row) {
  Explanation result = explainer_.begin(row);
  const std::vector<std::int64_t> unitColumns = addUnits(row, result);
  const RowWithout without = [&](std::span<const std::size_t> units) {
    std::vector<std::int64_t> gone;
    for (std::size_t unit : units)
      gone.push_back(unitColumns[unit]);
    return rowWithout(row, gone);
  };
  if (explainer_.isByRemoval()) {
    explainer_.removeEach(without, result);
  } else {
    const std::vector<double> parts = explainer_.featureParts(row, result);
    for (std::size_t at = 0; at < row.values.size(); ++at) {
      if (row.values[at] == 0)
        continue;
      const auto unit = std::ranges::lower_bound(
          unitColumns, columns_.columnOf(row.featureAt(at)));
      result.units[std::size_t(unit - unitColumns.begin())].part += parts[at];
    }
  }
  explainer_.finish(without, result);
  return result;
}

} // namespace mlc::runtime
