//===- TermTable.h - Numbers for words and n-grams --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_TERMTABLE_H
#define MLC_RUNTIME_TEXT_TERMTABLE_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// Stands for a term that a table does not have.
constexpr std::uint32_t noTerm = 0xFFFFFFFF;

/// The most different terms of a table, and the most bytes of its words.
constexpr std::size_t maxTerms = std::size_t(1) << 26;
constexpr std::size_t maxWordBytes = std::size_t(1) << 31;

/// Numbers terms from 0 in the order in which they are first met. A term is a
/// word or, from two words on, the term without its last word and that word. A
/// term's number is therefore above those of its parts.
/// Two open-addressing hash tables with linear probing, keyed by XXH3 for words
/// and by the pair of numbers for n-grams; a word's bytes lie in one arena.
class TermTable {
public:
  std::size_t size() const { return terms_.size(); }

  /// The number of a word, new if need be. Throws InputError where a limit
  /// above would be passed.
  std::uint32_t internWord(std::string_view word) {
    return internWord(word, hashOf(word));
  }
  std::uint32_t internWord(std::string_view word, std::uint64_t hash);
  std::uint32_t internExtension(std::uint32_t prefix, std::uint32_t word);
  /// The number of a term that is there, or noTerm. Parts may be noTerm.
  std::uint32_t findWord(std::string_view word) const {
    return findWord(word, hashOf(word));
  }
  std::uint32_t findWord(std::string_view word, std::uint64_t hash) const;
  std::uint32_t findExtension(std::uint32_t prefix, std::uint32_t word) const;
  /// XXH3, 64 bits.
  static std::uint64_t hashOf(std::string_view word);
  void prefetchWord(std::uint64_t hash) const {
    if (!words_.empty())
      __builtin_prefetch(&words_[hash & (words_.size() - 1)]);
  }
  /// Starts to bring what find/internExtension will read into the cache.
  void prefetchExtension(std::uint32_t prefix, std::uint32_t word) const {
    if (!pairs_.empty())
      __builtin_prefetch(&pairs_[pairSlot(keyOf(prefix, word))]);
  }

  /// Words of the term.
  int order(std::uint32_t term) const { return terms_[term].order; }
  std::uint32_t prefix(std::uint32_t term) const { return terms_[term].first; }
  std::uint32_t lastWord(std::uint32_t term) const {
    return terms_[term].second;
  }
  std::string_view word(std::uint32_t term) const {
    return {bytes_.data() + terms_[term].first, terms_[term].second};
  }

private:
  /// A word: its place and length in the arena. Others: prefix and last word.
  struct Term {
    std::uint32_t first, second;
    std::uint8_t order;
  };
  /// With a copy of the word's place, which saves a look at the term.
  struct WordSlot {
    std::uint32_t tag = 0; // Of the hash.
    std::uint32_t term = noTerm;
    std::uint32_t begin = 0, length = 0;
  };
  struct PairSlot {
    std::uint64_t key = 0;
    std::uint32_t term = noTerm;
  };

  static std::uint64_t keyOf(std::uint32_t prefix, std::uint32_t word) {
    return std::uint64_t{prefix} << 32 | word;
  }
  std::size_t pairSlot(std::uint64_t key) const {
    // Fibonacci hashing of the folded pair: the high bits are well mixed.
    const std::uint64_t mixed =
        (key ^ (key >> 29)) * std::uint64_t{0x9E3779B97F4A7C15};
    return (mixed ^ (mixed >> 32)) & (pairs_.size() - 1);
  }
  std::size_t wordSlot(std::string_view word, std::uint64_t hash) const;
  std::size_t pairPlace(std::uint64_t key) const;
  std::uint32_t add(const Term &term);
  void growWords();
  void growPairs();

  std::vector<Term> terms_;
  std::string bytes_;
  std::vector<WordSlot> words_; // A power of two of them, or none.
  std::vector<PairSlot> pairs_; // The same.
  std::size_t wordCount_ = 0, pairCount_ = 0;
};

/// Calls `use` with each line of `text`, whose lines end with a LF.
template <typename Use>
void forEachLine(std::string_view text, Use use) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos)
      end = text.size();
    use(text.substr(at, end - at));
    at = end + 1;
  }
}

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_TERMTABLE_H
