//===- WindowedOrder.cpp - An order that needs few rows at a time ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/WindowedOrder.h"

namespace mlc::runtime {

/// All rows are one piece where they fit a window.
static std::int64_t pieceOf(std::int64_t size, std::int64_t window) {
  constexpr std::int64_t parts = WindowedOrder::piecesOfWindow;
  return size <= window ? size : (window - 1) / parts + 1;
}

WindowedOrder::WindowedOrder(std::int64_t size, std::int64_t window,
                             std::uint64_t seed, std::int64_t epoch,
                             bool isShuffled)
    : size_(size), window_(std::min(window, size)), seed_(seed), epoch_(epoch),
      isShuffled_(isShuffled), piece_(pieceOf(size, window)),
      pieces_((size - 1) / piece_ + 1, seed, RandomPurpose::Pieces,
              std::uint32_t(epoch)) {
  const std::int64_t last = (size - 1) / piece_;
  while (isShuffled && pieces_(lastAt_) != last)
    ++lastAt_;
}

RowRun WindowedOrder::runAt(std::int64_t place) const {
  if (!isShuffled_)
    return {place, size_};
  const std::int64_t last = (size_ - 1) / piece_;
  const std::int64_t sizeOfLast = size_ - last * piece_;
  std::int64_t number, offset;
  if (place < lastAt_ * piece_ + sizeOfLast) {
    number = std::min(place / piece_, lastAt_);
    offset = place - number * piece_;
  } else {
    number = (place - sizeOfLast) / piece_ + 1;
    offset = (place - sizeOfLast) % piece_;
  }
  const std::int64_t begin = pieces_(number) * piece_;
  return {begin + offset, std::min(begin + piece_, size_)};
}

std::int64_t WindowedOrder::rowAt(std::int64_t place) const {
  return piece_ == size_ ? place : runAt(place).begin;
}

std::vector<RowRun> WindowedOrder::runs(std::int64_t number) const {
  std::vector<RowRun> runs;
  std::int64_t place = number * window_;
  const std::int64_t end = std::min(place + window_, size_);
  while (place < end) {
    RowRun run = runAt(place);
    run.end = std::min(run.end, run.begin + (end - place));
    place += run.end - run.begin;
    if (!runs.empty() && runs.back().end == run.begin)
      runs.back().end = run.end;
    else
      runs.push_back(run);
  }
  std::ranges::sort(runs, {}, &RowRun::begin);
  return runs;
}

WindowedOrder::Window::Window(const WindowedOrder &order, std::int64_t number)
    : order_(&order), begin_(number * order.window_),
      size_(std::min(order.window_, order.size_ - begin_)),
      permutation_(size_, order.seed_, RandomPurpose::Shuffle,
                   std::uint32_t(order.epoch_), std::uint32_t(number)) {}

} // namespace mlc::runtime
