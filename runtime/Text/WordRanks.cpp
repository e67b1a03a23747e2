//===- WordRanks.cpp - One order for the words of all tables --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/WordRanks.h"

#include "Text/DocumentPipeline.h"

#include <algorithm>

using namespace mlc::runtime;

namespace {
/// A word of a table, with its first bytes, which decide most comparisons
/// without a look at the word.
struct WordPlace {
  std::uint64_t start;
  std::uint32_t table, term;
};

struct Order {
  const std::vector<TermTable> &tables;

  std::string_view word(const WordPlace &place) const {
    return tables[place.table].word(place.term);
  }
  bool operator()(const WordPlace &left, const WordPlace &right) const {
    return left.start != right.start ? left.start < right.start
                                     : word(left) < word(right);
  }
};
} // namespace

static std::vector<WordPlace> sortWords(const Order &order,
                                        std::uint32_t table) {
  constexpr std::size_t startBytes = sizeof(WordPlace::start);
  const TermTable &terms = order.tables[table];
  std::vector<WordPlace> words;
  for (std::uint32_t term = 0; term < terms.size(); ++term) {
    if (!terms.isWord(term))
      continue;
    const std::string_view bytes = terms.word(term);
    std::uint64_t start = 0;
    for (std::size_t at = 0; at < startBytes; ++at)
      start = start << 8 |
              (at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0);
    words.push_back({start, table, term});
  }
  std::ranges::sort(words, order);
  return words;
}

WordRanks mlc::runtime::rankWords(const std::vector<TermTable> &tables) {
  const Order order{tables};
  const std::size_t count = tables.size();
  std::vector<std::vector<WordPlace>> sorted(count);
  WordRanks ranks;
  ranks.of.resize(count);
  runThreads(static_cast<std::int64_t>(count), [&](std::int64_t thread) {
    const auto own = static_cast<std::size_t>(thread);
    sorted[own] = sortWords(order, static_cast<std::uint32_t>(own));
    ranks.of[own].resize(tables[own].size());
  });
  // Merges neighbours, then neighbours of these, until one is left.
  for (std::size_t step = 1; step < count; step *= 2) {
    const std::size_t pairs = (count - step + 2 * step - 1) / (2 * step);
    runThreads(static_cast<std::int64_t>(pairs), [&](std::int64_t pair) {
      auto &left = sorted[2 * step * static_cast<std::size_t>(pair)];
      auto &right = sorted[2 * step * static_cast<std::size_t>(pair) + step];
      std::vector<WordPlace> merged(left.size() + right.size());
      std::ranges::merge(left, right, merged.begin(), order);
      left = std::move(merged);
      right = {};
    });
  }
  const std::vector<WordPlace> &all = sorted.front();
  for (std::size_t at = 0; at < all.size(); ++at) {
    ranks.count += at == 0 || order(all[at - 1], all[at]);
    ranks.of[all[at].table][all[at].term] = ranks.count;
  }
  return ranks;
}
