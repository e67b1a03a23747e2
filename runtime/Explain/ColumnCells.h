//===- ColumnCells.h - What the rows have in a column -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_COLUMNCELLS_H
#define MLC_RUNTIME_EXPLAIN_COLUMNCELLS_H

#include "Explain/InputColumns.h"
#include "Explain/RowOfData.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace mlc::runtime {

/// A feature of a row.
struct Cell {
  std::int32_t feature;
  float value;
};

/// What the rows have in a column: lists of a row's cells, of rows that have
/// any other than 0, whose numbers rise.
using CellsOfColumn = std::vector<std::pair<std::int64_t, std::vector<Cell>>>;

/// Of each column that occurs.
std::map<std::int64_t, CellsOfColumn> cellsOf(const Dataset &data,
                                              const InputColumns &columns);

/// Those of a row; null where it has none other than 0.
const std::vector<Cell> *findCells(const CellsOfColumn &cells,
                                   std::int64_t row);

/// The row with these cells in the place of its own in the column. `isSparse`:
/// the row is.
RowOfData withCells(RowOfData row, const std::vector<Cell> &cells,
                    const InputColumns &columns, std::int64_t column,
                    bool isSparse);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_COLUMNCELLS_H
