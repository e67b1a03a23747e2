//===- RowList.cpp - Rows of a data set that are to be forgotten ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/RowList.h"

#include "Audit/TextLines.h"
#include "Error.h"
#include "Import/ReadWhole.h"
#include "System/MappedFile.h"

#include <algorithm>
#include <fmt/format.h>

namespace mlc::runtime {

std::vector<std::int32_t> readRowList(const std::string &path,
                                      std::int64_t rows) {
  const MappedFile file(path);
  std::vector<std::int32_t> list;
  for (const auto &[number, line] : linesOf(file.text())) {
    std::int32_t row = 0;
    if (!readWhole(line, row) || row < 0 || row >= rows)
      throw InputError(fmt::format(
          "{}:{}: expected the number of a row, from 0 to {}; give one a line",
          path, number, rows - 1));
    list.push_back(row);
  }
  if (list.empty())
    throw InputError(fmt::format("{}: names no row; give the number of a row, "
                                 "from 0 to {}, on each line",
                                 path, rows - 1));
  std::ranges::sort(list);
  list.erase(std::ranges::unique(list).begin(), list.end());
  return list;
}

void leaveOut(const std::vector<std::int32_t> &gone,
              std::vector<std::int32_t> &rows) {
  std::erase_if(rows, [&](std::int32_t row) {
    return std::ranges::binary_search(gone, row);
  });
  if (rows.empty())
    throw InputError("no row is left to learn from; forget fewer");
}

} // namespace mlc::runtime
