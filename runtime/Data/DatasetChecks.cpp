//===- DatasetChecks.cpp - Whether rows of a data set are sound -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/Dataset.h"
#include "Data/DatasetFault.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>

using namespace mlc::runtime;

/// The elements of `width` a row that are those of rows [begin, end).
template <typename T>
static std::span<const T> rowsOf(std::span<const T> all, std::int64_t width,
                                 std::int64_t begin, std::int64_t end) {
  return all.subspan(std::size_t(begin * width),
                     std::size_t((end - begin) * width));
}

/// Every one of some elements of a tensor is finite; `rowOf` names the row of
/// one among them. Returns whether each is 1.
template <typename RowOf>
static bool expectFinite(const std::string &path, const char *tensor,
                         std::span<const float> values, RowOf rowOf) {
  bool areOnes = true;
  auto bad = std::ranges::find_if(values, [&](float value) {
    areOnes &= value == 1.0f;
    return !std::isfinite(value);
  });
  if (bad != values.end())
    failDataset(
        path, fmt::format("tensor {:?}, row {}: expected a finite number, but "
                          "got {}",
                          tensor, rowOf(bad - values.begin()), *bad));
  return areOnes;
}

/// `indptr` of rows [begin, end) never falls, and stays in 0 to `nonzeros`.
/// Returns the most non-zeros of a row.
static std::int64_t checkBegins(const std::string &path,
                                std::span<const std::int64_t> indptr,
                                std::int64_t nonzeros, std::int64_t begin,
                                std::int64_t end) {
  std::int64_t longest = 0;
  for (auto row = std::size_t(begin); row < std::size_t(end); ++row) {
    if (indptr[row + 1] < indptr[row] || indptr[row + 1] > nonzeros)
      failDataset(path,
                  fmt::format("tensor \"indptr\", row {}: expected an "
                              "end from {} to {}, but got {}",
                              row, indptr[row], nonzeros, indptr[row + 1]));
    longest = std::max(longest, indptr[row + 1] - indptr[row]);
  }
  return longest;
}

/// In each of rows [begin, end), `indices` increase and are below `width`.
template <typename Index>
static void checkIndices(const std::string &path,
                         std::span<const std::int64_t> indptr,
                         std::span<const Index> indices, std::int64_t width,
                         std::int64_t begin, std::int64_t end) {
  for (auto row = std::size_t(begin); row < std::size_t(end); ++row) {
    std::int64_t last = -1;
    for (std::int64_t at = indptr[row]; at < indptr[row + 1]; ++at) {
      std::int64_t index = indices[static_cast<std::size_t>(at)];
      if (index <= last || index >= width)
        failDataset(
            path,
            fmt::format("tensor \"indices\", row {}: expected indices that "
                        "rise and are below {}, but got {} after {}",
                        row, width, index,
                        last < 0 ? "the start" : std::to_string(last)));
      last = index;
    }
  }
}

void Dataset::checkRows(std::int64_t begin, std::int64_t end) {
  checkInputs(begin, end);
  checkWeights(begin, end);
  checkLabels(begin, end);
}

void Dataset::checkInputs(std::int64_t begin, std::int64_t end) {
  if (!isSparse()) {
    expectFinite(path_, "features", rowsOf(features_, width_, begin, end),
                 [&](std::int64_t at) { return begin + at / width_; });
    return;
  }
  const auto check = [&](auto indices) {
    const std::int64_t longest =
        checkBegins(path_, indptr_, std::int64_t(indices.size()), begin, end);
    maxRowNonzeros_ = std::max(maxRowNonzeros_, longest);
    checkIndices(path_, indptr_, indices, width_, begin, end);
  };
  std::visit(check, indices_);
  if (values_.empty())
    return;
  const std::int64_t first = indptr_[std::size_t(begin)];
  const auto rowOf = [&](std::int64_t at) {
    return std::ranges::upper_bound(indptr_, first + at) - indptr_.begin() - 1;
  };
  hasOnlyOnes_ &= expectFinite(
      path_, "values",
      values_.subspan(std::size_t(first),
                      std::size_t(indptr_[std::size_t(end)] - first)),
      rowOf);
}

void Dataset::checkWeights(std::int64_t begin, std::int64_t end) const {
  if (weights_.empty())
    return;
  const auto weights = rowsOf(weights_, 1, begin, end);
  expectFinite(path_, "weights", weights,
               [&](std::int64_t row) { return begin + row; });
  const auto negative =
      std::ranges::find_if(weights, [](float weight) { return weight < 0; });
  if (negative != weights.end())
    failDataset(
        path_, fmt::format("tensor \"weights\", row {}: expected a weight of 0 "
                           "or more, but got {}",
                           begin + (negative - weights.begin()), *negative));
}

void Dataset::checkLabels(std::int64_t begin, std::int64_t end) const {
  if (!hasClassLabels()) {
    expectFinite(path_, "labels",
                 rowsOf(realLabels_, labelColumns_, begin, end),
                 [&](std::int64_t at) { return begin + at / labelColumns_; });
    return;
  }
  if (classNames_.empty())
    return;
  const auto names = static_cast<std::int64_t>(classNames_.size());
  const auto labels = rowsOf(classLabels_, labelColumns_, begin, end);
  const auto bad = std::ranges::find_if(
      labels, [&](std::int32_t label) { return label >= names; });
  if (bad != labels.end())
    failDataset(path_,
                fmt::format("tensor \"labels\", row {}: expected a class "
                            "below {}, the number of `class_names`, but got "
                            "{}",
                            begin + (bad - labels.begin()) / labelColumns_,
                            names, *bad));
}

void Dataset::advise(std::int64_t begin, std::int64_t end,
                     PageAdvice advice) const {
  if (!file_)
    return;
  const auto adviseOn = [&](auto all, std::int64_t first, std::int64_t last) {
    if (!all.empty())
      file_->advise(std::as_bytes(all.subspan(std::size_t(first),
                                              std::size_t(last - first))),
                    advice);
  };
  if (isSparse()) {
    const std::int64_t first = indptr_[std::size_t(begin)],
                       last = indptr_[std::size_t(end)];
    std::visit([&](auto indices) { adviseOn(indices, first, last); }, indices_);
    adviseOn(values_, first, last);
    // Last, since it was needed to find the others.
    adviseOn(indptr_, begin, end + 1);
  } else {
    adviseOn(features_, begin * width_, end * width_);
  }
  adviseOn(realLabels_, begin * labelColumns_, end * labelColumns_);
  if (ownedClasses_.empty())
    adviseOn(classLabels_, begin * labelColumns_, end * labelColumns_);
  adviseOn(weights_, begin, end);
}
