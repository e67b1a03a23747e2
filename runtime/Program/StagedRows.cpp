//===- StagedRows.cpp - Copies of the rows of a call ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/StagedRows.h"

#include "Program/ExampleForm.h"

#include <algorithm>
#include <numeric>
#include <variant>

namespace mlc::runtime {

StagedRows::StagedRows(const ExampleParts &parts, RowWeightRule weights)
    : parts_(parts), program_(parts.program()), weightRule_(std::move(weights)),
      hasWeights_(hasWeights(program_)),
      hasValues_(!parts.isSparse() || !parts.facts().hasOnlyOnes),
      areNarrow_(parts.width() <= MLC_U16_WIDTH) {}

/// What comes before non-zeros have a place: how many there are.
void StagedRows::countRow(std::int64_t row, std::size_t slot) {
  const auto [part, number] = parts_.placeOf(row);
  if (part.isSparse())
    indptr_[slot + 1] = part.indptr()[std::size_t(number) + 1] -
                        part.indptr()[std::size_t(number)];
}

void StagedRows::copyRow(std::int64_t row, std::size_t slot) {
  const auto [part, number] = parts_.placeOf(row);
  if (part.isSparse()) {
    const auto first = std::size_t(part.indptr()[std::size_t(number)]),
               begin = std::size_t(indptr_[slot]),
               count = std::size_t(indptr_[slot + 1]) - begin;
    std::visit(
        [&](auto indices) {
          const auto some = indices.subspan(first, count);
          if (areNarrow_)
            std::ranges::copy(some, narrow_.begin() + std::ptrdiff_t(begin));
          else
            std::ranges::copy(some, wide_.begin() + std::ptrdiff_t(begin));
        },
        part.indices());
    if (hasValues_ && part.values().empty())
      std::fill_n(values_.begin() + std::ptrdiff_t(begin), count, 1.0f);
    else if (hasValues_)
      std::ranges::copy(part.values().subspan(first, count),
                        values_.begin() + std::ptrdiff_t(begin));
  } else {
    const auto width = std::size_t(part.width());
    std::ranges::copy(
        part.features().subspan(std::size_t(number) * width, width),
        values_.begin() + std::ptrdiff_t(slot * width));
  }
  const std::size_t labels = slot * std::size_t(parts_.labelColumns());
  if (labelKindOf(program_) == MLC_LABEL_CLASS)
    copyLabels(program_, part, number, number + 1, &classLabels_[labels]);
  else
    copyLabels(program_, part, number, number + 1, &realLabels_[labels]);
  if (hasWeights_)
    weights_[slot] = weightRule_(
        part.weights().empty() ? 1 : part.weights()[std::size_t(number)],
        classOf(program_, part, number));
}

/// The part of so many that is a worker's.
static RowRun shareOf(std::size_t count, std::int64_t worker,
                      std::int64_t workers) {
  const auto all = std::int64_t(count);
  return {all * worker / workers, all * (worker + 1) / workers};
}

void StagedRows::fill(Executor &executor, std::span<const std::int64_t> rows) {
  const std::size_t count = rows.size();
  const std::size_t labels = count * std::size_t(parts_.labelColumns());
  const auto forEach = [&](auto use) {
    executor.forEachWorker([&](std::int64_t worker) {
      const RowRun share = shareOf(count, worker, executor.threads());
      for (std::int64_t slot = share.begin; slot < share.end; ++slot)
        use(rows[std::size_t(slot)], std::size_t(slot));
    });
  };
  // Memory is taken here, since workers must not throw.
  if (labelKindOf(program_) == MLC_LABEL_CLASS)
    classLabels_.resize(labels);
  else
    realLabels_.resize(labels);
  if (hasWeights_)
    weights_.resize(count);
  if (parts_.isSparse()) {
    indptr_.resize(count + 1);
    forEach([&](std::int64_t row, std::size_t slot) { countRow(row, slot); });
    std::inclusive_scan(indptr_.begin(), indptr_.end(), indptr_.begin());
    const auto nonzeros = std::size_t(indptr_.back());
    if (areNarrow_)
      narrow_.resize(nonzeros);
    else
      wide_.resize(nonzeros);
    if (hasValues_)
      values_.resize(nonzeros);
  } else {
    values_.resize(count * std::size_t(parts_.width()));
    if (isBounded(inputOf(program_)))
      fillBegins(indptr_, program_, std::int64_t(count), parts_.width());
  }
  forEach([&](std::int64_t row, std::size_t slot) { copyRow(row, slot); });
  if (rows_.size() < count) {
    rows_.resize(count);
    std::iota(rows_.begin(), rows_.end(), 0);
  }
  if (parts_.isSparse()) {
    inputData_.values = hasValues_ ? values_.data() : nullptr;
    inputData_.indices =
        areNarrow_ ? static_cast<const void *>(narrow_.data()) : wide_.data();
    inputData_.indptr = indptr_.data();
  } else {
    inputData_.values = values_.data();
    if (isBounded(inputOf(program_)))
      inputData_.indptr = indptr_.data();
  }
  labelData_[0] = labelKindOf(program_) == MLC_LABEL_CLASS
                      ? static_cast<const void *>(classLabels_.data())
                      : realLabels_.data();
  if (hasWeights_)
    labelData_[*findLabel(program_, MLC_WEIGHTS)] = weights_.data();
}

void StagedRows::describe(MlcCall &call) const {
  call.inputs = &inputData_;
  call.labels = labelData_;
  call.rows = rows_.data();
}

} // namespace mlc::runtime
