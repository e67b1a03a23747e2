//===- GlobalExplanation.cpp - What counts over a whole data set ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/GlobalExplanation.h"

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

/// The rows of a chunk as a Predictor takes them.
struct ChunkInput {
  std::vector<std::int64_t> starts{0};
  std::vector<std::int32_t> columns;
  std::vector<float> values;
};
} // namespace

static ChunkInput chunkOf(const Dataset &data, std::int64_t begin,
                          std::int64_t end) {
  ChunkInput chunk;
  const std::int64_t first = data.indptr()[begin], last = data.indptr()[end];
  std::visit(
      [&](auto indices) {
        chunk.columns.assign(indices.begin() + first, indices.begin() + last);
      },
      data.indices());
  if (!data.values().empty())
    chunk.values.assign(data.values().begin() + first,
                        data.values().begin() + last);
  for (std::int64_t row = begin; row < end; ++row)
    chunk.starts.push_back(data.indptr()[row + 1] - first);
  return chunk;
}

static ChunkSums explainChunk(Explainer &explainer, const Dataset &data,
                              const InputColumns &columns,
                              const ExplainedOutput &output, std::int64_t begin,
                              std::int64_t end) {
  ChunkSums sums;
  InputRows rows{.count = end - begin};
  ChunkInput chunk;
  if (data.isSparse()) {
    chunk = chunkOf(data, begin, end);
    rows.starts = chunk.starts;
    rows.columns = chunk.columns;
    rows.values = chunk.values;
  } else {
    rows.features =
        data.features().subspan(std::size_t(begin * data.width()),
                                std::size_t((end - begin) * data.width()));
  }
  const Attributions found =
      explainer.explain(rows, output, ExplainMethod::Path);
  for (double gap : found.gaps)
    sums.largestGap = std::max(sums.largestGap, std::abs(gap));
  for (std::int64_t row = 0; row < rows.count; ++row) {
    // A table's column may have several features of a row.
    std::map<std::int64_t, double> parts;
    const std::size_t first = std::size_t(
        data.isSparse() ? chunk.starts[std::size_t(row)] : row * data.width());
    const std::size_t last =
        std::size_t(data.isSparse() ? chunk.starts[std::size_t(row) + 1]
                                    : (row + 1) * data.width());
    for (std::size_t at = first; at < last; ++at)
      if (data.isSparse() || rows.features[at] != 0)
        parts[columns.columnOf(data.isSparse() ? chunk.columns[at]
                                               : std::int64_t(at - first))] +=
            found.parts[at];
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
