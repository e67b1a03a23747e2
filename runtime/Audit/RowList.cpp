//===- RowList.cpp - Rows of a data set that are to be forgotten ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/RowList.h"

#include "Error.h"
#include "Import/ReadWhole.h"
#include "System/MappedFile.h"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

namespace mlc::runtime {

std::vector<std::int32_t> readRowList(const std::string &path,
                                      std::int64_t rows) {
  const MappedFile file(path);
  std::string_view rest = file.text();
  std::vector<std::int32_t> list;
  for (std::int64_t number = 1; !rest.empty(); ++number) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    if (line.empty())
      continue;
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
