//===- GlobalExplanation.cpp - What counts over a whole data set ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/GlobalExplanation.h"

#include "Explain/RowOfData.h"
#include "Text/DocumentPipeline.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>

namespace mlc::runtime {

/// Rows that one thread works on; the sums of chunks are added in their order.
static constexpr std::int64_t chunkRows = 1024;

namespace {
struct ChunkSums {
  std::map<std::int64_t, ColumnInfluence> columns;
  double largestGap = 0;
};
} // namespace

static ChunkSums explainChunk(Explainer &explainer, const Dataset &data,
                              const InputColumns &columns,
                              const ExplainedOutput &output, std::int64_t begin,
                              std::int64_t end) {
  const std::vector<RowOfData> rows = rowsOf(data, begin, end);
  const RowBatch batch(explainer.program(), rows);
  const Attributions found =
      explainer.explain(batch.view(), output, ExplainMethod::Path);
  ChunkSums sums;
  for (double gap : found.gaps)
    sums.largestGap = std::max(sums.largestGap, std::abs(gap));
  std::size_t first = 0; // of a row's parts
  for (const RowOfData &row : rows) {
    // A table's column may have several features of a row.
    std::map<std::int64_t, double> parts;
    for (std::size_t at = 0; at < row.values.size(); ++at)
      if (data.isSparse() || row.values[at] != 0)
        parts[columns.columnOf(row.featureAt(at))] += found.parts[first + at];
    first += row.values.size();
    for (const auto &[column, part] : parts) {
      ColumnInfluence &own = sums.columns[column];
      ++own.rows;
      own.total += part;
      own.size += std::abs(part);
    }
  }
  return sums;
}

GlobalExplanation explainAll(const Predictor &predictor,
                             const Examples &examples,
                             const InputColumns &columns,
                             const ExplainedOutput &output,
                             std::int64_t threads) {
  const std::int64_t rows = examples.rows();
  const std::int64_t chunks = (rows + chunkRows - 1) / chunkRows;
  GlobalExplanation result;
  result.rows = rows;
  std::map<std::int64_t, ColumnInfluence> all;
  InOrder<ChunkSums> collect([&](ChunkSums &&sums) {
    result.largestGap = std::max(result.largestGap, sums.largestGap);
    for (const auto &[column, own] : sums.columns) {
      ColumnInfluence &sum = all[column];
      sum.rows += own.rows;
      sum.total += own.total;
      sum.size += own.size;
    }
  });
  std::atomic<std::int64_t> next = 0;
  runThreads(std::min(threads, chunks), [&](std::int64_t) {
    Explainer explainer(predictor);
    for (std::int64_t chunk; (chunk = next++) < chunks;)
      collect.deliver(std::size_t(chunk),
                      explainChunk(explainer, examples.data(), columns, output,
                                   chunk * chunkRows,
                                   std::min(rows, (chunk + 1) * chunkRows)));
  });
  for (auto &[column, own] : all) {
    own.column = column;
    result.columns.push_back(own);
  }
  return result;
}

std::vector<ColumnInfluence> largest(const GlobalExplanation &all,
                                     InfluenceOrder order, int sign,
                                     std::int64_t leastRows,
                                     std::size_t count) {
  auto valueOf = [&](const ColumnInfluence &own) {
    const double value = order == InfluenceOrder::Mean ? own.mean() : own.total;
    return sign == 0 ? std::abs(value) : value * sign;
  };
  std::vector<ColumnInfluence> chosen;
  for (const ColumnInfluence &own : all.columns)
    if (own.rows >= leastRows && valueOf(own) > 0)
      chosen.push_back(own);
  std::ranges::stable_sort(chosen, [&](const auto &a, const auto &b) {
    return valueOf(a) > valueOf(b);
  });
  chosen.resize(std::min(chosen.size(), count));
  return chosen;
}

} // namespace mlc::runtime
