//===- GlobalExplanation.h - What counts over a whole data set --*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_GLOBALEXPLANATION_H
#define MLC_RUNTIME_EXPLAIN_GLOBALEXPLANATION_H

#include "Explain/Explainer.h"
#include "Explain/InputColumns.h"
#include "Program/Examples.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlc::runtime {

/// The parts of a column over all rows that have a value other than 0 in it.
struct ColumnInfluence {
  std::int64_t column = 0; ///< See InputColumns.
  std::int64_t rows = 0;
  double total = 0; ///< Sum of its parts.
  double size = 0;  ///< Sum of the absolute values of its parts.

  double mean() const { return rows == 0 ? 0 : total / double(rows); }
};

struct GlobalExplanation {
  std::vector<ColumnInfluence> columns; ///< All that occur, by number.
  std::int64_t rows = 0;
  double largestGap = 0; ///< Of any row.
};

/// Explains all rows, in chunks that are shared out to threads. The same bits
/// for any number of threads. Throws InputError.
GlobalExplanation explainAll(const Predictor &predictor,
                             const Examples &examples,
                             const InputColumns &columns,
                             const ExplainedOutput &output,
                             std::int64_t threads);

/// Those of at least `leastRows` rows whose parts are largest, on average or in
/// total, with that sign (+1, -1) or, 0, by size; `count` of them.
enum class InfluenceOrder { Mean, Total };
std::vector<ColumnInfluence> largest(const GlobalExplanation &all,
                                     InfluenceOrder order, int sign,
                                     std::int64_t leastRows, std::size_t count);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_GLOBALEXPLANATION_H
