//===- Candidates.h - The terms that features are chosen from ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_CANDIDATES_H
#define MLC_RUNTIME_TEXT_CANDIDATES_H

#include "Data/SparseRows.h"
#include "Text/CountedParts.h"
#include "Text/LargeVector.h"
#include "Text/VectorizerSettings.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// What the training examples have of a term.
struct TermStatistics {
  double total = 0; ///< Sum of its counts.
  std::int64_t documents = 0;
};

/// A term's column by its number in a table; -1 where it has none.
using ColumnMap = LargeVector<std::int32_t>;

/// A term of one of a collection's tables.
struct TermPlace {
  std::uint32_t table, term;
};

/// Terms in the order in which their columns are to stand.
struct Candidates {
  LargeVector<TermStatistics> statistics;
  LargeVector<TermPlace> places;  ///< Of each; none of a given vocabulary.
  std::vector<ColumnMap> columns; ///< For each of the collection's tables.

  std::size_t size() const { return statistics.size(); }
};

/// All terms of the chosen rows whose document frequency is in
/// [least, most], sorted by their words' bytes, a term before those that go
/// on. The result does not depend on how documents were shared out to tables.
Candidates uniteTerms(const CountedParts &parts, RowChoice rows, double least,
                      double most);

/// The terms of `vocabulary`, in its order; all of them.
Candidates countGivenTerms(const CountedParts &parts, RowChoice rows,
                           const std::vector<std::string> &vocabulary);

/// The columns of a collection's terms by those of `known`, whose terms are the
/// collection's kind of terms. columnOf[t] is the column of known's term t.
std::vector<ColumnMap> mapColumns(const CountedParts &parts,
                                  const TermTable &known,
                                  std::span<const std::int32_t> columnOf);

/// Adds a vocabulary's terms to `table`: words, or n-grams of words apart by
/// spaces unless `settings.characters`. The numbers of its terms, in order.
std::vector<std::uint32_t>
internVocabulary(std::span<const std::string_view> vocabulary,
                 const TextSettings &settings, TermTable &table);

/// Renumbers: column c becomes chosen's position of c, others -1.
void restrictColumns(std::vector<ColumnMap> &columns,
                     std::span<const std::int32_t> chosen, std::size_t before);

/// The names of the chosen candidates, LF after each.
std::string spellTerms(const CountedParts &parts, const Candidates &candidates,
                       std::span<const std::int32_t> chosen,
                       std::int64_t threads);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_CANDIDATES_H
