//===- EpochOrder.h - The order of an epoch's rows --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_EPOCHORDER_H
#define MLC_RUNTIME_PROGRAM_EPOCHORDER_H

#include "Program/Random.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace mlc::runtime {

/// In which order an epoch takes its rows: as they are given, or as a keyed
/// bijection of their places says. Any part of it can be computed at any time.
struct EpochOrder {
  std::span<const std::int32_t> rows; ///< As given, the same in all epochs.
  bool isShuffled;
  std::uint64_t seed;
  std::int64_t epoch; ///< From 1.

  Permutation permutation() const {
    return {std::int64_t(rows.size()), seed, RandomPurpose::Shuffle,
            std::uint32_t(epoch)};
  }

  /// Writes the places from `first` on into `result`.
  void fill(std::int64_t first, std::span<std::int32_t> result) const {
    if (!isShuffled) {
      std::copy_n(rows.begin() + first, result.size(), result.begin());
      return;
    }
    fill(permutation(), first, result);
  }
  /// The same with the order's permutation, for who needs it several times.
  void fill(const Permutation &permutation, std::int64_t first,
            std::span<std::int32_t> result) const {
    for (std::int32_t &row : result)
      row = rows[permutation(first++)];
  }
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_EPOCHORDER_H
