//===- Candidates.cpp - Terms of a collection and their columns -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Candidates.h"

#include "Text/DocumentPipeline.h"

#include <algorithm>
#include <cstring>

using namespace mlc::runtime;

std::vector<std::uint32_t>
mlc::runtime::internVocabulary(std::span<const std::string_view> vocabulary,
                               const TextSettings &settings, TermTable &table) {
  std::vector<std::uint32_t> terms;
  terms.reserve(vocabulary.size());
  for (std::string_view line : vocabulary) {
    std::uint32_t term = noTerm;
    std::size_t end = settings.characters ? line.size() : line.find(' ');
    end = std::min(end, line.size());
    term = table.internWord(line.substr(0, end));
    while (end < line.size()) {
      const std::size_t begin = end + 1;
      end = std::min(line.find(' ', begin), line.size());
      const std::uint32_t word =
          table.internWord(line.substr(begin, end - begin));
      term = table.internExtension(term, word);
    }
    terms.push_back(term);
  }
  return terms;
}

std::vector<ColumnMap>
mlc::runtime::mapColumns(const CountedParts &parts, const TermTable &known,
                         std::span<const std::int32_t> columnOf) {
  std::vector<ColumnMap> columns(parts.tables.size());
  auto mapOne = [&](std::int64_t thread) {
    const TermTable &table = parts.tables[static_cast<std::size_t>(thread)];
    ColumnMap &column = columns[static_cast<std::size_t>(thread)];
    // Terms come after their parts.
    std::vector<std::uint32_t> same(table.size());
    for (std::uint32_t term = 0; term < table.size(); ++term) {
      same[term] = table.isWord(term)
                       ? known.findWord(table.word(term))
                       : known.findExtension(same[table.prefix(term)],
                                             same[table.lastWord(term)]);
      column.push_back(same[term] == noTerm ? -1 : columnOf[same[term]]);
    }
  };
  runThreads(static_cast<std::int64_t>(parts.tables.size()), mapOne);
  return columns;
}

static void addCounts(std::span<const TermCount> counts,
                      const ColumnMap &columns,
                      LargeVector<TermStatistics> &statistics) {
  for (const TermCount &counted : counts)
    if (const std::int32_t column = columns[counted.term]; column >= 0) {
      TermStatistics &of = statistics[static_cast<std::size_t>(column)];
      of.total += counted.count;
      ++of.documents;
    }
}

Candidates
mlc::runtime::countGivenTerms(const CountedParts &parts, RowChoice rows,
                              const std::vector<std::string> &vocabulary) {
  TermTable table;
  const std::vector<std::string_view> views(vocabulary.begin(),
                                            vocabulary.end());
  const std::vector<std::uint32_t> terms =
      internVocabulary(views, parts.settings, table);
  std::vector<std::int32_t> columnOf(table.size(), -1);
  for (std::size_t at = 0; at < terms.size(); ++at)
    columnOf[terms[at]] = static_cast<std::int32_t>(at);
  Candidates candidates;
  candidates.columns = mapColumns(parts, table, columnOf);
  candidates.statistics.resize(vocabulary.size());
  for (const CountedBatch &batch : parts.batches) {
    const ColumnMap &columns = candidates.columns[batch.table];
    forEachCountedRow(batch, rows,
                      [&](std::size_t, std::span<const TermCount> counts) {
                        addCounts(counts, columns, candidates.statistics);
                      });
  }
  return candidates;
}

void mlc::runtime::restrictColumns(std::vector<ColumnMap> &columns,
                                   std::span<const std::int32_t> chosen,
                                   std::size_t before) {
  if (chosen.size() == before)
    return; // All are, in order.
  std::vector<std::int32_t> position(before, -1);
  for (std::size_t at = 0; at < chosen.size(); ++at)
    position[static_cast<std::size_t>(chosen[at])] =
        static_cast<std::int32_t>(at);
  for (ColumnMap &map : columns)
    for (std::int32_t &column : map)
      if (column >= 0)
        column = position[static_cast<std::size_t>(column)];
}

static void appendTerm(const TermTable &table, std::uint32_t term,
                       PaddedBytes &out) {
  if (!table.isWord(term)) {
    appendTerm(table, table.prefix(term), out);
    out.append(" ");
    term = table.lastWord(term);
  }
  const std::string_view word = table.word(term);
  char *to = out.room(word.size());
  if (word.size() <= WordKey::shortBytes)
    std::memcpy(to, word.data(), WordKey::shortBytes);
  else
    std::memcpy(to, word.data(), word.size());
  out.setEnd(to + word.size());
}

std::string mlc::runtime::spellTerms(const CountedParts &parts,
                                     const Candidates &candidates,
                                     std::span<const std::int32_t> chosen,
                                     std::int64_t threads) {
  const auto count = static_cast<std::size_t>(threads);
  std::vector<PaddedBytes> pieces(count);
  runThreads(threads, [&](std::int64_t thread) {
    const auto own = static_cast<std::size_t>(thread);
    const std::size_t begin = chosen.size() * own / count;
    const std::size_t end = chosen.size() * (own + 1) / count;
    PaddedBytes piece;
    auto placeOf = [&](std::size_t at) {
      return candidates.places[static_cast<std::size_t>(chosen[at])];
    };
    for (std::size_t at = begin; at < end; ++at) {
      if (at + prefetchDistance < end) {
        const TermPlace next = placeOf(at + prefetchDistance);
        parts.tables[next.table].prefetchTerm(next.term);
      }
      const TermPlace place = placeOf(at);
      appendTerm(parts.tables[place.table], place.term, piece);
      piece.append("\n");
    }
    pieces[own] = std::move(piece);
  });
  std::size_t size = 0;
  for (const PaddedBytes &piece : pieces)
    size += piece.size();
  std::string vocabulary;
  vocabulary.reserve(size);
  for (const PaddedBytes &piece : pieces)
    vocabulary += piece.view();
  return vocabulary;
}
