//===- EpochOrder.h - The order of an epoch's rows --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_EPOCHORDER_H
#define MLC_RUNTIME_PROGRAM_EPOCHORDER_H

#include "Program/WindowedOrder.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace mlc::runtime {

/// In which order an epoch takes its rows: as they are given, or as a keyed
/// bijection of their places says (WindowedOrder). Any part of it can be
/// computed at any time.
struct EpochOrder {
  std::span<const std::int32_t> rows; ///< As given, the same in all epochs.
  bool isShuffled;
  std::uint64_t seed;
  std::int64_t epoch;  ///< From 1.
  std::int64_t window; ///< Rows.

  bool isOneWindow() const { return std::ssize(rows) <= window; }
  WindowedOrder places() const {
    return {std::ssize(rows), window, seed, epoch, isShuffled};
  }

  /// Writes the rows at the places from `first` on, all of them in `window`,
  /// into `result`.
  void fill(const WindowedOrder::Window &window, std::int64_t first,
            std::span<std::int32_t> result) const {
    for (std::int32_t &row : result)
      row = rows[std::size_t(window(first++))];
  }
  /// The same of any places.
  void fill(std::int64_t first, std::span<std::int32_t> result) const {
    const WindowedOrder order = places();
    while (!result.empty()) {
      const auto window = order.window(order.windowOf(first));
      const auto some = result.first(std::size_t(
          std::min(window.end() - first, std::int64_t(result.size()))));
      fill(window, first, some);
      result = result.subspan(some.size());
      first += std::int64_t(some.size());
    }
  }
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_EPOCHORDER_H
