//===- RowAssembly.cpp - Rows of features from counted terms --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/RowAssembly.h"

#include "Text/DocumentPipeline.h"
#include "Text/RadixSort.h"

#include <atomic>
#include <bit>
#include <utility>

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

/// Sorts the counts by columns and appends them.
static void appendSorted(std::span<const TermCount> counts, Columns column,
                         RowMemory &memory, SparseRows &rows) {
  std::vector<std::uint64_t> &keys = memory.keys;
  keys.clear();
  for (std::size_t place = 0; place < counts.size(); ++place) {
    if (place + prefetchDistance < counts.size())
      column.prefetch(counts[place + prefetchDistance].term);
    if (const std::int32_t at = column(counts[place].term); at >= 0)
      keys.push_back(std::uint64_t{static_cast<std::uint32_t>(at)} << 32 |
                     static_cast<std::uint32_t>(counts[place].count));
  }
  radixSort(keys, memory.sorted, [](std::uint64_t key) { return key >> 32; });
  for (std::uint64_t key : keys) {
    rows.indices.push_back(static_cast<std::int32_t>(key >> 32));
    rows.values.push_back(static_cast<float>(static_cast<std::int32_t>(key)));
  }
}

/// The same where there are few columns: a bit for each puts them in order.
static void appendByBits(std::span<const TermCount> counts, Columns column,
                         std::size_t width, RowMemory &memory,
                         SparseRows &rows) {
  constexpr std::size_t bits = 64;
  std::vector<std::uint64_t> &present = memory.present;
  present.resize(width / bits + 1);
  memory.counts.resize(width + 1);
  for (const TermCount &counted : counts) {
    // What is no feature goes behind the last, without a branch.
    const std::int32_t found = column(counted.term);
    const std::size_t at = found < 0 ? width : static_cast<std::size_t>(found);
    present[at / bits] |= std::uint64_t{1} << at % bits;
    memory.counts[at] = counted.count;
  }
  present[width / bits] &= ~(std::uint64_t{1} << width % bits);
  for (std::size_t block = 0; block < present.size(); ++block)
    for (std::uint64_t left = std::exchange(present[block], 0); left;
         left &= left - 1) {
      const std::size_t at =
          block * bits + static_cast<std::size_t>(std::countr_zero(left));
      rows.indices.push_back(static_cast<std::int32_t>(at));
      rows.values.push_back(static_cast<float>(memory.counts[at]));
    }
}

void mlc::runtime::appendRow(const RowForm &form,
                             std::span<const TermCount> counts, Columns column,
                             double label, RowMemory &memory,
                             FeatureRows &rows) {
  // The columns of embeddings are words, of which there may be many.
  constexpr std::int64_t fewColumns = 1 << 13;
  const std::size_t before = rows.sparse.indices.size();
  if (!rows.isDense && form.width <= fewColumns)
    appendByBits(counts, column, static_cast<std::size_t>(form.width), memory,
                 rows.sparse);
  else
    appendSorted(counts, column, memory, rows.sparse);
  if (rows.dropped)
    *rows.dropped += static_cast<std::int64_t>(
        counts.size() - (rows.sparse.indices.size() - before));
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
  if (rows.dropped && more.dropped)
    *rows.dropped += *more.dropped;
  rows.lookedUp.words += more.lookedUp.words;
  rows.lookedUp.unknown += more.lookedUp.unknown;
  rows.lookedUp.empty += more.lookedUp.empty;
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
    RowMemory memory;
    for (std::size_t at; (at = next++) < parts.batches.size();) {
      const CountedBatch &batch = parts.batches[at];
      FeatureRows made = emptyRows(form);
      const Columns column{columns.empty() ? std::span<const std::int32_t>()
                                           : columns[batch.table]};
      forEachCountedRow(
          batch, rows, [&](std::size_t row, std::span<const TermCount> counts) {
            appendRow(form, counts, column, parts.labels[row], memory, made);
          });
      collect.deliver(at, std::move(made));
    }
  });
  return result;
}
