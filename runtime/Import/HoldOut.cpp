//===- HoldOut.cpp - Sets examples aside for validation -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/HoldOut.h"

#include "Error.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <map>
#define XXH_INLINE_ALL
#include <xxhash.h>

using namespace mlc::runtime;

std::pair<SparseRows, SparseRows> mlc::runtime::holdOut(const SparseRows &rows,
                                                        double share,
                                                        bool byLabel,
                                                        std::uint64_t seed) {
  std::map<double, std::vector<std::pair<XXH64_hash_t, std::uint64_t>>> groups;
  for (std::uint64_t row = 0; row < rows.size(); ++row)
    groups[byLabel ? rows.labels[row] : 0].emplace_back(
        XXH3_64bits_withSeed(&row, sizeof(row), seed), row);

  std::vector<bool> aside(rows.size());
  for (auto &[label, group] : groups) {
    std::ranges::sort(group);
    auto count = static_cast<std::size_t>(
        std::llround(share * static_cast<double>(group.size())));
    for (std::size_t at = 0; at < count; ++at)
      aside[group[at].second] = true;
  }

  std::pair<SparseRows, SparseRows> parts;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    SparseRows &part = aside[row] ? parts.second : parts.first;
    std::span<const std::int32_t> indices = rows.indicesOf(row);
    std::span<const float> values = rows.valuesOf(row);
    part.indices.insert(part.indices.end(), indices.begin(), indices.end());
    part.values.insert(part.values.end(), values.begin(), values.end());
    part.endRow(rows.labels[row]);
  }
  parts.first.width = parts.second.width = rows.width;
  if (parts.first.size() == 0 || parts.second.size() == 0)
    throw InputError(fmt::format("the input: {} examples cannot be split into "
                                 "two parts, one a share of {}; give more "
                                 "examples or another share",
                                 rows.size(), share));
  return parts;
}
