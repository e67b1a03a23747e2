//===- SparseRows.h - Sparse rows on their way to a file --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_SPARSEROWS_H
#define MLC_RUNTIME_DATA_SPARSEROWS_H

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace mlc::runtime {

/// The largest width of sparse data: its indices are I32.
constexpr std::int64_t maxWidth = std::numeric_limits<std::int32_t>::max();

/// Rows in CSR form with a label each. Indices rise in each row and are below
/// `width`.
struct SparseRows {
  std::vector<std::int64_t> indptr = {0};
  std::vector<std::int32_t> indices;
  std::vector<float> values;
  /// Each is exact as F32, or as I32 where labels are classes.
  std::vector<double> labels;
  /// [rows, labelColumns] where rows have several labels; empty otherwise.
  /// `labels` then has a number for each distinct set of them.
  std::vector<float> severalLabels;
  std::int64_t labelColumns = 1;
  std::int64_t width = 0;

  std::size_t size() const { return labels.size(); }
  std::span<const std::int32_t> indicesOf(std::size_t row) const {
    return std::span(indices).subspan(indptr[row], lengthOf(row));
  }
  std::span<const float> valuesOf(std::size_t row) const {
    return std::span(values).subspan(indptr[row], lengthOf(row));
  }
  /// Ends a row, whose indices and values have been pushed back.
  void endRow(double label) {
    indptr.push_back(static_cast<std::int64_t>(indices.size()));
    labels.push_back(label);
  }

private:
  std::size_t lengthOf(std::size_t row) const {
    return static_cast<std::size_t>(indptr[row + 1] - indptr[row]);
  }
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_SPARSEROWS_H
