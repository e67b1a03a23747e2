//===- RowAssembly.h - Rows of features from counted terms ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_ROWASSEMBLY_H
#define MLC_RUNTIME_TEXT_ROWASSEMBLY_H

#include "Text/Candidates.h"
#include "Text/CountedParts.h"
#include "Text/FeatureRows.h"
#include "Text/LearnedFeatures.h"
#include "Text/Weighting.h"

#include <cstdint>
#include <span>
#include <vector>

namespace mlc::runtime {

/// What a row is made of.
struct RowForm {
  std::int64_t width = 0;
  Weighting weighting = {};
  /// Of embeddings [columns, width], and whether means are brought to length 1.
  std::span<const float> vectors = {};
  bool normalizesMeans = false;
};

RowForm rowFormOf(const LearnedFeatures &learned);

/// Empty rows of that form, which rows can be appended to.
FeatureRows emptyRows(const RowForm &form);

/// The columns of terms: their entry in a map, or, without one, they
/// themselves.
struct Columns {
  std::span<const std::int32_t> map = {};

  /// Negative where the term is no feature.
  std::int32_t operator()(std::uint32_t term) const {
    return map.empty() ? static_cast<std::int32_t>(term) : map[term];
  }
  void prefetch(std::uint32_t term) const {
    if (!map.empty())
      __builtin_prefetch(&map[term]);
  }
};

/// What one thread needs to make rows; used again from row to row.
struct RowMemory {
  std::vector<std::uint64_t> keys, sorted;
  std::vector<std::uint64_t> present; ///< Bits of columns; 0 between two rows.
  std::vector<std::int32_t> counts;   ///< By column, of those present.
};

/// Appends the row of a text's counts.
void appendRow(const RowForm &form, std::span<const TermCount> counts,
               Columns column, double label, RowMemory &memory,
               FeatureRows &rows);

/// Appends the rows of `more`.
void appendRows(const FeatureRows &more, FeatureRows &rows);

/// The chosen rows of a collection, made on `threads` threads. `columns` has a
/// map for each table; without any, terms are columns.
FeatureRows assembleRows(const CountedParts &parts, RowChoice rows,
                         const std::vector<ColumnMap> &columns,
                         const RowForm &form, std::int64_t threads);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_ROWASSEMBLY_H
