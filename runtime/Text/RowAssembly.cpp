//===- RowAssembly.cpp - Rows of features from counted terms --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/RowAssembly.h"

#include "Text/DocumentPipeline.h"

#include <atomic>

using namespace mlc::runtime;

RowForm mlc::runtime::rowFormOf(const LearnedFeatures &learned) {
  RowForm form;
  form.weighting = learned.weighting;
  form.width =
      learned.dimensions > 0 ? learned.dimensions : learned.columnCount;
  form.vectors = learned.vectors;
  form.normalizesMeans = learned.settings.normalization == Normalization::L2;
  return form;
}

FeatureRows mlc::runtime::emptyRows(const RowForm &form) {
  FeatureRows rows;
  rows.sparse.width = form.width;
  rows.isDense = !form.vectors.empty();
  return rows;
}

/// Appends the mean of the words' vectors, each weighted with its value.
static void appendMean(const RowForm &form, std::span<const std::int32_t> words,
                       std::span<const float> values,
                       std::vector<float> &dense) {
  const auto width = static_cast<std::size_t>(form.width);
  std::vector<double> sums(width);
  double weights = 0;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const auto vector = form.vectors.subspan(
        static_cast<std::size_t>(words[at]) * width, width);
    for (std::size_t dimension = 0; dimension < width; ++dimension)
      sums[dimension] += static_cast<double>(values[at]) * vector[dimension];
    weights += values[at];
  }
  for (double sum : sums)
    dense.push_back(weights > 0 ? static_cast<float>(sum / weights) : 0);
  if (form.normalizesMeans)
    divideByLength(std::span(dense).last(width));
}

/// Ends a row whose columns and counts have been pushed back.
static void finishRow(const RowForm &form, double label, FeatureRows &rows) {
  SparseRows &sparse = rows.sparse;
  const auto begin = static_cast<std::size_t>(sparse.indptr.back());
  const std::span words = std::span(sparse.indices).subspan(begin);
  const std::span values = std::span(sparse.values).subspan(begin);
  form.weighting.apply(words, values);
  if (rows.isDense) {
    appendMean(form, words, values, rows.dense);
    sparse.indices.resize(begin);
    sparse.values.resize(begin);
  }
  sparse.endRow(label);
}

void mlc::runtime::appendRow(const RowForm &form,
                             std::span<const TermCount> counts, Columns column,
                             double label, std::vector<std::uint64_t> &keys,
                             std::vector<std::uint64_t> &sorted,
                             FeatureRows &rows) {
  keys.clear();
  for (std::size_t place = 0; place < counts.size(); ++place) {
    if (place + prefetchDistance < counts.size())
      column.prefetch(counts[place + prefetchDistance].term);
    if (const std::int32_t at = column(counts[place].term); at >= 0)
      keys.push_back(std::uint64_t{static_cast<std::uint32_t>(at)} << 32 |
                     static_cast<std::uint32_t>(counts[place].count));
  }
  rows.dropped += static_cast<std::int64_t>(counts.size() - keys.size());
  sortByUpperHalf(keys, sorted);
  for (std::uint64_t key : keys) {
    rows.sparse.indices.push_back(static_cast<std::int32_t>(key >> 32));
    rows.sparse.values.push_back(
        static_cast<float>(static_cast<std::int32_t>(key)));
  }
  finishRow(form, label, rows);
}

void mlc::runtime::appendRows(const FeatureRows &more, FeatureRows &rows) {
  const std::int64_t before = rows.sparse.indptr.back();
  auto append = [](const auto &from, auto &to) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(more.sparse.indices, rows.sparse.indices);
  append(more.sparse.values, rows.sparse.values);
  append(more.sparse.labels, rows.sparse.labels);
  append(more.dense, rows.dense);
  for (std::size_t row = 1; row < more.sparse.indptr.size(); ++row)
    rows.sparse.indptr.push_back(before + more.sparse.indptr[row]);
  rows.dropped += more.dropped;
}

FeatureRows mlc::runtime::assembleRows(const CountedParts &parts,
                                       RowChoice rows,
                                       const std::vector<ColumnMap> &columns,
                                       const RowForm &form,
                                       std::int64_t threads) {
  FeatureRows result = emptyRows(form);
  // No more than is counted; what stays unused costs no memory.
  std::size_t counted = 0;
  for (const CountedBatch &batch : parts.batches)
    counted += batch.counts.size();
  result.sparse.indices.reserve(result.isDense ? 0 : counted);
  result.sparse.values.reserve(result.isDense ? 0 : counted);
  InOrder<FeatureRows> collect(
      [&](FeatureRows &&more) { appendRows(more, result); });
  std::atomic<std::size_t> next = 0;
  runThreads(threads, [&](std::int64_t) {
    std::vector<std::uint64_t> keys, sorted;
    for (std::size_t at; (at = next++) < parts.batches.size();) {
      const CountedBatch &batch = parts.batches[at];
      FeatureRows made = emptyRows(form);
      const Columns column{columns.empty() ? std::span<const std::int32_t>()
                                           : columns[batch.table]};
      forEachCountedRow(
          batch, rows, [&](std::size_t row, std::span<const TermCount> counts) {
            appendRow(form, counts, column, parts.labels[row], keys, sorted,
                      made);
          });
      collect.deliver(at, std::move(made));
    }
  });
  return result;
}
