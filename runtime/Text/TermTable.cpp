//===- TermTable.cpp - Numbers for words and n-grams ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/TermTable.h"

#include "Error.h"

#include <cstring>
#include <fmt/core.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

using namespace mlc::runtime;

static constexpr std::size_t firstSlots = 1024;

/// A table is made larger when it is this full: 5/8.
static bool isFull(std::size_t used, std::size_t slots) {
  return used >= slots / 8 * 5;
}

std::uint64_t TermTable::hashOf(std::string_view word) {
  return XXH3_64bits(word.data(), word.size());
}
static std::uint32_t tagOf(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash >> 32);
}

/// As == of words of the same length; for the few bytes of a word a call of
/// memcmp takes longer than to compare two overlapping halves.
static bool isSame(std::string_view left, std::string_view right) {
  const std::size_t size = left.size();
  auto load = [](const char *from, auto &word) {
    std::memcpy(&word, from, sizeof(word));
  };
  auto differ = [&](auto word) {
    auto other = word, last = word, otherLast = word;
    load(left.data(), word);
    load(right.data(), other);
    load(left.data() + size - sizeof(word), last);
    load(right.data() + size - sizeof(word), otherLast);
    return (word ^ other) | (last ^ otherLast);
  };
  if (size > 16 || size < 2)
    return left == right;
  if (size >= 8)
    return !differ(std::uint64_t{});
  return size >= 4 ? !differ(std::uint32_t{}) : !differ(std::uint16_t{});
}

/// The slot that holds `word`, or the empty one where it would go.
std::size_t TermTable::wordSlot(std::string_view word,
                                std::uint64_t hash) const {
  const std::size_t mask = words_.size() - 1;
  std::size_t slot = hash & mask;
  for (;; slot = (slot + 1) & mask) {
    const WordSlot &held = words_[slot];
    if (held.term == noTerm ||
        (held.tag == tagOf(hash) && held.length == word.size() &&
         isSame({bytes_.data() + held.begin, held.length}, word)))
      return slot;
  }
}

std::size_t TermTable::pairPlace(std::uint64_t key) const {
  const std::size_t mask = pairs_.size() - 1;
  std::size_t slot = pairSlot(key);
  while (pairs_[slot].term != noTerm && pairs_[slot].key != key)
    slot = (slot + 1) & mask;
  return slot;
}

void TermTable::growWords() {
  std::vector<WordSlot> old(words_.empty() ? firstSlots : 2 * words_.size());
  old.swap(words_);
  const std::size_t mask = words_.size() - 1;
  for (const WordSlot &held : old) {
    if (held.term == noTerm)
      continue;
    std::size_t slot = hashOf(word(held.term)) & mask;
    while (words_[slot].term != noTerm)
      slot = (slot + 1) & mask;
    words_[slot] = held;
  }
}

void TermTable::growPairs() {
  // Fourfold: most of a large table's cost is in growing it.
  std::vector<PairSlot> old(pairs_.empty() ? firstSlots : 4 * pairs_.size());
  old.swap(pairs_);
  for (const PairSlot &held : old)
    if (held.term != noTerm)
      pairs_[pairPlace(held.key)] = held;
}

std::uint32_t TermTable::add(const Term &term) {
  if (terms_.size() >= maxTerms)
    throw InputError(fmt::format(
        "the input: has more than {} different words and n-grams; give shorter "
        "--ngrams, or --hash-bits, which needs no table of them",
        maxTerms));
  terms_.push_back(term);
  return static_cast<std::uint32_t>(terms_.size() - 1);
}

std::uint32_t TermTable::internWord(std::string_view word, std::uint64_t hash) {
  if (isFull(wordCount_, words_.size()))
    growWords();
  WordSlot &slot = words_[wordSlot(word, hash)];
  if (slot.term != noTerm)
    return slot.term;
  if (bytes_.size() + word.size() > maxWordBytes)
    throw InputError(fmt::format(
        "the input: its different words have more than {} bytes; check that it "
        "is text, or give --hash-bits, which needs no table of words",
        maxWordBytes));
  const auto begin = static_cast<std::uint32_t>(bytes_.size());
  const auto length = static_cast<std::uint32_t>(word.size());
  const std::uint32_t term = add({begin, length, 1});
  bytes_.append(word);
  slot = {tagOf(hash), term, begin, length};
  ++wordCount_;
  return term;
}

std::uint32_t TermTable::internExtension(std::uint32_t prefix,
                                         std::uint32_t word) {
  if (isFull(pairCount_, pairs_.size()))
    growPairs();
  const std::uint64_t key = keyOf(prefix, word);
  PairSlot &slot = pairs_[pairPlace(key)];
  if (slot.term == noTerm) {
    const auto order = static_cast<std::uint8_t>(terms_[prefix].order + 1);
    slot = {key, add({prefix, word, order})};
    ++pairCount_;
  }
  return slot.term;
}

std::uint32_t TermTable::findWord(std::string_view word,
                                  std::uint64_t hash) const {
  return words_.empty() ? noTerm : words_[wordSlot(word, hash)].term;
}

std::uint32_t TermTable::findExtension(std::uint32_t prefix,
                                       std::uint32_t word) const {
  if (prefix == noTerm || word == noTerm || pairs_.empty())
    return noTerm;
  return pairs_[pairPlace(keyOf(prefix, word))].term;
}
