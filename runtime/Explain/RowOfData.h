//===- RowOfData.h - Rows in memory of their own ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_ROWOFDATA_H
#define MLC_RUNTIME_EXPLAIN_ROWOFDATA_H

#include "Data/Dataset.h"
#include "Program/Predictor.h"
#include "Text/FeatureRows.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mlc::runtime {

/// A row of features, in memory of its own.
struct RowOfData {
  std::vector<std::int32_t> columns; ///< Sparse; empty of dense rows.
  std::vector<float> values;         ///< Sparse: of each; dense: all features.

  /// The feature that a value is of.
  std::int32_t featureAt(std::size_t at) const {
    return columns.empty() ? std::int32_t(at) : columns[at];
  }
};

/// A row of a checked data set.
RowOfData rowOf(const Dataset &data, std::int64_t row);
/// A row of those that a vectorizer made, or that say their width as it does.
RowOfData rowOf(const FeatureRows &rows, std::int64_t row);
/// The rows of a checked data set from `begin` to before `end`.
std::vector<RowOfData> rowsOf(const Dataset &data, std::int64_t begin,
                              std::int64_t end);

/// Rows one behind another, as a Predictor takes them.
class RowBatch {
public:
  RowBatch(const MlcProgram &program, std::span<const RowOfData> rows);
  RowBatch(const MlcProgram &program, const RowOfData &row)
      : RowBatch(program, std::span(&row, 1)) {}

  /// Valid as long as this is.
  InputRows view() const;

private:
  bool isSparse_;
  std::vector<std::int64_t> starts_{0};
  std::vector<std::int32_t> columns_;
  std::vector<float> values_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_ROWOFDATA_H
