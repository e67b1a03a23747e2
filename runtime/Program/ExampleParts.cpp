//===- ExampleParts.cpp - Several files as one data set -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/ExampleParts.h"

#include "Error.h"
#include "Program/ExampleForm.h"
#include "Program/PartsAlike.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <variant>

namespace mlc::runtime {

ExampleParts::ExampleParts(const MlcProgram &program,
                           const std::vector<std::string> &paths)
    : program_(program) {
  for (const std::string &path : paths) {
    const Dataset &part = parts_.emplace_back(path, RowChecks::Later);
    expectInput(program, part);
    expectLabels(program, part);
    begins_.push_back(begins_.back() + part.rows());
  }
  expectAlike(parts_);
}

std::int64_t ExampleParts::nonzeros() const {
  std::int64_t sum = 0;
  for (const Dataset &part : parts_)
    sum += part.nonzeros();
  return sum;
}

ExampleParts::Place ExampleParts::placeOf(std::int64_t row) const {
  const auto part =
      std::size_t(std::ranges::upper_bound(begins_, row) - begins_.begin() - 1);
  return {parts_[part], row - begins_[part]};
}

std::string ExampleParts::textOf(std::int64_t row) const {
  const Place place = placeOf(row);
  return fmt::format("row {} of {}", place.row, place.part.path());
}

void ExampleParts::forEachPart(
    RowRun run,
    const std::function<void(const Dataset &, std::int64_t, std::int64_t)> &use)
    const {
  while (run.begin < run.end) {
    const Place place = placeOf(run.begin);
    const std::int64_t count =
        std::min(run.end - run.begin, place.part.rows() - place.row);
    use(place.part, place.row, place.row + count);
    run.begin += count;
  }
}

void ExampleParts::advise(RowRun run, PageAdvice advice) const {
  forEachPart(run, [&](const Dataset &part, std::int64_t begin,
                       std::int64_t end) { part.advise(begin, end, advice); });
}

std::int64_t ExampleParts::bytesOf(RowRun run) const {
  const double perRow = isSparse() ? 8.0 * double(nonzeros()) / double(rows())
                                   : 4.0 * double(width());
  return std::int64_t((perRow + 16) * double(run.end - run.begin));
}

/// Keeps the `most` largest numbers, the least of them in front.
static void keepLargest(std::int64_t number, std::size_t most,
                        std::vector<std::int64_t> &largest) {
  if (largest.size() == most && number <= largest.front())
    return;
  if (largest.size() == most) {
    std::ranges::pop_heap(largest, std::greater());
    largest.pop_back();
  }
  largest.push_back(number);
  std::ranges::push_heap(largest, std::greater());
}

/// The place of the value farthest from 0, if it is farther than `limit`.
static std::ptrdiff_t findLarger(std::span<const float> values, float limit) {
  std::ptrdiff_t found = -1;
  for (std::size_t at = 0; at < values.size(); ++at)
    if (std::abs(values[at]) > limit) {
      limit = std::abs(values[at]);
      found = std::ptrdiff_t(at);
    }
  return found;
}

void ExampleParts::checkBlock(Dataset &part, std::int64_t first, RowRun rows,
                              std::vector<std::int64_t> &fullest) {
  part.checkRows(rows.begin, rows.end);
  checkLabels(program_, part, rows.begin, rows.end);
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    if (!facts_.classCounts.empty())
      ++facts_.classCounts[std::size_t(classOf(program_, part, row))];
    if (part.isSparse())
      keepLargest(part.indptr()[std::size_t(row) + 1] -
                      part.indptr()[std::size_t(row)],
                  std::size_t(std::min(program_.batch, this->rows())), fullest);
  }
  const auto begin = std::size_t(part.isSparse()
                                     ? part.indptr()[std::size_t(rows.begin)]
                                     : rows.begin * part.width()),
             end = std::size_t(part.isSparse()
                                   ? part.indptr()[std::size_t(rows.end)]
                                   : rows.end * part.width());
  const std::span<const float> all =
      part.isSparse() ? part.values() : part.features();
  if (all.empty())
    return;
  const std::span<const float> values = all.subspan(begin, end - begin);
  const std::ptrdiff_t found = findLarger(values, std::abs(facts_.largest));
  if (found < 0)
    return;
  const std::size_t at = begin + std::size_t(found);
  facts_.largest = all[at];
  if (!part.isSparse()) {
    facts_.largestRow = first + std::int64_t(at) / part.width();
    facts_.largestFeature = std::int64_t(at) % part.width();
    return;
  }
  facts_.largestRow =
      first - 1 +
      (std::ranges::upper_bound(part.indptr(), at) - part.indptr().begin());
  facts_.largestFeature = std::visit(
      [&](auto indices) { return std::int64_t(indices[at]); }, part.indices());
}

