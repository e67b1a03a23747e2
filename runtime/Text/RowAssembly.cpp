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

void mlc::runtime::finishRow(const RowForm &form, double label,
                             FeatureRows &rows) {
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
  InOrder<FeatureRows> collect(
      [&](FeatureRows &&more) { appendRows(more, result); });
  std::atomic<std::size_t> next = 0;
  runThreads(threads, [&](std::int64_t) {
    std::vector<std::uint64_t> keys, sorted;
    for (std::size_t at; (at = next++) < parts.batches.size();) {
      const CountedBatch &batch = parts.batches[at];
      FeatureRows made = emptyRows(form);
      auto append = [&](auto column) {
        forEachCountedRow(
            batch, rows,
            [&](std::size_t row, std::span<const TermCount> counts) {
              appendRow(form, counts, column, parts.labels[row], keys, sorted,
                        made);
            });
      };
      if (columns.empty())
        append(
            [](std::uint32_t term) { return static_cast<std::int32_t>(term); });
      else
        append([&map = columns[batch.table]](std::uint32_t term) {
          return map[term];
        });
      collect.deliver(at, std::move(made));
    }
  });
  return result;
}
