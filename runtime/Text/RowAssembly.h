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

/// Appends the row of a text's counts. `column(term)` is a term's column, or
/// negative where it is no feature. `keys` and `sorted` are memory.
template <typename Column>
void appendRow(const RowForm &form, std::span<const TermCount> counts,
               Column column, double label, std::vector<std::uint64_t> &keys,
               std::vector<std::uint64_t> &sorted, FeatureRows &rows);

/// Appends the rows of `more`.
void appendRows(const FeatureRows &more, FeatureRows &rows);

/// The chosen rows of a collection, made on `threads` threads. `columns` has a
/// map for each table; without any, terms are columns.
FeatureRows assembleRows(const CountedParts &parts, RowChoice rows,
                         const std::vector<ColumnMap> &columns,
                         const RowForm &form, std::int64_t threads);

// The rest is the template's inside.

/// Ends a row whose columns and counts have been pushed back.
void finishRow(const RowForm &form, double label, FeatureRows &rows);

template <typename Column>
void appendRow(const RowForm &form, std::span<const TermCount> counts,
               Column column, double label, std::vector<std::uint64_t> &keys,
               std::vector<std::uint64_t> &sorted, FeatureRows &rows) {
  keys.clear();
  for (const TermCount &counted : counts)
    if (const std::int32_t at = column(counted.term); at >= 0)
      keys.push_back(std::uint64_t{static_cast<std::uint32_t>(at)} << 32 |
                     static_cast<std::uint32_t>(counted.count));
  rows.dropped += static_cast<std::int64_t>(counts.size() - keys.size());
  sortByUpperHalf(keys, sorted);
  for (std::uint64_t key : keys) {
    rows.sparse.indices.push_back(static_cast<std::int32_t>(key >> 32));
    rows.sparse.values.push_back(
        static_cast<float>(static_cast<std::int32_t>(key)));
  }
  finishRow(form, label, rows);
}

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_ROWASSEMBLY_H
