//===- LabelGroups.cpp - Labels as groups of examples ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/LabelGroups.h"

#include "Text/WholeInputError.h"

#include <algorithm>
#include <fmt/core.h>
#include <numeric>

using namespace mlc::runtime;

static constexpr std::size_t maxGroups = 256;

LabelGroups mlc::runtime::groupLabels(std::span<const double> labels,
                                      LabelKind kind) {
  std::vector<double> values(labels.begin(), labels.end());
  if (kind == LabelKind::Numbers) {
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) /
                        static_cast<double>(values.size());
    for (double &value : values)
      value = value > mean;
  }
  std::vector<double> distinct = values;
  std::ranges::sort(distinct);
  distinct.erase(std::ranges::unique(distinct).begin(), distinct.end());
  if (distinct.size() < 2)
    throw WholeInputError(
        "all examples have the same label, which tells nothing of features; "
        "give --select frequency or examples of other labels");
  if (distinct.size() > maxGroups)
    throw WholeInputError(
        fmt::format("has {} different classes, and --select compares at most "
                    "{}; give --select frequency",
                    distinct.size(), maxGroups));
  LabelGroups groups;
  groups.count = static_cast<std::int32_t>(distinct.size());
  for (double value : values)
    groups.of.push_back(static_cast<std::int32_t>(
        std::ranges::lower_bound(distinct, value) - distinct.begin()));
  return groups;
}
