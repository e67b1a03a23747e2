//===- DataWarnings.cpp - What is odd about training data -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/DataWarnings.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <variant>

namespace mlc::runtime {

/// Beyond this a feature outweighs others of about 1 by far, and squares of it
/// lose the others' last digits in 32-bit numbers.
constexpr float hugeFeature = 1e4f;

namespace {

/// What one feature's values are like.
struct Range {
  float least = INFINITY, most = -INFINITY;
  std::int64_t count = 0;      ///< Of values that the file has.
  std::int32_t largestRow = 0; ///< Where the value farthest from 0 is.

  void add(float value, std::int32_t row) {
    if (count == 0 ||
        std::abs(value) > std::max(std::abs(least), std::abs(most)))
      largestRow = row;
    least = std::min(least, value);
    most = std::max(most, value);
    ++count;
  }
};

/// "2 features" and which is the first.
std::string countText(std::int64_t count, std::int64_t first) {
  return count == 1
             ? fmt::format("feature {} is", first)
             : fmt::format("{} features (the first is {}) are", count, first);
}

/// `columns`: of the non-zeros.
template <typename Column>
void addSparse(const Dataset &data, std::span<const Column> columns,
               std::span<const std::int32_t> rows, std::vector<Range> &ranges) {
  const std::span<const std::int64_t> indptr = data.indptr();
  for (std::int32_t row : rows)
    for (std::int64_t at = indptr[row]; at < indptr[row + 1]; ++at)
      ranges[columns[at]].add(data.values().empty() ? 1 : data.values()[at],
                              row);
}

void addDense(const Dataset &data, std::span<const std::int32_t> rows,
              std::vector<Range> &ranges) {
  for (std::int32_t row : rows) {
    const auto features =
        data.features().subspan(row * data.width(), data.width());
    for (std::size_t column = 0; column < features.size(); ++column)
      ranges[column].add(features[column], row);
  }
}

std::vector<Range> rangesOf(const Dataset &data,
                            std::span<const std::int32_t> rows) {
  std::vector<Range> ranges(data.width());
  if (data.isSparse())
    std::visit([&](auto columns) { addSparse(data, columns, rows, ranges); },
               data.indices());
  else
    addDense(data, rows, ranges);
  // What a sparse row leaves out is 0.
  for (Range &range : ranges)
    if (range.count < std::ssize(rows)) {
      range.least = std::min(range.least, 0.0f);
      range.most = std::max(range.most, 0.0f);
    }
  return ranges;
}

void warnOfFeatures(const Dataset &data, std::span<const std::int32_t> rows,
                    std::vector<std::string> &warnings) {
  const std::vector<Range> ranges = rangesOf(data, rows);
  const auto warn = [&](auto isOdd, auto describe) {
    const auto first = std::ranges::find_if(ranges, isOdd);
    if (first == ranges.end())
      return;
    const std::string text =
        countText(std::ranges::count_if(ranges, isOdd), first - ranges.begin());
    warnings.push_back(
        fmt::format("{}: {} {}", data.path(), text, describe(*first)));
  };
  if (rows.size() > 1)
    warn([](const Range &range) { return range.least == range.most; },
         [](const Range &range) {
           return fmt::format("the same in every row ({}); nothing can be "
                              "learned from that",
                              range.least);
         });
  warn(
      [](const Range &range) {
        return std::max(std::abs(range.least), std::abs(range.most)) >
               hugeFeature;
      },
      [](const Range &range) {
        return fmt::format("huge ({} in row {}); scale such features to about "
                           "1, or training may diverge",
                           std::abs(range.least) > range.most ? range.least
                                                              : range.most,
                           range.largestRow);
      });
}

/// Of the classes that no row has, by how many rows each class has.
void warnOfEmptyClasses(const std::string &path,
                        const std::vector<std::int64_t> &counts,
                        std::vector<std::string> &warnings) {
  const std::int64_t empty = std::ranges::count(counts, 0);
  const std::int64_t first = std::ranges::find(counts, 0) - counts.begin();
  if (empty > 0)
    warnings.push_back(fmt::format(
        "{}: no row to train on is of class {}{}, so it cannot be learned",
        path, first,
        empty == 1 ? "" : fmt::format(" (nor of {} others)", empty - 1)));
}

/// The same of negative and positive rows.
void warnOfOneSide(const std::string &path, std::int64_t rows,
                   std::int64_t positive, std::vector<std::string> &warnings) {
  if (positive == 0 || positive == rows)
    warnings.push_back(fmt::format("{}: every row to train on is {}; there is "
                                   "nothing to tell apart",
                                   path,
                                   positive == 0 ? "negative" : "positive"));
}

void warnOfLabels(const MlcProgram &program, const Examples &examples,
                  std::span<const std::int32_t> rows,
                  std::vector<std::string> &warnings) {
  const std::string &path = examples.data().path();
  if (labelKindOf(program) == MLC_LABEL_CLASS) {
    std::vector<std::int64_t> counts(columnsOfPlace(program));
    const std::int64_t places = placesOf(program);
    for (std::int32_t row : rows)
      for (std::int64_t place = 0; place < places; ++place)
        ++counts[examples.classLabels()[row * places + place]];
    warnOfEmptyClasses(path, counts, warnings);
  } else if (labelKindOf(program) == MLC_LABEL_BINARY &&
             columnsOf(program) == 1) {
    const auto isPositive = [&](std::int32_t row) {
      return examples.realLabels()[row] >= 0.5f;
    };
    warnOfOneSide(path, std::ssize(rows),
                  std::ranges::count_if(rows, isPositive), warnings);
  }
}

} // namespace

std::vector<std::string> dataWarnings(const MlcProgram &program,
                                      const Examples &examples,
                                      std::span<const std::int32_t> rows) {
  std::vector<std::string> warnings;
  warnOfLabels(program, examples, rows, warnings);
  warnOfFeatures(examples.data(), rows, warnings);
  return warnings;
}

std::vector<std::string> dataWarnings(const ExampleParts &parts) {
  std::vector<std::string> warnings;
  const PartsFacts &facts = parts.facts();
  const std::string &path = parts.first().path();
  if (labelKindOf(parts.program()) == MLC_LABEL_CLASS)
    warnOfEmptyClasses(path, facts.classCounts, warnings);
  else if (!facts.classCounts.empty())
    warnOfOneSide(path, parts.rows(), facts.classCounts[1], warnings);
  if (std::abs(facts.largest) > hugeFeature)
    warnings.push_back(fmt::format(
        "{}: feature {} is huge ({}); scale such features to about 1, or "
        "training may diverge",
        parts.textOf(facts.largestRow), facts.largestFeature, facts.largest));
  return warnings;
}

} // namespace mlc::runtime
