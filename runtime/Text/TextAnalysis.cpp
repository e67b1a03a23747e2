//===- TextAnalysis.cpp - From a text to its terms ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/TextAnalysis.h"

#include "Text/RadixSort.h"
#include "Text/Unicode.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <span>
#include <utility>

using namespace mlc::runtime;

TextAnalysis::TextAnalysis(const TextSettings &settings)
    : settings_(settings), tokenizer_(settings.tokenizer) {
  for (const std::string &word : settings.stopWords)
    stopWords_.internWord(word);
}

template <typename Use>
void TextAnalysis::forEachPart(std::string_view text, AnalysisMemory &memory,
                               Use use) const {
  TokenBuffer &tokens = memory.tokens;
  memory.tokenCount = memory.unknownCount = 0;
  std::size_t carried = 0;
  auto usePart = [&] {
    if (stopWords_.size() > 0)
      tokens.dropIf(carried, [this](std::string_view token) {
        return stopWords_.findWord(token) != noTerm;
      });
    memory.tokenCount += tokens.size() - carried;
    use(carried);
    // Enough for characters too: a token has at least one.
    carried = std::min(tokens.size(),
                       static_cast<std::size_t>(settings_.ngramMost - 1));
    tokens.keepLast(carried);
  };
  tokens.whenFull = std::ref(usePart);
  tokenizer_.tokenize(text, tokens);
  tokens.whenFull = nullptr;
  usePart();
}

template <typename Use>
void TextAnalysis::forEachCharacterRun(std::size_t first,
                                       AnalysisMemory &memory, Use use) const {
  const TokenBuffer &tokens = memory.tokens;
  if (tokens.size() == first)
    return;
  const std::string_view text = tokens.join(0, tokens.size());
  // What ends here was used before.
  const std::size_t used = first == 0 ? 0 : tokens.join(0, first).size();
  // Where the last characters start, by their number.
  static_assert(std::has_single_bit(std::size_t{maxCharacterNgram}));
  std::size_t starts[maxCharacterNgram], characters = 0;
  for (std::size_t at = 0; at < text.size();) {
    starts[characters++ % maxCharacterNgram] = at;
    do {
      ++at;
    } while (at < text.size() && isContinuation(text[at]));
    if (at <= used)
      continue;
    for (std::size_t length = static_cast<std::size_t>(settings_.ngramLeast);
         length <= static_cast<std::size_t>(settings_.ngramMost) &&
         length <= characters;
         ++length) {
      const std::size_t start =
          starts[(characters - length) % maxCharacterNgram];
      use(text.substr(start, at - start));
    }
  }
}

template <typename Use>
void TextAnalysis::forEachView(std::size_t first, AnalysisMemory &memory,
                               Use use) const {
  if (settings_.characters)
    return forEachCharacterRun(first, memory, use);
  const TokenBuffer &tokens = memory.tokens;
  for (auto length = static_cast<std::size_t>(settings_.ngramLeast);
       length <= static_cast<std::size_t>(settings_.ngramMost); ++length)
    for (std::size_t at = first < length ? 0 : first - length + 1;
         at + length <= tokens.size(); ++at)
      use(tokens.join(at, length));
}

template <typename Table>
static std::uint32_t wordOf(Table &table, std::string_view word,
                            const WordKey &key) {
  if constexpr (std::is_const_v<Table>)
    return table.findWord(word, key);
  else
    return table.internWord(word, key);
}

template <typename Table>
static std::uint32_t extensionOf(Table &table, std::uint32_t prefix,
                                 std::uint32_t word, std::uint32_t tag) {
  if constexpr (std::is_const_v<Table>)
    return table.findExtension(prefix, word, tag);
  else
    return table.internExtension(prefix, word, tag);
}

