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
#include <functional>
#include <span>
#include <string>
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
  std::size_t tokenCount = 0; ///< Of the last text, stop words left out.
  /// Of these, words that are not in the table, nor is an n-gram with them; 0
  /// where terms are characters, or hashed.
  std::size_t unknownCount = 0;
  std::vector<std::uint32_t> words, terms, tags;
  std::vector<std::uint32_t> distinct; ///< Terms of a text, each once.
  std::vector<std::uint32_t> countOf;  ///< By term; 0 between two texts.
  std::vector<std::uint64_t> keys, sorted;
  std::vector<TermCount> batchCounts;
};

/// Turns texts into counts of terms. Immutable. The memory for a text is that
/// of its different terms, however long it is.
class TextAnalysis {
public:
  explicit TextAnalysis(const TextSettings &settings);

  const TextSettings &settings() const { return settings_; }

  /// Appends the counts of a text to `counts`, by terms of `table`: of those
  /// that are there or, where it may be changed, of all. Each term once, in no
  /// order.
  template <typename Table> // TermTable or const TermTable
  void count(std::string_view text, Table &table, AnalysisMemory &memory,
             std::vector<TermCount> &counts) const;
  /// The same by the XXH3 of the terms, in the order of columns, without those
  /// whose signs cancel out.
  void countHashed(std::string_view text, AnalysisMemory &memory,
                   std::vector<TermCount> &counts) const;

  /// The text's tokens with their places, without stop words.
  std::vector<PlacedToken> place(std::string_view text) const;
  /// Calls use(term, first, count) for each term of the tokens, one after
  /// another: `count` tokens from the first on are those that it has
  /// characters of.
  template <typename Use>
  void forEachTerm(std::span<const PlacedToken> tokens, Use use) const {
    if (settings_.characters)
      return forEachCharacterTerm(tokens, use);
    std::string term;
    for (std::size_t first = 0; first < tokens.size(); ++first) {
      term.clear();
      for (std::size_t count = 1;
           count <= static_cast<std::size_t>(settings_.ngramMost) &&
           first + count <= tokens.size();
           ++count) {
        term += count == 1 ? "" : " ";
        term += tokens[first + count - 1].token;
        if (count >= static_cast<std::size_t>(settings_.ngramLeast))
          use(std::string_view(term), first, count);
      }
    }
  }

private:
  void forEachCharacterTerm(
      std::span<const PlacedToken> tokens,
      const std::function<void(std::string_view, std::size_t, std::size_t)>
          &use) const;
  /// Calls use(first) for one part of the text's tokens after another, in
  /// memory.tokens: from `first` on they are new, before stand those of the
  /// part before that n-grams may begin with.
  template <typename Use>
  void forEachPart(std::string_view text, AnalysisMemory &memory,
                   Use use) const;
  /// Calls use(view) for each term that has a new token and is a piece of
  /// memory.tokens.
  template <typename Use>
  void forEachView(std::size_t first, AnalysisMemory &memory, Use use) const;
  template <typename Use>
  void forEachCharacterRun(std::size_t first, AnalysisMemory &memory,
                           Use use) const;
  template <typename Table, typename Count>
  void forEachNgram(std::size_t first, Table &table, AnalysisMemory &memory,
                    Count count) const;

  TextSettings settings_;
  Tokenizer tokenizer_;
  TermTable stopWords_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_TEXTANALYSIS_H
