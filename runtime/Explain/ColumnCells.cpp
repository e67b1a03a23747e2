//===- ColumnCells.cpp - What the rows have in a column -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/ColumnCells.h"

#include <algorithm>

namespace mlc::runtime {

std::map<std::int64_t, CellsOfColumn> cellsOf(const Dataset &data,
                                              const InputColumns &columns) {
  std::map<std::int64_t, CellsOfColumn> cells;
  for (std::int64_t row = 0; row < data.rows(); ++row) {
    const RowOfData own = rowOf(data, row);
    for (std::size_t at = 0; at < own.values.size(); ++at) {
      if (own.values[at] == 0)
        continue;
      CellsOfColumn &list = cells[columns.columnOf(own.featureAt(at))];
      if (list.empty() || list.back().first != row)
        list.push_back({row, {}});
      list.back().second.push_back({own.featureAt(at), own.values[at]});
    }
  }
  return cells;
}

const std::vector<Cell> *findCells(const CellsOfColumn &cells,
                                   std::int64_t row) {
  const auto found = std::ranges::lower_bound(
      cells, row, {}, &CellsOfColumn::value_type::first);
  return found != cells.end() && found->first == row ? &found->second : nullptr;
}

RowOfData withCells(RowOfData row, const std::vector<Cell> &cells,
                    const InputColumns &columns, std::int64_t column,
                    bool isSparse) {
  const auto first = std::int32_t(columns.firstFeature(column));
  const auto last = std::int32_t(columns.firstFeature(column + 1));
  if (!isSparse) {
    std::fill(row.values.begin() + first, row.values.begin() + last, 0.0f);
    for (const Cell &cell : cells)
      row.values[std::size_t(cell.feature)] = cell.value;
    return row;
  }
  const auto begin = std::ranges::lower_bound(row.columns, first);
  const auto end = std::ranges::lower_bound(row.columns, last);
  const auto at = begin - row.columns.begin();
  row.values.erase(row.values.begin() + at,
                   row.values.begin() + (end - row.columns.begin()));
  row.columns.erase(begin, end);
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    const auto place = at + std::ptrdiff_t(cell);
    row.columns.insert(row.columns.begin() + place, cells[cell].feature);
    row.values.insert(row.values.begin() + place, cells[cell].value);
  }
  return row;
}

} // namespace mlc::runtime
