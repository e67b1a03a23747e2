//===- WindowedOrder.h - An order that needs few rows at a time -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_WINDOWEDORDER_H
#define MLC_RUNTIME_PROGRAM_WINDOWEDORDER_H

#include "Program/Random.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace mlc::runtime {

/// Rows that are shuffled at a time, where nothing else is said: as many as
/// usual data sets have in all, and few enough for memory.
constexpr std::int64_t defaultWindow = 1000000;

/// Consecutive rows.
struct RowRun {
  std::int64_t begin, end;
  bool operator==(const RowRun &) const = default;
};

/// The order of an epoch's `size` rows, of which any place can be computed at
/// once, and in which `window` consecutive places need no rows but those of a
/// few runs:
///
///   at most a window    a keyed permutation of all rows
///   more                the rows are cut into pieces of window / 8, the last
///                       of which may be smaller; the pieces are put in a keyed
///                       order; each `window` rows of what they then are form a
///                       window, and these are permuted by a key of its own
///
/// All of it follows from the size, the window, the seed and the epoch, so
/// neither from files nor from what is in memory. Source of the scheme: the
/// shuffled shards and the buffer of WebDataset and tf.data, with keys in the
/// place of a generator's state.
class WindowedOrder {
public:
  static constexpr std::int64_t piecesOfWindow = 8;

  /// `size` and `window` are at least 1; `epoch` counts from 1. Without
  /// `isShuffled`, rows come as they stand.
  WindowedOrder(std::int64_t size, std::int64_t window, std::uint64_t seed,
                std::int64_t epoch, bool isShuffled = true);

  std::int64_t size() const { return size_; }
  std::int64_t windowOf(std::int64_t place) const { return place / window_; }
  std::int64_t windows() const { return (size_ - 1) / window_ + 1; }
  /// The place behind a window's last.
  std::int64_t endOf(std::int64_t number) const {
    return std::min((number + 1) * window_, size_);
  }

  /// A window's places, and which row each of them has.
  class Window {
  public:
    std::int64_t begin() const { return begin_; }
    std::int64_t end() const { return begin_ + size_; }
    /// Of a place in [begin, end).
    std::int64_t operator()(std::int64_t place) const {
      return order_->isShuffled_
                 ? order_->rowAt(begin_ + permutation_(place - begin_))
                 : place;
    }

  private:
    friend class WindowedOrder;
    Window(const WindowedOrder &order, std::int64_t number);

    const WindowedOrder *order_;
    std::int64_t begin_, size_;
    Permutation permutation_;
  };

  /// The window of a number; valid as long as this.
  Window window(std::int64_t number) const { return {*this, number}; }
  /// The rows that a window has, as runs that are to be read one by one.
  std::vector<RowRun> runs(std::int64_t number) const;

private:
  /// The row at a place before windows are permuted.
  std::int64_t rowAt(std::int64_t place) const;
  /// The same for how many consecutive rows come from there on.
  RowRun runAt(std::int64_t place) const;

  std::int64_t size_, window_;
  std::uint64_t seed_;
  std::int64_t epoch_;
  bool isShuffled_;
  std::int64_t piece_; ///< Rows of one, but of the last.
  Permutation pieces_;
  std::int64_t lastAt_ = 0; ///< Where among the pieces the last one is.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_WINDOWEDORDER_H
