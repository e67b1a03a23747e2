//===- Table.cpp - Rows of numbers and categories to features -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Table/Table.h"

#include <algorithm>
#include <cmath>

using namespace mlc::runtime;

std::span<const std::string_view> mlc::runtime::usualMissingCells() {
  static constexpr std::string_view missing[] = {
      "",     "NA",   "N/A",  "n/a",  "NaN",  "nan",
      "null", "NULL", "None", "<NA>", "#N/A", "-nan"};
  return missing;
}

bool mlc::runtime::isUsuallyMissing(std::string_view cell) {
  const auto missing = usualMissingCells();
  return std::ranges::find(missing, cell) != missing.end();
}

/// Without the white space around it.
static std::string_view trim(std::string_view cell) {
  const std::size_t first = cell.find_first_not_of(" \t\r\n");
  if (first == cell.npos)
    return {};
  return cell.substr(first, cell.find_last_not_of(" \t\r\n") + 1 - first);
}

Table::Table(TableSettings settings, std::vector<TableColumn> columns,
             std::optional<TargetScale> target)
    : settings_(std::move(settings)), columns_(std::move(columns)),
      target_(target) {
  std::ranges::sort(columns_, {}, [](const TableColumn &column) {
    return std::pair(column.type != ColumnType::Number, column.name);
  });
  for (const TableColumn &column : columns_) {
    auto &places = places_.emplace_back();
    for (std::size_t at = 0; at < column.values.size(); ++at)
      places.emplace(column.values[at], static_cast<std::int64_t>(at));
    width_ += column.width();
  }
}

bool Table::isMissing(std::string_view cell) const {
  const std::string_view value = trim(cell);
  return isUsuallyMissing(value) ||
         std::ranges::find(settings_.missing, value) != settings_.missing.end();
}

std::optional<std::size_t>
Table::encode(std::span<const std::string_view> cells, SparseRows &out) const {
  std::size_t first = 0;
  for (std::size_t number = 0; number < columns_.size(); ++number) {
    const TableColumn &column = columns_[number];
    const bool missing = isMissing(cells[number]);
    if (column.type == ColumnType::Number) {
      const double value = missing ? NAN : numberOf(cells[number]);
      if (!missing && std::isnan(value))
        return number;
      if (!column.encodeNumber(value, settings_.scaling, first, out))
        return number;
    } else if (!missing) {
      const auto found = places_[number].find(std::string(trim(cells[number])));
      column.encodeCategory(found == places_[number].end() ? -1 : found->second,
                            first, out);
    }
    first += column.width();
  }
  return std::nullopt;
}

std::vector<std::string> Table::featureNames() const {
  std::vector<std::string> names;
  for (const TableColumn &column : columns_)
    std::ranges::move(column.featureNames(), std::back_inserter(names));
  return names;
}

std::optional<TargetScale>
mlc::runtime::learnTarget(std::span<const double> labels) {
  const auto count = static_cast<double>(labels.size());
  double sum = 0, squares = 0;
  for (double label : labels)
    sum += label;
  TargetScale scale = {.mean = sum / count};
  for (double label : labels)
    squares += (label - scale.mean) * (label - scale.mean);
  scale.deviation = std::sqrt(squares / count);
  if (!(scale.deviation > 0) || !std::isfinite(1 / scale.deviation))
    return std::nullopt;
  return scale;
}