/// Calls count(terms) for the n-grams with a token from `first` on.
template <typename Table, typename Count>
void TextAnalysis::forEachNgram(std::size_t first, Table &table,
                                AnalysisMemory &memory, Count count) const {
  const TokenBuffer &tokens = memory.tokens;
  std::vector<std::uint32_t> &words = memory.words, &terms = memory.terms,
                             &tags = memory.tags;
  const std::size_t size = tokens.size();
  words.resize(size);
  // Keys of some words first, so that their memory is on its way.
  WordKey keys[prefetchDistance];
  for (std::size_t at = 0; at < size;) {
    const std::size_t some = std::min(prefetchDistance, size - at);
    for (std::size_t ahead = 0; ahead < some; ++ahead) {
      keys[ahead] = TermTable::keyOfPadded(tokens[at + ahead]);
      table.prefetchWord(keys[ahead]);
    }
    for (std::size_t ahead = 0; ahead < some; ++ahead, ++at)
      words[at] = wordOf(table, tokens[at], keys[ahead]);
  }
  if constexpr (std::is_const_v<Table>)
    memory.unknownCount += static_cast<std::size_t>(
        std::count(words.begin() + static_cast<std::ptrdiff_t>(first),
                   words.end(), noTerm));
  if (settings_.ngramLeast == 1)
    count(std::span(words).subspan(first));
  // terms[i]: the n-gram that starts with token i, one token longer each round.
  terms = words;
  for (std::size_t length = 2;
       length <= static_cast<std::size_t>(settings_.ngramMost) &&
       length <= size;
       ++length) {
    terms.resize(size - length + 1);
    tags.resize(terms.size());
    for (std::size_t at = 0; at < terms.size(); ++at)
      tags[at] = TermTable::tagOf(terms[at], words[at + length - 1]);
    for (std::size_t at = 0; at < terms.size(); ++at) {
      if (at + prefetchDistance < terms.size())
        table.prefetchExtension(tags[at + prefetchDistance]);
      terms[at] =
          extensionOf(table, terms[at], words[at + length - 1], tags[at]);
    }
    if (length >= static_cast<std::size_t>(settings_.ngramLeast))
      count(std::span(terms).subspan(first < length ? 0 : first - length + 1));
  }
}

template <typename Table>
void TextAnalysis::count(std::string_view text, Table &table,
                         AnalysisMemory &memory,
                         std::vector<TermCount> &counts) const {
  std::vector<std::uint32_t> &countOf = memory.countOf,
                             &distinct = memory.distinct;
  std::size_t found = 0; // Of `distinct` what is filled.
  auto count = [&](std::span<const std::uint32_t> terms) {
    if (countOf.size() < table.size())
      countOf.resize(std::max(table.size(), 2 * countOf.size()));
    if (distinct.size() < found + terms.size())
      distinct.resize(std::max(found + terms.size(), 2 * distinct.size()));
    // No branch on whether a term is new to the text, which is random.
    for (std::size_t at = 0; at < terms.size(); ++at) {
      if (at + prefetchDistance < terms.size())
        __builtin_prefetch(countOf.data() + terms[at + prefetchDistance], 1);
      const std::uint32_t term = terms[at];
      if (std::is_const_v<Table> && term == noTerm)
        continue;
      distinct[found] = term;
      found += countOf[term]++ == 0;
    }
  };
  forEachPart(text, memory, [&](std::size_t first) {
    if (!settings_.characters)
      return forEachNgram(first, table, memory, count);
    // One token may be the whole text.
    std::vector<std::uint32_t> &terms = memory.terms;
    terms.clear();
    forEachCharacterRun(first, memory, [&](std::string_view term) {
      terms.push_back(wordOf(table, term, TermTable::keyOfPadded(term)));
      if (terms.size() == TokenBuffer::full) {
        count(terms);
        terms.clear();
      }
    });
    count(terms);
  });
  counts.resize(counts.size() + found);
  TermCount *to = counts.data() + counts.size() - found;
  for (std::uint32_t term : std::span(distinct).first(found))
    *to++ = {term, static_cast<std::int32_t>(std::exchange(countOf[term], 0))};
}

