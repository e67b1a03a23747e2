//===- DatasetParts.cpp - Writes rows as parts of a data set --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/DatasetParts.h"

#include "Data/Hash.h"
#include "Error.h"

#include <algorithm>
#include <fmt/format.h>

using namespace mlc::runtime;

/// The same for equal rows, and hardly for others.
static std::string nameOfSet(const FeatureRows &rows, std::int64_t shardRows) {
  const SparseRows &sparse = rows.sparse;
  RunningHash hash;
  hash.add(std::as_bytes(std::span(sparse.labels)));
  hash.add(std::as_bytes(std::span(sparse.indptr)));
  const std::int64_t sizes[] = {sparse.width, shardRows};
  hash.add(std::as_bytes(std::span(sizes)));
  return hashText(hash.value());
}

/// Elements [begin, end) of `width` each; nothing of nothing.
template <typename T>
static std::vector<T> sliceOf(const std::vector<T> &all, std::size_t width,
                              std::size_t begin, std::size_t end) {
  if (all.empty())
    return {};
  return {all.begin() + std::ptrdiff_t(begin * width),
          all.begin() + std::ptrdiff_t(end * width)};
}

static FeatureRows rowsOf(const FeatureRows &all, std::size_t begin,
                          std::size_t end) {
  const SparseRows &from = all.sparse;
  FeatureRows rows;
  rows.isDense = all.isDense;
  SparseRows &to = rows.sparse;
  to.width = from.width;
  to.labelColumns = from.labelColumns;
  to.labels = sliceOf(from.labels, 1, begin, end);
  to.severalLabels =
      sliceOf(from.severalLabels, std::size_t(from.labelColumns), begin, end);
  if (all.isDense) {
    rows.dense = sliceOf(all.dense, std::size_t(from.width), begin, end);
    return rows;
  }
  const auto first = std::size_t(from.indptr[begin]),
             last = std::size_t(from.indptr[end]);
  to.indices = sliceOf(from.indices, 1, first, last);
  to.values = sliceOf(from.values, 1, first, last);
  to.indptr.clear();
  for (std::size_t row = begin; row <= end; ++row)
    to.indptr.push_back(from.indptr[row] - std::int64_t(first));
  return rows;
}

ImportedFile mlc::runtime::writeParts(const std::string &path,
                                      std::int64_t shardRows,
                                      const FeatureRows &rows,
                                      const Transform &transform,
                                      const std::vector<float> &weights,
                                      std::deque<AtomicFile> &files) {
  const auto all = std::int64_t(rows.size());
  const std::int64_t count = (all - 1) / shardRows + 1;
  constexpr std::int64_t most = 500; // Files are open until all are written.
  if (count > most)
    throw InputError(fmt::format(
        "{}: --shard-rows {} would make {} files of {} rows, more than {}; "
        "give {} or more",
        path, shardRows, count, all, most, (all - 1) / most + 1));
  const std::string set = nameOfSet(rows, shardRows);
  ImportedFile whole;
  for (std::int64_t number = 1; number <= count; ++number) {
    const auto begin = std::size_t((number - 1) * shardRows),
               end = std::size_t(std::min(number * shardRows, all));
    const ImportedFile part = writeDataset(
        files.emplace_back(partPath(path, number, count)),
        rowsOf(rows, begin, end), transform, sliceOf(weights, 1, begin, end),
        PartEntry{number, count, set});
    if (number == 1) {
      whole = part;
      continue;
    }
    whole.rows += part.rows;
    whole.nonzeros += part.nonzeros;
    whole.positives += part.positives;
    whole.bytes += part.bytes;
    whole.classes = std::max(whole.classes, part.classes);
  }
  whole.path = partsPattern(path, count);
  whole.dropped = rows.dropped;
  whole.missingClass = std::nullopt;
  if (whole.labels.hasClasses())
    for (std::int64_t number = 0; number < whole.classes; ++number)
      if (std::ranges::find(rows.sparse.labels, double(number)) ==
          rows.sparse.labels.end()) {
        whole.missingClass = number;
        break;
      }
  return whole;
}
