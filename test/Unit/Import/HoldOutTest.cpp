//===- HoldOutTest.cpp - Rows that are set aside --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/HoldOut.h"

#include "Error.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace mlc::runtime;

using Indices = std::vector<std::int32_t>;

static std::pair<SparseRows, SparseRows> split(std::size_t positives,
                                               std::size_t negatives,
                                               double share,
                                               std::uint64_t seed) {
  SparseRows rows;
  for (std::size_t row = 0; row < positives + negatives; ++row) {
    rows.indices.push_back(std::int32_t(row));
    rows.values.push_back(1);
    rows.endRow(row < positives);
  }
  rows.width = std::int64_t(rows.size());
  HeldOut parts = holdOut(rows.labels, share, true, seed);
  return {pickRows(rows, parts.rest), pickRows(rows, parts.aside)};
}

TEST(HoldOut, TakesTheShareOfEachLabel) {
  auto [rest, aside] = split(200, 100, 0.1, 0);
  EXPECT_EQ(aside.size(), 30u);
  EXPECT_EQ(std::ranges::count(aside.labels, 1), 20);
  EXPECT_EQ(rest.size(), 270u);
  EXPECT_EQ(rest.width, 300);
  // Together all rows, each once, both parts in the old order.
  EXPECT_TRUE(std::ranges::is_sorted(rest.indices));
  EXPECT_TRUE(std::ranges::is_sorted(aside.indices));
  Indices all = rest.indices;
  all.insert(all.end(), aside.indices.begin(), aside.indices.end());
  std::ranges::sort(all);
  for (std::int32_t row = 0; row < 300; ++row)
    EXPECT_EQ(all[std::size_t(row)], row);
}

TEST(HoldOut, DependsOnTheSeedAlone) {
  EXPECT_EQ(split(50, 50, 0.3, 7).second.indices,
            split(50, 50, 0.3, 7).second.indices);
  EXPECT_NE(split(50, 50, 0.3, 7).second.indices,
            split(50, 50, 0.3, 8).second.indices);
  // The chosen rows stay the same from version to version.
  EXPECT_EQ(split(4, 6, 0.5, 1).second.indices, (Indices{2, 3, 4, 8, 9}));
}

TEST(HoldOut, NoPartIsEmpty) {
  EXPECT_THROW(split(2, 2, 0.1, 0), InputError);
  EXPECT_THROW(split(2, 2, 0.9, 0), InputError);
}
