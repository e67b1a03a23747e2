//===- HoldOut.cpp - Sets examples aside for validation -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/HoldOut.h"

#include "Text/WholeInputError.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <map>
#define XXH_INLINE_ALL
#include <xxhash.h>

using namespace mlc::runtime;

HeldOut mlc::runtime::holdOut(std::span<const double> labels, double share,
                              bool byLabel, std::uint64_t seed) {
  std::map<double, std::vector<std::pair<XXH64_hash_t, std::uint64_t>>> groups;
  for (std::uint64_t row = 0; row < labels.size(); ++row)
    groups[byLabel ? labels[row] : 0].emplace_back(
        XXH3_64bits_withSeed(&row, sizeof(row), seed), row);

  std::vector<bool> aside(labels.size());
  for (auto &[label, group] : groups) {
    std::ranges::sort(group);
    auto count = static_cast<std::size_t>(
        std::llround(share * static_cast<double>(group.size())));
    for (std::size_t at = 0; at < count; ++at)
      aside[group[at].second] = true;
  }

  HeldOut parts;
  for (std::size_t row = 0; row < labels.size(); ++row)
    (aside[row] ? parts.aside : parts.rest).push_back(row);
  if (parts.rest.empty() || parts.aside.empty())
    throw WholeInputError(
        fmt::format("{} examples cannot be split into two parts, one a share "
                    "of {}; give more examples or another share",
                    labels.size(), share));
  return parts;
}

HeldOut mlc::runtime::holdOutAmong(std::span<const std::size_t> rows,
                                   std::span<const double> labels, double share,
                                   bool byLabel, std::uint64_t seed) {
  std::vector<double> picked;
  for (std::size_t row : rows)
    picked.push_back(labels[row]);
  HeldOut parts = holdOut(picked, share, byLabel, seed);
  for (std::vector<std::size_t> *part : {&parts.rest, &parts.aside})
    for (std::size_t &row : *part)
      row = rows[row];
  return parts;
}

SparseRows mlc::runtime::pickRows(const SparseRows &rows,
                                  std::span<const std::size_t> numbers) {
  SparseRows picked;
  picked.width = rows.width;
  for (std::size_t row : numbers) {
    std::span<const std::int32_t> indices = rows.indicesOf(row);
    std::span<const float> values = rows.valuesOf(row);
    picked.indices.insert(picked.indices.end(), indices.begin(), indices.end());
    picked.values.insert(picked.values.end(), values.begin(), values.end());
    picked.endRow(rows.labels[row]);
  }
  return picked;
}
