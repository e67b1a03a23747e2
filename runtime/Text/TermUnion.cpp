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

static bool isBefore(const Entry &left, const Entry &right) {
  return left.words != right.words ? left.words < right.words
                                   : left.third < right.third;
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

/// Sorts by counting the first words and then the few that share one.
static void sortEntries(std::vector<Entry> &entries) {
  auto firstWord = [](const Entry &entry) { return entry.words >> 32; };
  std::vector<std::size_t> ends;
  for (const Entry &entry : entries) {
    if (firstWord(entry) >= ends.size())
      ends.resize(std::max<std::size_t>(firstWord(entry) + 1, 2 * ends.size()));
    ++ends[firstWord(entry)];
  }
  std::exclusive_scan(ends.begin(), ends.end(), ends.begin(), std::size_t{0});
  std::vector<Entry> bucketed(entries.size());
  for (const Entry &entry : entries)
    bucketed[ends[firstWord(entry)]++] = entry;
  std::size_t begin = 0;
  for (std::size_t end : ends) {
    std::sort(bucketed.begin() + static_cast<std::ptrdiff_t>(begin),
              bucketed.begin() + static_cast<std::ptrdiff_t>(end), isBefore);
    begin = end;
  }
  entries.swap(bucketed);
}

static SortedTerms sortTerms(const CountedParts &parts, RowChoice rows,
                             std::size_t at,
                             const std::vector<std::uint32_t> &ranks) {
  const TermTable &table = parts.tables[at];
  SortedTerms sorted;
  sorted.statistics.resize(table.size());
  auto add = [&](std::size_t, std::span<const TermCount> counts) {
    for (std::size_t place = 0; place < counts.size(); ++place) {
      if (place + prefetchDistance < counts.size())
        __builtin_prefetch(
            &sorted.statistics[counts[place + prefetchDistance].term]);
      TermStatistics &of = sorted.statistics[counts[place].term];
      of.total += counts[place].count;
      ++of.documents;
    }
  };
  for (const CountedBatch &batch : parts.batches)
    if (batch.table == at)
      forEachCountedRow(batch, rows, add);
  for (std::uint32_t term = 0; term < table.size(); ++term)
    if (sorted.statistics[term].documents > 0)
      sorted.entries.push_back(entryOf(table, ranks, term));
  sortEntries(sorted.entries);
  return sorted;
}

namespace {
/// A run of the sorted terms, from all tables: entries [begin[t], end[t]) of
/// table t.
struct Run {
  std::vector<std::size_t> begin, end;
  std::vector<TermStatistics> statistics;
  std::vector<TermPlace> places;
};
} // namespace

/// Cuts the sorted terms into runs for `count` threads; equal terms of several
/// tables fall into the same one.
static std::vector<Run> cutIntoRuns(const std::vector<SortedTerms> &sorted,
                                    std::size_t count) {
  const std::vector<Entry> &longest =
      std::ranges::max_element(sorted, {}, [](const SortedTerms &terms) {
        return terms.entries.size();
      })->entries;
  std::vector<Run> runs(count);
  std::vector<std::size_t> begin(sorted.size());
  for (std::size_t run = 0; run < count; ++run) {
    runs[run].begin = begin;
    for (std::size_t at = 0; at < sorted.size(); ++at) {
      const std::vector<Entry> &entries = sorted[at].entries;
      begin[at] = entries.size();
      if (run + 1 < count && !longest.empty()) {
        const Entry &limit = longest[longest.size() * (run + 1) / count];
        begin[at] = static_cast<std::size_t>(
            std::ranges::lower_bound(entries, limit, isBefore) -
            entries.begin());
      }
    }
    runs[run].end = begin;
  }
  return runs;
}

/// Merges the tables' parts of a run. Columns count from 0 in each run.
static void mergeRun(const std::vector<SortedTerms> &sorted, double least,
                     double most, Run &run, std::vector<ColumnMap> &columns) {
  std::vector<std::size_t> next = run.begin, heads;
  auto headOf = [&](std::size_t at) -> const Entry & {
    return sorted[at].entries[next[at]];
  };
  auto isAfter = [&](std::size_t left, std::size_t right) {
    return isBefore(headOf(right), headOf(left));
  };
  for (std::size_t at = 0; at < sorted.size(); ++at)
    if (run.begin[at] < run.end[at])
      heads.push_back(at);
  std::ranges::make_heap(heads, isAfter);
  std::vector<TermPlace> same;
  while (!heads.empty()) {
    const Entry first = headOf(heads.front());
    TermStatistics sum;
    same.clear();
    while (!heads.empty() && !isBefore(first, headOf(heads.front()))) {
      std::ranges::pop_heap(heads, isAfter);
      const std::size_t at = heads.back();
      const std::uint32_t term = headOf(at).term;
      same.push_back({static_cast<std::uint32_t>(at), term});
      sum.total += sorted[at].statistics[term].total;
      sum.documents += sorted[at].statistics[term].documents;
      if (++next[at] == run.end[at])
        heads.pop_back();
      else
        std::ranges::push_heap(heads, isAfter);
    }
    const auto documents = static_cast<double>(sum.documents);
    if (documents < least || documents > most)
      continue;
    for (const TermPlace &place : same)
      columns[place.table][place.term] =
          static_cast<std::int32_t>(run.statistics.size());
    run.statistics.push_back(sum);
    run.places.push_back(same.front());
  }
}

/// Moves the columns of a run behind those of the runs before.
static void shiftColumns(const std::vector<SortedTerms> &sorted, const Run &run,
                         std::int32_t before, std::vector<ColumnMap> &columns) {
  for (std::size_t at = 0; at < sorted.size(); ++at)
    for (std::size_t entry = run.begin[at]; entry < run.end[at]; ++entry) {
      std::int32_t &column = columns[at][sorted[at].entries[entry].term];
      column += column >= 0 ? before : 0;
    }
}

Candidates mlc::runtime::uniteTerms(const CountedParts &parts, RowChoice rows,
                                    double least, double most) {
  const std::size_t tables = parts.tables.size();
  const auto threads = static_cast<std::int64_t>(tables);
  const std::vector<std::vector<std::uint32_t>> ranks = rankWords(parts.tables);
  std::vector<SortedTerms> sorted(tables);
  Candidates result;
  result.columns.resize(tables);
  runThreads(threads, [&](std::int64_t thread) {
    const auto at = static_cast<std::size_t>(thread);
    sorted[at] = sortTerms(parts, rows, at, ranks[at]);
    result.columns[at].assign(parts.tables[at].size(), -1);
  });
  std::vector<Run> runs = cutIntoRuns(sorted, tables);
  runThreads(threads, [&](std::int64_t thread) {
    mergeRun(sorted, least, most, runs[static_cast<std::size_t>(thread)],
             result.columns);
  });
  std::vector<std::int32_t> before(tables);
  for (std::size_t at = 0; at < tables; ++at) {
    before[at] = static_cast<std::int32_t>(result.statistics.size());
    result.statistics.insert(result.statistics.end(),
                             runs[at].statistics.begin(),
                             runs[at].statistics.end());
    result.places.insert(result.places.end(), runs[at].places.begin(),
                         runs[at].places.end());
  }
  runThreads(threads, [&](std::int64_t thread) {
    const auto at = static_cast<std::size_t>(thread);
    if (before[at] > 0)
      shiftColumns(sorted, runs[at], before[at], result.columns);
  });
  return result;
}
