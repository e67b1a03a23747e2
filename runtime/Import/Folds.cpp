//===- Folds.cpp - The parts of a cross-validation ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/Folds.h"

#include "Import/CsvReader.h"
#include "Import/RowSource.h"
#include "Text/WholeInputError.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <tuple>
#include <utility>
#define XXH_INLINE_ALL
#include <xxhash.h>

using namespace mlc::runtime;

/// The fold of each row.
static std::vector<std::size_t> foldsOfLabels(std::span<const double> labels,
                                              std::size_t count, bool byLabel,
                                              std::uint64_t seed) {
  std::map<double, std::vector<std::pair<XXH64_hash_t, std::uint64_t>>> strata;
  for (std::uint64_t row = 0; row < labels.size(); ++row)
    strata[byLabel ? labels[row] : 0].emplace_back(
        XXH3_64bits_withSeed(&row, sizeof(row), seed), row);
  std::vector<std::size_t> folds(labels.size());
  for (auto &[label, rows] : strata) {
    std::ranges::sort(rows);
    for (std::size_t at = 0; at < rows.size(); ++at)
      folds[rows[at].second] = at % count;
  }
  return folds;
}

static std::vector<std::size_t>
foldsOfGroups(std::span<const std::string> groups, std::size_t count,
              std::uint64_t seed) {
  std::map<std::string, std::size_t> sizes;
  for (const std::string &group : groups)
    ++sizes[group];
  if (sizes.size() < count)
    throw WholeInputError(
        fmt::format("expected at least {} groups for as many folds, but there "
                    "are {}; ask for fewer folds",
                    count, sizes.size()));
  // Largest first; the hash before the name, so that the seed has a say.
  std::vector<std::tuple<std::size_t, XXH64_hash_t, std::string>> order;
  for (const auto &[name, size] : sizes)
    order.emplace_back(groups.size() - size,
                       XXH3_64bits_withSeed(name.data(), name.size(), seed),
                       name);
  std::ranges::sort(order);
  std::vector<std::size_t> rows(count);
  std::map<std::string, std::size_t> foldOf;
  for (const auto &[rank, hash, name] : order) {
    const auto fold =
        std::size_t(std::ranges::min_element(rows) - rows.begin());
    rows[fold] += sizes[name];
    foldOf[name] = fold;
  }
  std::vector<std::size_t> folds;
  for (const std::string &group : groups)
    folds.push_back(foldOf[group]);
  return folds;
}

HeldOut mlc::runtime::holdOutFold(std::span<const double> labels,
                                  std::span<const std::string> groups,
                                  const FoldChoice &fold, bool byLabel,
                                  std::uint64_t seed) {
  const auto count = std::size_t(fold.count);
  if (!groups.empty() && groups.size() != labels.size())
    throw WholeInputError(
        fmt::format("expected a group for each of the {} examples, but there "
                    "are {}; leave out --missing-text, or the group",
                    labels.size(), groups.size()));
  const std::vector<std::size_t> folds =
      groups.empty() ? foldsOfLabels(labels, count, byLabel, seed)
                     : foldsOfGroups(groups, count, seed);
  HeldOut parts;
  for (std::size_t row = 0; row < folds.size(); ++row)
    (folds[row] == std::size_t(fold.number) ? parts.aside : parts.rest)
        .push_back(row);
  if (parts.rest.empty() || parts.aside.empty())
    throw WholeInputError(
        fmt::format("{} examples are too few for {} folds; give more examples "
                    "or ask for fewer folds",
                    labels.size(), fold.count));
  return parts;
}

std::vector<std::string>
mlc::runtime::readGroups(std::span<const std::string> inputs,
                         const DocumentOptions &options,
                         const std::string &column) {
  // Nothing is guessed or noted: this only finds the column by its name.
  TextFields fields = options.fields;
  fields.label = column;
  fields.note = nullptr;
  std::vector<std::string> groups, cells;
  for (const std::string &input : inputs) {
    const auto rows =
        openRows(openInput(input, options.format, fields), fields, {column});
    const auto place = findColumn(rows->names(), column);
    if (!place)
      rows->failInHeader({}, fmt::format("expected a column {:?}, but there is "
                                         "none; correct --group-column",
                                         column));
    while (rows->next(cells))
      groups.push_back(cells[*place]);
  }
  return groups;
}
