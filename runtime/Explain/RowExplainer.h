//===- RowExplainer.h - Explains the columns of rows ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_ROWEXPLAINER_H
#define MLC_RUNTIME_EXPLAIN_ROWEXPLAINER_H

#include "Explain/Explanation.h"
#include "Explain/InputColumns.h"
#include "Explain/TextExplainer.h"
#include "Program/Examples.h"

namespace mlc::runtime {

/// A row of a data set, in memory of its own.
struct RowOfData {
  std::vector<std::int32_t> columns; ///< Sparse.
  std::vector<float> values;         ///< Sparse: of each; dense: all features.
};

/// A row of a checked data set.
RowOfData rowOf(const Dataset &data, std::int64_t row);

/// Explains rows of features by the columns that they come from. A column is
/// left out by setting its features to 0, the baseline's; where rows were
/// brought to length 1, what is left is so again. Not for use from several
/// threads at once.
class RowExplainer {
public:
  /// All that is given must outlive it. Throws InputError where the program
  /// cannot explain.
  RowExplainer(Explainer &explainer, const InputColumns &columns,
               const OutputTerms &terms, ExplainSettings settings);

  Explanation explain(const RowOfData &row);

private:
  std::vector<float>
  predictWithout(const RowOfData &row,
                 const std::vector<std::int64_t> &unitColumns,
                 std::span<const std::vector<std::size_t>> lists);

  Explainer &explainer_;
  const InputColumns &columns_;
  const OutputTerms &terms_;
  ExplainSettings settings_;
  bool isSparse_;
  std::vector<ExplainedOutput> outputs_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_ROWEXPLAINER_H
