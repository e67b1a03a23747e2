//===- TextAnalysis.cpp - From a text to its terms ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/TextAnalysis.h"

#include "Text/Unicode.h"

#include <algorithm>

#include <utility>

using namespace mlc::runtime;

TextAnalysis::TextAnalysis(const TextSettings &settings)
    : settings_(settings), tokenizer_(settings.tokenizer) {
  for (const std::string &word : settings.stopWords)
    stopWords_.internWord(word);
}

void TextAnalysis::tokenize(std::string_view text,
                            AnalysisMemory &memory) const {
  tokenizer_.tokenize(text, memory.tokens);
  if (stopWords_.size() > 0)
    memory.tokens.dropIf([this](std::string_view token) {
      return stopWords_.findWord(token) != noTerm;
    });
}

template <typename Use>
void TextAnalysis::forEachCharacterRun(AnalysisMemory &memory, Use use) const {
  const TokenBuffer &tokens = memory.tokens;
  if (tokens.size() == 0)
    return;
  const std::string_view text = tokens.join(0, tokens.size());
  std::vector<std::uint32_t> &starts = memory.starts;
  starts.clear();
  for (std::size_t at = 0; at < text.size(); ++at)
    if (!isContinuation(text[at]))
      starts.push_back(static_cast<std::uint32_t>(at));
  starts.push_back(static_cast<std::uint32_t>(text.size()));
  for (int order = settings_.ngramLeast; order <= settings_.ngramMost; ++order)
    for (std::size_t at = 0, length = static_cast<std::size_t>(order);
         at + length < starts.size(); ++at)
      use(text.substr(starts[at], starts[at + length] - starts[at]));
}

template <typename Use>
void TextAnalysis::forEachView(AnalysisMemory &memory, Use use) const {
  if (settings_.characters)
    return forEachCharacterRun(memory, use);
  const TokenBuffer &tokens = memory.tokens;
  for (int order = settings_.ngramLeast; order <= settings_.ngramMost; ++order)
    for (std::size_t at = 0, length = static_cast<std::size_t>(order);
         at + length <= tokens.size(); ++at)
      use(tokens.join(at, length));
}

template <typename Table>
static std::uint32_t wordOf(Table &table, std::string_view word,
                            std::uint64_t hash) {
  if constexpr (std::is_const_v<Table>)
    return table.findWord(word, hash);
  else
    return table.internWord(word, hash);
}

template <typename Table>
static std::uint32_t extensionOf(Table &table, std::uint32_t prefix,
                                 std::uint32_t word) {
  if constexpr (std::is_const_v<Table>)
    return table.findExtension(prefix, word);
  else
    return table.internExtension(prefix, word);
}

template <typename Table, typename Use>
void TextAnalysis::forEachNgram(Table &table, AnalysisMemory &memory,
                                Use use) const {
  const TokenBuffer &tokens = memory.tokens;
  std::vector<std::uint32_t> &words = memory.words, &terms = memory.terms;
  // Hashes of some words first, so that their memory is on its way.
  std::uint64_t hashes[prefetchDistance];
  words.clear();
  for (std::size_t at = 0; at < tokens.size();) {
    const std::size_t count = std::min(prefetchDistance, tokens.size() - at);
    for (std::size_t ahead = 0; ahead < count; ++ahead) {
      hashes[ahead] = TermTable::hashOf(tokens[at + ahead]);
      table.prefetchWord(hashes[ahead]);
    }
    for (std::size_t ahead = 0; ahead < count; ++ahead, ++at)
      words.push_back(wordOf(table, tokens[at], hashes[ahead]));
  }
  if (settings_.ngramLeast == 1)
    for (std::uint32_t word : words)
      use(word);
  if (settings_.ngramMost == 1)
    return;
  // terms[i]: the n-gram that starts with token i, one token longer each round.
  terms = words;
  for (std::size_t length = 2;
       length <= static_cast<std::size_t>(settings_.ngramMost) &&
       length <= words.size();
       ++length) {
    const bool isWanted =
        length >= static_cast<std::size_t>(settings_.ngramLeast);
    const std::size_t count = words.size() - length + 1;
    for (std::size_t at = 0; at < count; ++at) {
      if (at + prefetchDistance < count)
        table.prefetchExtension(terms[at + prefetchDistance],
                                words[at + prefetchDistance + length - 1]);
      terms[at] = extensionOf(table, terms[at], words[at + length - 1]);
      if (isWanted)
        use(terms[at]);
    }
  }
}

template <typename Table>
void TextAnalysis::count(Table &table, AnalysisMemory &memory,
                         std::vector<TermCount> &counts) const {
  const std::size_t first = counts.size();
  std::vector<std::int32_t> &countOf = memory.counts;
  auto use = [&](std::uint32_t term) {
    if (term == noTerm)
      return;
    if (term >= countOf.size())
      countOf.resize(std::max<std::size_t>(term + 1, 2 * countOf.size()));
    if (countOf[term]++ == 0)
      counts.push_back({term, 0});
  };
  if (settings_.characters)
    forEachCharacterRun(memory, [&](std::string_view term) {
      use(wordOf(table, term, TermTable::hashOf(term)));
    });
  else
    forEachNgram(table, memory, use);
  for (std::size_t at = first; at < counts.size(); ++at)
    counts[at].count = std::exchange(countOf[counts[at].term], 0);
}

template void TextAnalysis::count(TermTable &, AnalysisMemory &,
                                  std::vector<TermCount> &) const;
template void TextAnalysis::count(const TermTable &, AnalysisMemory &,
                                  std::vector<TermCount> &) const;

void TextAnalysis::countHashed(AnalysisMemory &memory,
                               std::vector<TermCount> &counts) const {
  const std::uint64_t mask = (std::uint64_t{1} << *settings_.hashBits) - 1;
  std::vector<std::uint64_t> &keys = memory.keys;
  keys.clear();
  forEachView(memory, [&](std::string_view term) {
    const std::uint64_t hash = TermTable::hashOf(term);
    const bool isNegative = settings_.signedHash && hash >> 63;
    keys.push_back((hash & mask) << 32 | isNegative);
  });
  sortByUpperHalf(keys, memory.sorted);
  for (std::size_t at = 0; at < keys.size();) {
    const std::uint64_t column = keys[at] >> 32;
    std::int32_t count = 0;
    for (; at < keys.size() && keys[at] >> 32 == column; ++at)
      count += keys[at] & 1 ? -1 : 1;
    if (count != 0)
      counts.push_back({static_cast<std::uint32_t>(column), count});
  }
}

void mlc::runtime::sortByUpperHalf(std::vector<std::uint64_t> &keys,
                                   std::vector<std::uint64_t> &other) {
  // Below it a comparison sort is faster than counting.
  constexpr std::size_t fewKeys = 96;
  if (keys.size() < fewKeys) {
    std::ranges::sort(keys);
    return;
  }
  std::uint64_t differing = 0;
  for (std::uint64_t key : keys)
    differing |= key ^ keys.front();
  other.resize(keys.size());
  for (int shift = 32; shift < 64 && differing >> shift; shift += 8) {
    std::uint32_t places[256] = {};
    for (std::uint64_t key : keys)
      ++places[key >> shift & 0xFF];
    std::uint32_t sum = 0;
    for (std::uint32_t &place : places)
      sum += std::exchange(place, sum);
    for (std::uint64_t key : keys)
      other[places[key >> shift & 0xFF]++] = key;
    keys.swap(other);
  }
}
