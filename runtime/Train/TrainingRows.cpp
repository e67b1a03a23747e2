//===- TrainingRows.cpp - Where steps get their rows ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/TrainingRows.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mlc::runtime {

ResidentRows::ResidentRows(Executor &executor, const Examples &examples,
                           std::vector<std::int32_t> rows,
                           const RowOrder &order)
    : executor_(executor), examples_(examples), settings_(order),
      rows_(std::move(rows)), order_(rows_.size()),
      placed_{executor.place(rows_), executor.place(order_)} {}

void ResidentRows::startEpoch(std::int64_t epoch) {
  epoch_ = epoch;
  executor_.order(epochOrder(), order_);
}

std::string ResidentRows::textOf(std::int64_t first, std::int64_t count,
                                 bool hasMore) const {
  std::vector<std::int32_t> rows(static_cast<std::size_t>(count));
  // A GPU has computed its own order.
  epochOrder().fill(first, rows);
  return fmt::format("rows {}{} of {}", fmt::join(rows, ", "),
                     hasMore ? ", ..." : "", examples_.data().path());
}

/// Rows to copy at a time: what takes so many bytes, and some steps at least.
static std::int64_t stagedRows(const ExampleParts &parts) {
  constexpr std::int64_t stagedBytes = std::int64_t(32) << 20;
  return std::max(stagedBytes /
                      std::max<std::int64_t>(parts.bytesOf({0, 1}), 1),
                  parts.program().batch);
}

StreamedRows::StreamedRows(Executor &executor, const ExampleParts &parts,
                           const RowWeightRule &weights, const RowOrder &order)
    : executor_(executor), parts_(parts), settings_(order),
      staged_(stagedRows(parts)), stage_(parts, weights) {}

StreamedRows::~StreamedRows() {
  if (ahead_.valid())
    ahead_.wait();
}

void StreamedRows::startEpoch(std::int64_t epoch) {
  if (epoch == epochNumber_)
    return;
  leave();
  epochNumber_ = epoch;
  epoch_.emplace(WindowedOrder(size(), settings_.window, settings_.seed, epoch,
                               settings_.isShuffled));
}

/// Whatever a call takes is from one window, but for the last rows of a batch
/// that begins in it, so that no more than a window is in memory.
std::int64_t StreamedRows::mostFrom(std::int64_t first) const {
  const std::int64_t end = epoch_->order.endOf(epoch_->order.windowOf(first));
  return std::min(end - first, staged_);
}

void StreamedRows::leave() {
  if (!epoch_ || epoch_->number < 0)
    return;
  for (const RowRun &run : epoch_->order.runs(epoch_->number))
    parts_.advise(run, PageAdvice::Drop);
  epoch_->window.reset();
  epoch_->number = -1;
}

void StreamedRows::readAhead(std::int64_t window) {
  // Below that, a thread costs more than it saves.
  constexpr std::int64_t worthwhile = std::int64_t(1) << 20;
  if (window >= epoch_->order.windows())
    return;
  std::vector<RowRun> runs = epoch_->order.runs(window);
  std::int64_t bytes = 0;
  for (const RowRun &run : runs)
    bytes += parts_.bytesOf(run);
  if (bytes >= worthwhile)
    ahead_ = std::async(std::launch::async, [this, runs = std::move(runs)] {
      for (const RowRun &run : runs)
        parts_.advise(run, PageAdvice::ReadAhead);
    });
}

void StreamedRows::enter(std::int64_t window) {
  if (window == epoch_->number)
    return;
  leave();
  if (ahead_.valid())
    ahead_.wait();
  for (const RowRun &run : epoch_->order.runs(window))
    parts_.advise(run, PageAdvice::Load);
  epoch_->window.emplace(epoch_->order.window(window));
  epoch_->number = window;
  readAhead(window + 1);
}

void StreamedRows::describe(std::int64_t first, std::int64_t count,
                            MlcCall &call) {
  const WindowedOrder &order = epoch_->order;
  enter(order.windowOf(first));
  rows_.resize(std::size_t(count));
  const auto fill = [&](const WindowedOrder::Window &window) {
    const std::int64_t begin = std::max(first, window.begin()),
                       size = std::min(first + count, window.end()) - begin;
    executor_.forEachWorker([&](std::int64_t worker) {
      const std::int64_t from = begin + size * worker / executor_.threads(),
                         to = begin + size * (worker + 1) / executor_.threads();
      for (std::int64_t place = from; place < to; ++place)
        rows_[std::size_t(place - first)] = window(place);
    });
  };
  fill(*epoch_->window);
  // A batch that ends in another window, or in several smaller than it.
  for (std::int64_t number = epoch_->number + 1;
       order.endOf(number - 1) < first + count; ++number)
    fill(order.window(number));
  stage_.fill(executor_, rows_);
  stage_.describe(call);
}

std::string StreamedRows::textOf(std::int64_t first, std::int64_t count,
                                 bool hasMore) const {
  std::vector<std::string> rows;
  for (std::int64_t place = first; place < first + count; ++place) {
    const auto window = epoch_->order.window(epoch_->order.windowOf(place));
    rows.push_back(parts_.textOf(window(place)));
  }
  return fmt::format("{}{}", fmt::join(rows, ", "), hasMore ? ", ..." : "");
}

} // namespace mlc::runtime
