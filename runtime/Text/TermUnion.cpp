//===- TermUnion.cpp - One order for the terms of all threads -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Candidates.h"
#include "Text/DocumentPipeline.h"
#include "Text/RadixSort.h"
#include "Text/WordRanks.h"

#include <algorithm>
#include <numeric>

using namespace mlc::runtime;

namespace {
/// A term of one table. `rest` has the ranks of its second and third word, 0
/// where there is none, and so orders terms with the same first word as their
/// bytes do.
struct Entry {
  std::uint64_t rest;
  std::uint32_t table, term;
};

/// The terms of one table that occur in the chosen rows, by their first word:
/// those with the word of rank r are entries [begins[r], begins[r + 1]).
struct TermsByWord {
  LargeVector<TermStatistics> statistics; // By term.
  LargeVector<Entry> entries;
  std::vector<std::size_t> begins;

  std::span<const Entry> of(std::size_t rank) const {
    return std::span(entries).subspan(begins[rank],
                                      begins[rank + 1] - begins[rank]);
  }
};
} // namespace

/// What the chosen rows have of each term of table `at`.
static LargeVector<TermStatistics> countTerms(const CountedParts &parts,
                                              RowChoice rows, std::size_t at) {
  LargeVector<TermStatistics> statistics(parts.tables[at].size());
  auto add = [&](std::size_t, std::span<const TermCount> counts) {
    for (std::size_t place = 0; place < counts.size(); ++place) {
      if (place + prefetchDistance < counts.size())
        __builtin_prefetch(&statistics[counts[place + prefetchDistance].term],
                           1);
      TermStatistics &of = statistics[counts[place].term];
      of.total += counts[place].count;
      ++of.documents;
    }
  };
  for (const CountedBatch &batch : parts.batches)
    if (batch.table == at)
      forEachCountedRow(batch, rows, add);
  return statistics;
}

/// The ranks of a term's words.
static std::pair<std::uint32_t, std::uint64_t>
ranksOf(const TermTable &table, const std::vector<std::uint32_t> &ranks,
        std::uint32_t term) {
  std::uint64_t rest = 0;
  for (; !table.isWord(term); term = table.prefix(term))
    rest = rest >> 32 | std::uint64_t{ranks[table.lastWord(term)]} << 32;
  return {ranks[term], rest};
}

/// Sorts by counting.
static void groupByWord(const TermTable &table, std::uint32_t number,
                        const std::vector<std::uint32_t> &ranks,
                        std::size_t words, TermsByWord &terms) {
  // Counted two places on, so that placing them leaves the beginnings.
  terms.begins.assign(words + 3, 0);
  for (std::uint32_t term = 0; term < table.size(); ++term)
    if (terms.statistics[term].documents > 0)
      ++terms.begins[ranksOf(table, ranks, term).first + 2];
  std::partial_sum(terms.begins.begin(), terms.begins.end(),
                   terms.begins.begin());
  terms.entries.resize(terms.begins.back());
  for (std::uint32_t term = 0; term < table.size(); ++term)
    if (terms.statistics[term].documents > 0) {
      const auto [first, rest] = ranksOf(table, ranks, term);
      terms.entries[terms.begins[first + 1]++] = {rest, number, term};
    }
}

namespace {
/// The candidates that start with some words: those of the ranks [first, end).
struct Run {
  std::size_t first, end;
  LargeVector<TermStatistics> statistics;
  LargeVector<TermPlace> places;
};

/// What the runs are made from and into.
struct Union {
  std::vector<TermsByWord> terms; // Of each table.
  double least, most;             // Documents.
  std::vector<ColumnMap> columns;
};
} // namespace

/// Cuts the words into runs of about as many terms for each thread.
static std::vector<Run> cutIntoRuns(const std::vector<TermsByWord> &terms,
                                    std::size_t words, std::size_t count) {
  std::size_t all = 0, before = 0;
  for (const TermsByWord &table : terms)
    all += table.entries.size();
  std::vector<Run> runs(count);
  std::size_t rank = 0;
  for (std::size_t run = 0; run < count; ++run) {
    runs[run].first = rank;
    for (; rank <= words &&
           (run + 1 == count || before < all * (run + 1) / count);
         ++rank)
      for (const TermsByWord &table : terms)
        before += table.of(rank).size();
    runs[run].end = rank;
  }
  return runs;
}