void ExampleParts::check() {
  // Enough to be read at one go, and little beside what a window takes.
  constexpr std::int64_t blockBytes = std::int64_t(32) << 20;
  const std::int64_t block = std::max<std::int64_t>(
      blockBytes / std::max<std::int64_t>(bytesOf({0, 1}), 1), 1);
  facts_ = {};
  facts_.classCounts.resize(std::size_t(classesOf(program_)));
  std::vector<std::int64_t> fullest;
  double weight = 0;
  for (std::size_t number = 0; number < parts_.size(); ++number) {
    Dataset &part = parts_[number];
    for (std::int64_t begin = 0; begin < part.rows(); begin += block) {
      const RowRun rows = {begin, std::min(begin + block, part.rows())};
      checkBlock(part, begins_[number], rows, fullest);
      for (std::int64_t row = rows.begin; row < rows.end; ++row)
        weight += part.weights().empty() ? 1 : part.weights()[std::size_t(row)];
      part.advise(rows.begin, rows.end, PageAdvice::Drop);
    }
    facts_.hasOnlyOnes &= part.hasOnlyOnes();
  }
  for (std::int64_t count : fullest)
    facts_.nonzeroCapacity += count;
  if (!(weight > 0))
    throw InputError(fmt::format(
        "{}: the weights of all {} rows of the {} parts are 0, so that nothing "
        "would be learned; give some a weight above 0",
        first().path(), rows(), parts_.size()));
}

Dataset ExampleParts::sample(std::int64_t most) const {
  const std::int64_t count = std::min(most, rows());
  DatasetRows some;
  SparseRows &sparse = some.sparse;
  some.isDense = !isSparse();
  some.hasClasses = first().hasClassLabels();
  some.classNames = first().classNames();
  some.target = first().target();
  sparse.width = width();
  sparse.labelColumns = labelColumns();
  const auto columns = std::size_t(labelColumns());
  for (std::int64_t i = 0; i < count; ++i) {
    // In quotients and remainders, which cannot overflow.
    const std::int64_t row = rows() / count * i + rows() % count * i / count;
    const auto [part, number] = placeOf(row);
    if (part.isSparse()) {
      const auto begin = std::size_t(part.indptr()[std::size_t(number)]),
                 end = std::size_t(part.indptr()[std::size_t(number) + 1]);
      std::visit(
          [&](auto indices) {
            sparse.indices.insert(sparse.indices.end(),
                                  indices.begin() + std::ptrdiff_t(begin),
                                  indices.begin() + std::ptrdiff_t(end));
          },
          part.indices());
      for (std::size_t at = begin; at < end; ++at)
        sparse.values.push_back(part.values().empty() ? 1 : part.values()[at]);
    } else {
      const auto features = part.features().subspan(
          std::size_t(number * width()), std::size_t(width()));
      some.dense.insert(some.dense.end(), features.begin(), features.end());
    }
    const auto label = [&](std::size_t column) {
      const std::size_t at = std::size_t(number) * columns + column;
      return part.hasClassLabels() ? double(part.classLabels()[at])
                                   : double(part.realLabels()[at]);
    };
    sparse.endRow(label(0));
    if (columns > 1)
      for (std::size_t column = 0; column < columns; ++column)
        sparse.severalLabels.push_back(static_cast<float>(label(column)));
    some.weights.push_back(
        part.weights().empty() ? 1 : part.weights()[std::size_t(number)]);
    part.advise(number, number + 1, PageAdvice::Drop);
  }
  return {first().path(), std::move(some)};
}

} // namespace mlc::runtime
