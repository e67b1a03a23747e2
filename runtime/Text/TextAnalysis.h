//===- TextAnalysis.h - From a text to its terms ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_TEXTANALYSIS_H
#define MLC_RUNTIME_TEXT_TEXTANALYSIS_H

#include "Text/TermTable.h"
#include "Text/TokenBuffer.h"
#include "Text/Tokenizer.h"
#include "Text/VectorizerSettings.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

namespace mlc::runtime {

/// How many terms ahead memory is asked for.
constexpr std::size_t prefetchDistance = 12;

/// A term and how often a text has it; `term` is a column where terms are
/// hashed, and `count` may then be negative.
struct TermCount {
  std::uint32_t term;
  std::int32_t count;
};

/// What one thread needs to analyse texts; used again from text to text.
struct AnalysisMemory {
  TokenBuffer tokens;
  std::vector<std::uint32_t> words, terms, starts;
  std::vector<std::int32_t> counts; ///< By term; 0 between two texts.
  std::vector<std::uint64_t> keys, sorted;
  std::vector<TermCount> batchCounts;
};

/// Turns texts into counts of terms. Immutable.
class TextAnalysis {
public:
  explicit TextAnalysis(const TextSettings &settings);

  const TextSettings &settings() const { return settings_; }

  /// Fills memory.tokens with the tokens of `text` that are no stop words.
  void tokenize(std::string_view text, AnalysisMemory &memory) const;

  /// Appends the counts of the text in memory.tokens to `counts`, by terms of
  /// `table`: of those that are there and are none of noTerm, or, where it may
  /// be changed, of all. Each term once, in no order.
  template <typename Table> // TermTable or const TermTable
  void count(Table &table, AnalysisMemory &memory,
             std::vector<TermCount> &counts) const;
  /// The same by the hash of the terms, in the order of columns, without those
  /// whose signs cancel out.
  void countHashed(AnalysisMemory &memory,
                   std::vector<TermCount> &counts) const;

private:
  /// Calls use(view) for each term that is a piece of memory.tokens.
  template <typename Use>
  void forEachView(AnalysisMemory &memory, Use use) const;
  template <typename Use>
  void forEachCharacterRun(AnalysisMemory &memory, Use use) const;
  template <typename Table, typename Use>
  void forEachNgram(Table &table, AnalysisMemory &memory, Use use) const;

  TextSettings settings_;
  Tokenizer tokenizer_;
  TermTable stopWords_;
};

/// Sorts keys by their upper 32 bits, equal ones as may be; `other` is memory.
void sortByUpperHalf(std::vector<std::uint64_t> &keys,
                     std::vector<std::uint64_t> &other);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_TEXTANALYSIS_H