/// Puts together what is the same term in several tables. Columns count from 0
/// in each run.
static void uniteRun(Union &all, Run &run) {
  LargeVector<Entry> entries, memory;
  std::size_t most = 0;
  for (const TermsByWord &table : all.terms)
    most += table.begins[run.end] - table.begins[run.first];
  run.statistics.reserve(most); // What stays unused costs no memory.
  run.places.reserve(most);
  for (std::size_t rank = run.first; rank < run.end; ++rank) {
    entries.clear();
    for (const TermsByWord &table : all.terms)
      entries.insert(entries.end(), table.of(rank).begin(),
                     table.of(rank).end());
    for (const Entry &entry : entries) {
      __builtin_prefetch(&all.terms[entry.table].statistics[entry.term]);
      __builtin_prefetch(&all.columns[entry.table][entry.term], 1);
    }
    radixSort(entries, memory, [](const Entry &entry) { return entry.rest; });
    for (std::size_t at = 0; at < entries.size();) {
      const std::size_t first = at;
      TermStatistics sum;
      for (; at < entries.size() && entries[at].rest == entries[first].rest;
           ++at) {
        const TermStatistics &own =
            all.terms[entries[at].table].statistics[entries[at].term];
        sum.total += own.total;
        sum.documents += own.documents;
      }
      const auto documents = static_cast<double>(sum.documents);
      if (documents < all.least || documents > all.most)
        continue;
      for (std::size_t same = first; same < at; ++same)
        all.columns[entries[same].table][entries[same].term] =
            static_cast<std::int32_t>(run.statistics.size());
      run.statistics.push_back(sum);
      run.places.push_back({entries[first].table, entries[first].term});
    }
  }
}

/// Moves the columns of a run behind those of the runs before.
static void shiftColumns(Union &all, const Run &run, std::int32_t before) {
  for (const TermsByWord &table : all.terms)
    for (std::size_t at = table.begins[run.first]; at < table.begins[run.end];
         ++at) {
      const Entry &entry = table.entries[at];
      std::int32_t &column = all.columns[entry.table][entry.term];
      column += column >= 0 ? before : 0;
    }
}

Candidates mlc::runtime::uniteTerms(const CountedParts &parts, RowChoice rows,
                                    double least, double most) {
  const std::size_t tables = parts.tables.size();
  const auto threads = static_cast<std::int64_t>(tables);
  const WordRanks ranks = rankWords(parts.tables);
  Union all{std::vector<TermsByWord>(tables), least, most,
            std::vector<ColumnMap>(tables)};
  runThreads(threads, [&](std::int64_t thread) {
    const auto at = static_cast<std::size_t>(thread);
    const TermTable &table = parts.tables[at];
    all.terms[at].statistics = countTerms(parts, rows, at);
    groupByWord(table, static_cast<std::uint32_t>(at), ranks.of[at],
                ranks.count, all.terms[at]);
    all.columns[at].assign(table.size(), -1);
  });
  std::vector<Run> runs = cutIntoRuns(all.terms, ranks.count, tables);
  runThreads(threads, [&](std::int64_t thread) {
    uniteRun(all, runs[static_cast<std::size_t>(thread)]);
  });
  std::vector<std::size_t> before(tables + 1);
  for (std::size_t at = 0; at < tables; ++at)
    before[at + 1] = before[at] + runs[at].statistics.size();
  Candidates result;
  result.statistics.resize(before.back());
  result.places.resize(before.back());
  runThreads(threads, [&](std::int64_t thread) {
    const auto at = static_cast<std::size_t>(thread);
    const auto place = static_cast<std::ptrdiff_t>(before[at]);
    std::ranges::copy(runs[at].statistics, result.statistics.begin() + place);
    std::ranges::copy(runs[at].places, result.places.begin() + place);
    if (place > 0)
      shiftColumns(all, runs[at], static_cast<std::int32_t>(place));
  });
  result.columns = std::move(all.columns);
  return result;
}
