//===- TermUnion.cpp - One order for the terms of all threads -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Candidates.h"
#include "Text/DocumentPipeline.h"

#include <algorithm>
#include <numeric>

using namespace mlc::runtime;

namespace {
/// A term of one table. `words` and `third` say which words it has, by their
/// ranks from 1, and order terms as their bytes do; 0 stands for no word.
struct Entry {
  std::uint64_t words; // First and second.
  std::uint32_t third;
  std::uint32_t term;

  bool isBefore(const Entry &other) const {
    return words != other.words ? words < other.words : third < other.third;
  }
};

/// The terms of one table that occur in the chosen rows, sorted.
struct SortedTerms {
  std::vector<TermStatistics> statistics; // By term.
  std::vector<Entry> entries;
};
} // namespace

/// For each table, by term: the rank from 1 of a word among all words.
static std::vector<std::vector<std::uint32_t>>
rankWords(const std::vector<TermTable> &tables) {
  TermTable all;
  std::vector<std::vector<std::uint32_t>> ranks(tables.size());
  for (std::size_t at = 0; at < tables.size(); ++at)
    for (std::uint32_t term = 0; term < tables[at].size(); ++term)
      ranks[at].push_back(tables[at].order(term) == 1
                              ? all.internWord(tables[at].word(term))
                              : noTerm);
  // The first bytes decide most comparisons without a look at the word.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
  for (std::uint32_t word = 0; word < all.size(); ++word) {
    std::uint64_t start = 0;
    const std::string_view bytes = all.word(word);
    for (std::size_t at = 0; at < 8; ++at)
      start = start << 8 |
              (at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0);
    order.emplace_back(start, word);
  }
  std::ranges::sort(order, [&](const auto &left, const auto &right) {
    return left.first != right.first
               ? left.first < right.first
               : all.word(left.second) < all.word(right.second);
  });
  std::vector<std::uint32_t> rankOf(all.size());
  for (std::uint32_t rank = 0; rank < order.size(); ++rank)
    rankOf[order[rank].second] = rank + 1;
  for (std::vector<std::uint32_t> &words : ranks)
    for (std::uint32_t &word : words)
      if (word != noTerm)
        word = rankOf[word];
  return ranks;
}

static Entry entryOf(const TermTable &table,
                     const std::vector<std::uint32_t> &ranks,
                     std::uint32_t term) {
  Entry entry = {0, 0, term};
  std::uint32_t prefix = term;
  if (table.order(prefix) == 3) {
    entry.third = ranks[table.lastWord(prefix)];
    prefix = table.prefix(prefix);
  }
  if (table.order(prefix) == 2) {
    entry.words = ranks[table.lastWord(prefix)];
    prefix = table.prefix(prefix);
  }
  entry.words |= std::uint64_t{ranks[prefix]} << 32;
  return entry;
}

static SortedTerms sortTerms(const CountedParts &parts, RowChoice rows,
                             std::size_t at,
                             const std::vector<std::uint32_t> &ranks) {
  const TermTable &table = parts.tables[at];
  SortedTerms sorted;
  sorted.statistics.resize(table.size());
  auto add = [&](std::size_t, std::span<const TermCount> counts) {
    for (const TermCount &counted : counts) {
      TermStatistics &of = sorted.statistics[counted.term];
      of.total += counted.count;
      ++of.documents;
    }
  };
  for (const CountedBatch &batch : parts.batches)
    if (batch.table == at)
      forEachCountedRow(batch, rows, add);
  for (std::uint32_t term = 0; term < table.size(); ++term)
    if (sorted.statistics[term].documents > 0)
      sorted.entries.push_back(entryOf(table, ranks, term));
  std::ranges::sort(sorted.entries, [](const Entry &left, const Entry &right) {
    return left.isBefore(right);
  });
  return sorted;
}

Candidates mlc::runtime::uniteTerms(const CountedParts &parts, RowChoice rows,
                                    double least, double most) {
  const std::size_t tables = parts.tables.size();
  const std::vector<std::vector<std::uint32_t>> ranks = rankWords(parts.tables);
  std::vector<SortedTerms> sorted(tables);
  runThreads(static_cast<std::int64_t>(tables), [&](std::int64_t thread) {
    const auto at = static_cast<std::size_t>(thread);
    sorted[at] = sortTerms(parts, rows, at, ranks[at]);
  });

  Candidates result;
  result.columns.resize(tables);
  for (std::size_t at = 0; at < tables; ++at)
    result.columns[at].assign(parts.tables[at].size(), -1);
  // Merges: `heads` are the tables with entries left, that of the least first.
  std::vector<std::size_t> next(tables), heads;
  auto headOf = [&](std::size_t at) -> const Entry & {
    return sorted[at].entries[next[at]];
  };
  auto isAfter = [&](std::size_t left, std::size_t right) {
    return headOf(right).isBefore(headOf(left));
  };
  for (std::size_t at = 0; at < tables; ++at)
    if (!sorted[at].entries.empty())
      heads.push_back(at);
  std::ranges::make_heap(heads, isAfter);
  std::vector<std::pair<std::size_t, std::uint32_t>> same; // Table and term.
  while (!heads.empty()) {
    const Entry first = headOf(heads.front());
    TermStatistics sum;
    same.clear();
    while (!heads.empty() && !first.isBefore(headOf(heads.front()))) {
      std::ranges::pop_heap(heads, isAfter);
      const std::size_t at = heads.back();
      const std::uint32_t term = headOf(at).term;
      same.emplace_back(at, term);
      sum.total += sorted[at].statistics[term].total;
      sum.documents += sorted[at].statistics[term].documents;
      if (++next[at] == sorted[at].entries.size())
        heads.pop_back();
      else
        std::ranges::push_heap(heads, isAfter);
    }
    const auto documents = static_cast<double>(sum.documents);
    if (documents < least || documents > most)
      continue;
    for (auto [at, term] : same)
      result.columns[at][term] =
          static_cast<std::int32_t>(result.statistics.size());
    result.statistics.push_back(sum);
  }
  return result;
}
