//===- TermTable.cpp - Numbers for words and n-grams ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/TermTable.h"

#include "Text/WholeInputError.h"

#include <bit>
#include <cstring>
#include <fmt/core.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

using namespace mlc::runtime;

static_assert(std::endian::native == std::endian::little,
              "the bytes of a short word are its numbers");

static std::uint32_t tagOfHash(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash >> 32);
}

std::uint64_t TermTable::hashOf(std::string_view word) {
  return XXH3_64bits(word.data(), word.size());
}

WordKey TermTable::keyOfPadded(std::string_view word) {
  WordKey key = {0, 0, static_cast<std::uint32_t>(word.size()), 0};
  if (!key.isShort()) {
    key.low = XXH3_64bits(word.data(), word.size());
    key.tag = tagOfHash(key.low);
    return key;
  }
  // Sixteen bytes always, so that nothing is decided by the length, which is
  // random; those behind the word are then cleared.
  static constexpr unsigned char masks[2 * WordKey::shortBytes] = {
      255, 255, 255, 255, 255, 255, 255, 255,
      255, 255, 255, 255, 255, 255, 255, 255};
  std::uint64_t bytes[2], mask[2];
  std::memcpy(bytes, word.data(), sizeof(bytes));
  std::memcpy(mask, &masks[WordKey::shortBytes - key.length], sizeof(mask));
  key.low = bytes[0] = bytes[0] & mask[0];
  key.high = bytes[1] = bytes[1] & mask[1];
  key.tag = tagOfHash(XXH3_64bits(bytes, sizeof(bytes)));
  return key;
}

WordKey TermTable::keyOf(std::string_view word) {
  if (word.size() > WordKey::shortBytes)
    return keyOfPadded(word);
  char padded[WordKey::shortBytes] = {};
  word.copy(padded, word.size());
  return keyOfPadded({padded, word.size()});
}

std::uint32_t TermTable::tagOf(std::uint32_t prefix, std::uint32_t word) {
  const std::uint64_t pair = std::uint64_t{prefix} << 32 | word;
  return tagOfHash(XXH3_64bits(&pair, sizeof(pair)));
}

std::uint32_t TermTable::add(const Term &term) {
  if (terms_.size() >= maxTerms)
    throw WholeInputError(fmt::format(
        "has more than {} different words and n-grams; give shorter --ngrams, "
        "or --hash-bits, which needs no table of them",
        maxTerms));
  terms_.push_back(term);
  return static_cast<std::uint32_t>(terms_.size() - 1);
}

std::uint32_t TermTable::internWord(std::string_view word, const WordKey &key) {
  auto make = [&] {
    if (!key.isShort() && arena_.size() + word.size() > maxWordBytes)
      throw WholeInputError(fmt::format(
          "its different words have more than {} bytes; check that it is text, "
          "or give --hash-bits, which needs no table of words",
          maxWordBytes));
    const auto number = static_cast<std::uint32_t>(records_.size());
    WordRecord record = {key.low, key.high, key.length, add({number, noTerm})};
    if (!key.isShort()) {
      record.high = arena_.size();
      arena_.append(word);
    }
    records_.push_back(record);
    return number;
  };
  const std::uint32_t found = words_.findOrAdd(
      key.tag,
      [&](std::uint32_t at) { return isSame(records_[at], word, key); }, make);
  return records_[found].term;
}

std::uint32_t TermTable::internExtension(std::uint32_t prefix,
                                         std::uint32_t word,
                                         std::uint32_t tag) {
  return pairs_.findOrAdd(
      tag,
      [&](std::uint32_t term) {
        return terms_[term].first == prefix && terms_[term].last == word;
      },
      [&] { return add({prefix, word}); });
}

std::uint32_t TermTable::findWord(std::string_view word,
                                  const WordKey &key) const {
  const std::uint32_t found = words_.find(key.tag, [&](std::uint32_t at) {
    return isSame(records_[at], word, key);
  });
  return found == noTerm ? noTerm : records_[found].term;
}

std::uint32_t TermTable::findExtension(std::uint32_t prefix, std::uint32_t word,
                                       std::uint32_t tag) const {
  if (prefix == noTerm || word == noTerm)
    return noTerm;
  return pairs_.find(tag, [&](std::uint32_t term) {
    return terms_[term].first == prefix && terms_[term].last == word;
  });
}
