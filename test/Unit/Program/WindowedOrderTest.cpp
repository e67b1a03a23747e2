//===- WindowedOrderTest.cpp - Orders that need few rows at a time --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/WindowedOrder.h"

#include <gtest/gtest.h>
#include <numeric>

namespace mlc::runtime {
namespace {

std::vector<std::int64_t> rowsOf(const WindowedOrder &order) {
  std::vector<std::int64_t> rows;
  for (std::int64_t number = 0; number < order.windows(); ++number) {
    const auto window = order.window(number);
    EXPECT_EQ(window.begin(), std::ssize(rows));
    EXPECT_EQ(window.end(), order.endOf(number));
    for (std::int64_t place = window.begin(); place < window.end(); ++place) {
      EXPECT_EQ(order.windowOf(place), number);
      rows.push_back(window(place));
    }
  }
  return rows;
}

constexpr std::pair<std::int64_t, std::int64_t> sizes[] = {
    {1, 1},   {2, 1},     {5, 2},      {9, 8},      {100, 7},
    {64, 64}, {1000, 64}, {1000, 999}, {1001, 100}, {4096, 512}};

TEST(WindowedOrder, EveryRowComesOnce) {
  for (const auto [size, window] : sizes)
    for (std::uint64_t seed : {0, 7}) {
      std::vector<std::int64_t> rows =
          rowsOf(WindowedOrder(size, window, seed, 3));
      ASSERT_EQ(std::ssize(rows), size);
      std::ranges::sort(rows);
      for (std::int64_t row = 0; row < size; ++row)
        ASSERT_EQ(rows[std::size_t(row)], row) << size << " " << window;
    }
}

TEST(WindowedOrder, AWindowHasTheRowsOfItsRunsAlone) {
  for (const auto [size, window] : sizes)
    for (bool isShuffled : {true, false}) {
      const WindowedOrder order(size, window, 5, 2, isShuffled);
      for (std::int64_t number = 0; number < order.windows(); ++number) {
        std::vector<std::int64_t> expected, rows;
        const std::vector<RowRun> runs = order.runs(number);
        // A piece at each end may be cut, and the last one is smaller.
        EXPECT_LE(std::ssize(runs), WindowedOrder::piecesOfWindow + 2);
        for (const RowRun &run : runs)
          for (std::int64_t row = run.begin; row < run.end; ++row)
            expected.push_back(row);
        const auto at = order.window(number);
        for (std::int64_t place = at.begin(); place < at.end(); ++place)
          rows.push_back(at(place));
        std::ranges::sort(rows);
        EXPECT_EQ(rows, expected) << size << " " << window << " " << number;
      }
    }
}

TEST(WindowedOrder, WhatFitsAWindowHasTheOrderOfOnePermutation) {
  for (std::int64_t window : {203, 204, 1000000}) {
    const WindowedOrder order(203, window, 11, 4);
    const Permutation permutation(203, 11, RandomPurpose::Shuffle, 4);
    for (std::int64_t place = 0; place < 203; ++place)
      ASSERT_EQ(order.window(0)(place), permutation(place));
  }
}

TEST(WindowedOrder, EpochsAndSeedsDiffer) {
  const auto rows = rowsOf(WindowedOrder(1000, 64, 1, 1));
  EXPECT_EQ(rows, rowsOf(WindowedOrder(1000, 64, 1, 1)));
  EXPECT_NE(rows, rowsOf(WindowedOrder(1000, 64, 1, 2)));
  EXPECT_NE(rows, rowsOf(WindowedOrder(1000, 64, 2, 1)));
  EXPECT_NE(rows, rowsOf(WindowedOrder(1000, 65, 1, 1)));
}

TEST(WindowedOrder, WindowsHaveOrdersOfTheirOwn) {
  // Pieces are of 64 rows and all full, so that a row's place within its piece
  // says which of the window's places the window's own order has put there.
  const WindowedOrder order(4096, 512, 9, 1);
  const auto placesOf = [&](std::int64_t number) {
    const auto window = order.window(number);
    std::vector<std::int64_t> places;
    for (std::int64_t at = window.begin(); at < window.end(); ++at)
      places.push_back(window(at) % 64);
    return places;
  };
  EXPECT_NE(placesOf(0), placesOf(1));
  EXPECT_NE(placesOf(1), placesOf(2));
}

TEST(WindowedOrder, AWindowMixesDistantRows) {
  // Of rows that are sorted by label, a window of a tenth has both kinds.
  const std::int64_t size = 10000;
  int balanced = 0;
  const WindowedOrder order(size, size / 10, 3, 1);
  for (std::int64_t number = 0; number < order.windows(); ++number) {
    std::int64_t upper = 0;
    for (const RowRun &run : order.runs(number))
      upper +=
          std::max<std::int64_t>(run.end - std::max(run.begin, size / 2), 0);
    balanced += upper > size / 100 && upper < size / 10 - size / 100;
  }
  EXPECT_GE(balanced, 8);
}

TEST(WindowedOrder, WithoutShufflingRowsStand) {
  const auto rows = rowsOf(WindowedOrder(100, 7, 1, 1, false));
  for (std::int64_t row = 0; row < 100; ++row)
    ASSERT_EQ(rows[std::size_t(row)], row);
}

} // namespace
} // namespace mlc::runtime
