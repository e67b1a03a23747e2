//===- CardFigures.cpp - What a model card says of a test set -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/CardFigures.h"

#include "Metrics/Judgement.h"

#include <algorithm>
#include <fmt/format.h>

namespace mlc::runtime {

namespace {

/// Some of the rows that are judged, in memory of their own.
class SomeRows {
public:
  SomeRows(const Judged &all, std::span<const std::int64_t> rows) {
    judged_ = all;
    judged_.rows = std::ssize(rows);
    const std::int64_t columns = all.columns;
    for (const std::int64_t row : rows) {
      const auto outputs = all.outputs.subspan(row * columns, columns);
      outputs_.insert(outputs_.end(), outputs.begin(), outputs.end());
      if (all.task == Task::MultiClass) {
        classes_.push_back(all.classes[row]);
        continue;
      }
      const auto labels = all.labels.subspan(row * columns, columns);
      labels_.insert(labels_.end(), labels.begin(), labels.end());
    }
    judged_.outputs = outputs_;
    judged_.classes = classes_;
    judged_.labels = labels_;
  }
  const Judged &judged() const { return judged_; }

private:
  Judged judged_;
  std::vector<float> outputs_, labels_;
  std::vector<std::int32_t> classes_;
};

/// Of few rows, and of those of one class, other figures say nothing.
bool isOfSlices(const Figure &figure) {
  for (const char *name : {"accuracy", "subset_accuracy", "rmse", "mae"})
    if (figure.name == name)
      return true;
  return false;
}

void addSlice(std::vector<CardSlice> &slices, std::string name,
              const Judged &all, std::span<const std::int64_t> rows) {
  if (rows.empty())
    return;
  const SomeRows some(all, rows);
  Judgement judgement(some.judged());
  CardSlice slice{.name = std::move(name),
                  .rows = std::ssize(rows),
                  .figures = figuresOf(judgement)};
  std::erase_if(slice.figures,
                [](const Figure &figure) { return !isOfSlices(figure); });
  slices.push_back(std::move(slice));
}

void addClasses(std::vector<CardSlice> &slices, const Judged &judged,
                std::span<const std::string> classNames) {
  if (judged.task != Task::Binary && judged.task != Task::MultiClass)
    return;
  const std::int64_t classes = judged.task == Task::Binary ? 2 : judged.columns;
  std::vector<std::vector<std::int64_t>> rows(
      static_cast<std::size_t>(classes));
  for (std::int64_t row = 0; row < judged.rows; ++row)
    rows[std::size_t(judged.task == Task::Binary
                         ? std::int64_t(judged.isPositive(row, 0))
                         : judged.classes[row])]
        .push_back(row);
  for (std::int64_t number = 0; number < classes; ++number)
    addSlice(slices, fmt::format("class {}", className(classNames, number)),
             judged, rows[std::size_t(number)]);
}

/// Quarters of the rows; rows with as many entries are in one.
void addLengths(std::vector<CardSlice> &slices, const Judged &judged,
                const Dataset &data) {
  const auto starts = data.indptr();
  if (std::ssize(starts) != judged.rows + 1)
    return; // Dense rows, or several answers a row.
  std::vector<std::int64_t> sorted;
  sorted.reserve(std::size_t(judged.rows));
  for (std::int64_t row = 0; row < judged.rows; ++row)
    sorted.push_back(starts[row + 1] - starts[row]);
  const std::vector<std::int64_t> lengths = sorted;
  std::ranges::sort(sorted);
  constexpr std::int64_t quarters = 4;
  std::int64_t before = -1;
  for (std::int64_t quarter = 1; quarter <= quarters; ++quarter) {
    const std::int64_t last = sorted[std::size_t(
        (judged.rows * quarter + quarters - 1) / quarters - 1)];
    std::vector<std::int64_t> rows;
    for (std::int64_t row = 0; row < judged.rows; ++row)
      if (before < lengths[std::size_t(row)] &&
          lengths[std::size_t(row)] <= last)
        rows.push_back(row);
    addSlice(slices, fmt::format("{} to {} entries", before + 1, last), judged,
             rows);
    before = last;
  }
}

} // namespace

std::vector<CardSlice> cardSlices(const Judged &judged, const Dataset &data,
                                  std::span<const std::string> classNames) {
  Judgement judgement(judged);
  std::vector<CardSlice> slices = {
      {.name = "all", .rows = judged.rows, .figures = figuresOf(judgement)}};
  addClasses(slices, judged, classNames);
  addLengths(slices, judged, data);
  return slices;
}

} // namespace mlc::runtime
