//===- RowExplainer.h - Explains rows by their columns ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_ROWEXPLAINER_H
#define MLC_RUNTIME_EXPLAIN_ROWEXPLAINER_H

#include "Explain/InputColumns.h"
#include "Explain/UnitExplainer.h"

namespace mlc::runtime {

/// Explains rows of features by the columns that they come from. A column is
/// left out by setting its features to 0, the baseline's; where rows were
/// brought to length 1, what is left is so again. Not for use from several
/// threads at once.
class RowExplainer {
public:
  /// All that is given must outlive it.
  RowExplainer(Explainer &explainer, const InputColumns &columns,
               const OutputTerms &terms, ExplainSettings settings)
      : explainer_(explainer, terms, settings), columns_(columns),
        isSparse_(isSparse(explainer.program())) {}

  Explanation explain(const RowOfData &row);

private:
  std::vector<std::int64_t> addUnits(const RowOfData &row,
                                     Explanation &result) const;
  RowOfData rowWithout(const RowOfData &row,
                       std::span<const std::int64_t> gone) const;

  UnitExplainer explainer_;
  const InputColumns &columns_;
  bool isSparse_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_ROWEXPLAINER_H
