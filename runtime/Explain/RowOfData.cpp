//===- RowOfData.cpp - Rows in memory of their own ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/RowOfData.h"

#include "Signature.h"

namespace mlc::runtime {

static RowOfData denseRow(std::span<const float> features, std::int64_t width,
                          std::int64_t row) {
  const auto own =
      features.subspan(std::size_t(row * width), std::size_t(width));
  return {.columns = {}, .values = {own.begin(), own.end()}};
}

/// `values` may be empty, where all are 1.
template <typename Index>
static RowOfData sparseRow(std::span<const std::int64_t> indptr,
                           std::span<const Index> indices,
                           std::span<const float> values, std::int64_t row) {
  const std::int64_t begin = indptr[std::size_t(row)],
                     end = indptr[std::size_t(row) + 1];
  RowOfData result;
  result.columns.assign(indices.begin() + begin, indices.begin() + end);
  if (values.empty())
    result.values.assign(result.columns.size(), 1);
  else
    result.values.assign(values.begin() + begin, values.begin() + end);
  return result;
}

RowOfData rowOf(const Dataset &data, std::int64_t row) {
  if (!data.isSparse())
    return denseRow(data.features(), data.width(), row);
  return std::visit(
      [&](auto indices) {
        return sparseRow(data.indptr(), indices, data.values(), row);
      },
      data.indices());
}

RowOfData rowOf(const FeatureRows &rows, std::int64_t row) {
  const SparseRows &sparse = rows.sparse;
  if (rows.isDense)
    return denseRow(rows.dense, sparse.width, row);
  return sparseRow(std::span(sparse.indptr), std::span(sparse.indices),
                   std::span(sparse.values), row);
}

std::vector<RowOfData> rowsOf(const Dataset &data, std::int64_t begin,
                              std::int64_t end) {
  std::vector<RowOfData> rows;
  for (std::int64_t row = begin; row < end; ++row)
    rows.push_back(rowOf(data, row));
  return rows;
}

RowBatch::RowBatch(const MlcProgram &program, std::span<const RowOfData> rows)
    : isSparse_(isSparse(program)) {
  for (const RowOfData &row : rows) {
    columns_.insert(columns_.end(), row.columns.begin(), row.columns.end());
    values_.insert(values_.end(), row.values.begin(), row.values.end());
    starts_.push_back(std::ssize(columns_));
  }
}

InputRows RowBatch::view() const {
  InputRows rows{.count = std::ssize(starts_) - 1};
  if (isSparse_) {
    rows.starts = starts_;
    rows.columns = columns_;
    rows.values = values_;
  } else {
    rows.features = values_;
  }
  return rows;
}

} // namespace mlc::runtime
