//===- TermTable.h - Numbers for words and n-grams --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_TERMTABLE_H
#define MLC_RUNTIME_TEXT_TERMTABLE_H

#include "Text/SlotTable.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// Stands for a term that a table does not have.
constexpr std::uint32_t noTerm = SlotTable::empty;

/// The most different terms of a table, and the most bytes of its long words.
constexpr std::size_t maxTerms = std::size_t(1) << 26;
constexpr std::size_t maxWordBytes = std::size_t(1) << 31;

/// A word as it is hashed and compared.
struct WordKey {
  /// Up to shortBytes: the bytes, zeros behind. Longer: the hash, and 0.
  std::uint64_t low, high;
  std::uint32_t length, tag;

  static constexpr std::size_t shortBytes = 16;
  bool isShort() const { return length <= shortBytes; }
};

/// Numbers terms from 0 in the order in which they are first met. A term is a
/// word or, from two words on, the term without its last word and that word. A
/// term's number is therefore above those of its parts.
/// Words and pairs are found by their XXH3. A short word lies in one record
/// with its number, in the order of first meeting: those that texts are made
/// of stay together in the cache. Longer words' bytes lie in one arena.
class TermTable {
public:
  std::size_t size() const { return terms_.size(); }

  /// The number of a word, new if need be. Throws InputError where a limit
  /// above would be passed. `key` is the word's.
  std::uint32_t internWord(std::string_view word) {
    return internWord(word, keyOf(word));
  }
  std::uint32_t internWord(std::string_view word, const WordKey &key);
  std::uint32_t internExtension(std::uint32_t prefix, std::uint32_t word) {
    return internExtension(prefix, word, tagOf(prefix, word));
  }
  std::uint32_t internExtension(std::uint32_t prefix, std::uint32_t word,
                                std::uint32_t tag);
  /// The number of a term that is there, or noTerm. Parts may be noTerm.
  std::uint32_t findWord(std::string_view word) const {
    return findWord(word, keyOf(word));
  }
  std::uint32_t findWord(std::string_view word, const WordKey &key) const;
  std::uint32_t findExtension(std::uint32_t prefix, std::uint32_t word) const {
    return findExtension(prefix, word, tagOf(prefix, word));
  }
  std::uint32_t findExtension(std::uint32_t prefix, std::uint32_t word,
                              std::uint32_t tag) const;

  /// XXH3, 64 bits: what hashed columns come from.
  static std::uint64_t hashOf(std::string_view word);
  static WordKey keyOf(std::string_view word);
  /// The same for a word that lies in PaddedBytes.
  static WordKey keyOfPadded(std::string_view word);
  /// What finds an n-gram.
  static std::uint32_t tagOf(std::uint32_t prefix, std::uint32_t word);
  /// Start to bring what finding and interning will read into the cache.
  void prefetchWord(const WordKey &key) const { words_.prefetch(key.tag); }
  void prefetchExtension(std::uint32_t tag) const { pairs_.prefetch(tag); }

  bool isWord(std::uint32_t term) const { return terms_[term].last == noTerm; }
  /// Of a term that is no word.
  std::uint32_t prefix(std::uint32_t term) const { return terms_[term].first; }
  std::uint32_t lastWord(std::uint32_t term) const { return terms_[term].last; }
  /// Starts to bring what the above read into the cache.
  void prefetchTerm(std::uint32_t term) const {
    __builtin_prefetch(&terms_[term]);
  }
  /// Of a word; holds until the next is interned. Of one of up to
  /// WordKey::shortBytes, so many may be read.
  std::string_view word(std::uint32_t term) const {
    return bytesOf(records_[terms_[term].first]);
  }

private:
  /// A word: its record, and noTerm. Others: prefix and last word.
  struct Term {
    std::uint32_t first, last;
  };
  /// As in WordKey; `high` of a long word is its place in the arena.
  struct WordRecord {
    std::uint64_t low, high;
    std::uint32_t length, term;
  };

  std::string_view bytesOf(const WordRecord &record) const {
    return record.length <= WordKey::shortBytes
               ? std::string_view(reinterpret_cast<const char *>(&record.low),
                                  record.length)
               : std::string_view(arena_).substr(record.high, record.length);
  }
  bool isSame(const WordRecord &record, std::string_view word,
              const WordKey &key) const {
    return record.low == key.low && record.length == key.length &&
           (key.isShort() ? record.high == key.high : bytesOf(record) == word);
  }
  std::uint32_t add(const Term &term);

  LargeVector<Term> terms_;
  LargeVector<WordRecord> records_;
  std::string arena_;
  SlotTable words_, pairs_; // Of records; of terms.
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