template void TextAnalysis::count(std::string_view, TermTable &,
                                  AnalysisMemory &,
                                  std::vector<TermCount> &) const;
template void TextAnalysis::count(std::string_view, const TermTable &,
                                  AnalysisMemory &,
                                  std::vector<TermCount> &) const;

/// Adds up the counts of equal columns: keys are a column and, below, a count.
static void addUp(std::vector<std::uint64_t> &keys,
                  std::vector<std::uint64_t> &memory) {
  radixSort(keys, memory, [](std::uint64_t key) { return key >> 32; });
  std::size_t kept = 0;
  for (std::size_t at = 0; at < keys.size(); ++kept) {
    const std::uint64_t column = keys[at] >> 32;
    std::uint32_t count = 0;
    for (; at < keys.size() && keys[at] >> 32 == column; ++at)
      count += static_cast<std::uint32_t>(keys[at]);
    keys[kept] = column << 32 | count;
  }
  keys.resize(kept);
}

void TextAnalysis::countHashed(std::string_view text, AnalysisMemory &memory,
                               std::vector<TermCount> &counts) const {
  const std::uint64_t mask = (std::uint64_t{1} << *settings_.hashBits) - 1;
  std::vector<std::uint64_t> &keys = memory.keys;
  keys.clear();
  // A long text's are added up now and then: as soon as they are twice as many
  // as the columns that it was known to have.
  std::size_t most = std::size_t{1} << 16;
  forEachPart(text, memory, [&](std::size_t first) {
    forEachView(first, memory, [&](std::string_view term) {
      const std::uint64_t hash = TermTable::hashOf(term);
      const bool isNegative = settings_.signedHash && hash >> 63;
      keys.push_back((hash & mask) << 32 |
                     (isNegative ? std::uint32_t(-1) : std::uint32_t(1)));
      if (keys.size() == most) {
        addUp(keys, memory.sorted);
        most = std::max(most, 2 * keys.size());
      }
    });
  });
  addUp(keys, memory.sorted);
  for (std::uint64_t key : keys)
    if (const auto count = static_cast<std::int32_t>(key); count != 0)
      counts.push_back({static_cast<std::uint32_t>(key >> 32), count});
}

std::vector<PlacedToken> TextAnalysis::place(std::string_view text) const {
  std::vector<PlacedToken> tokens = tokenizer_.place(text);
  std::erase_if(tokens, [this](const PlacedToken &token) {
    return stopWords_.findWord(token.token) != noTerm;
  });
  return tokens;
}

void TextAnalysis::forEachCharacterTerm(
    std::span<const PlacedToken> tokens,
    const std::function<void(std::string_view, std::size_t, std::size_t)> &use)
    const {
  std::string joined;
  std::vector<std::size_t> starts; // Of characters.
  std::vector<std::size_t> owners; // The token, of a space the one before.
  for (std::size_t token = 0; token < tokens.size(); ++token) {
    joined += token == 0 ? "" : " ";
    joined += tokens[token].token;
    for (std::size_t at = starts.empty() ? 0 : starts.back() + 1;
         at < joined.size(); ++at)
      if (!isContinuation(joined[at])) {
        starts.push_back(at);
        owners.push_back(joined[at] == ' ' ? token - 1 : token);
      }
  }
  const auto least = static_cast<std::size_t>(settings_.ngramLeast),
             most = static_cast<std::size_t>(settings_.ngramMost);
  for (std::size_t first = 0; first < starts.size(); ++first)
    for (std::size_t length = least;
         length <= most && first + length <= starts.size(); ++length) {
      const std::size_t behind = first + length;
      const std::size_t end =
          behind < starts.size() ? starts[behind] : joined.size();
      use(std::string_view(joined).substr(starts[first], end - starts[first]),
          owners[first], owners[behind - 1] - owners[first] + 1);
    }
}
