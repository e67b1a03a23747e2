//===- TextFit.cpp - A vectorizer learns from texts -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/CountedParts.h"
#include "Text/FeatureSelection.h"
#include "Text/LearnedFeatures.h"
#include "Text/RowAssembly.h"
#include "Text/TokenizerRules.h"
#include "Text/Vectorizer.h"
#include "Text/WholeInputError.h"

#include <algorithm>
#include <limits>
#include <numeric>

using namespace mlc::runtime;

/// The columns of a hash: all of them, whatever the texts.
static void learnHashed(const CountedParts &parts, RowChoice rows,
                        LearnedFeatures &learned) {
  learned.columnCount = std::int64_t{1} << *learned.settings.text.hashBits;
  if (learned.settings.value != ValueKind::TfIdf)
    return;
  learned.documentFrequencies.resize(
      static_cast<std::size_t>(learned.columnCount));
  for (const CountedBatch &batch : parts.batches)
    forEachCountedRow(batch, rows,
                      [&](std::size_t, std::span<const TermCount> counts) {
                        for (const TermCount &counted : counts)
                          ++learned.documentFrequencies[counted.term];
                      });
}

/// The candidates that are to be features, rising.
static std::vector<std::int32_t>
chooseCandidates(const CountedParts &parts, RowChoice rows,
                 const Candidates &candidates, const LearnedFeatures &learned,
                 bool keepsUnseen, std::int64_t threads) {
  const VectorizerSettings &settings = learned.settings;
  std::vector<std::int32_t> chosen;
  // Those of the texts are within the limits already.
  if (keepsUnseen ? !settings.picksFeatures()
                  : !candidates.places.empty() && !settings.maxFeatures) {
    chosen.resize(candidates.size());
    std::iota(chosen.begin(), chosen.end(), 0);
    return chosen;
  }
  // What the limits leave out takes no part in the selection.
  for (std::size_t at = 0; at < candidates.size(); ++at)
    if (settings.allows(candidates.statistics[at].documents, learned.documents))
      chosen.push_back(static_cast<std::int32_t>(at));
  std::vector<TermStatistics> statistics;
  for (std::int32_t at : chosen)
    statistics.push_back(candidates.statistics[static_cast<std::size_t>(at)]);
  auto countRows = [&] {
    std::vector<ColumnMap> columns = candidates.columns;
    restrictColumns(columns, chosen, candidates.size());
    return assembleRows(parts, rows, columns,
                        {.width = static_cast<std::int64_t>(chosen.size())},
                        threads)
        .sparse;
  };
  std::vector<std::int32_t> kept =
      selectFeatures(statistics, settings, countRows);
  for (std::int32_t &at : kept)
    at = chosen[static_cast<std::size_t>(at)];
  return kept;
}

static void learnTerms(const CountedParts &parts, RowChoice rows,
                       const GivenTerms &given, std::int64_t threads,
                       LearnedFeatures &learned) {
  const VectorizerSettings &settings = learned.settings;
  const std::vector<std::string> *words =
      given.embeddings ? &given.embeddings->words : given.vocabulary;
  const auto least = settings.minDocuments
                         ? settings.minDocuments->of(learned.documents)
                         : 0.0;
  const auto most = settings.maxDocuments
                        ? settings.maxDocuments->of(learned.documents)
                        : std::numeric_limits<double>::infinity();
  Candidates candidates = words ? countGivenTerms(parts, rows, *words)
                                : uniteTerms(parts, rows, least, most);
  const std::vector<std::int32_t> chosen =
      chooseCandidates(parts, rows, candidates, learned,
                       /*keepsUnseen=*/given.vocabulary != nullptr, threads);
  if (chosen.empty())
    throw WholeInputError(
        "expected features, but no term of the texts is left; check the files, "
        "the tokenizer, the vocabulary and --min-df and --max-df");
  restrictColumns(candidates.columns, chosen, candidates.size());
  learned.columnCount = static_cast<std::int64_t>(chosen.size());
  if (words)
    for (std::int32_t at : chosen)
      learned.vocabulary += (*words)[static_cast<std::size_t>(at)] + '\n';
  else
    learned.vocabulary = spellTerms(parts, candidates, chosen, threads);
  if (settings.value == ValueKind::TfIdf)
    for (std::int32_t at : chosen)
      learned.documentFrequencies.push_back(static_cast<std::int32_t>(
          candidates.statistics[static_cast<std::size_t>(at)].documents));
  if (given.embeddings) {
    learned.dimensions = given.embeddings->dimensions;
    for (std::int32_t at : chosen) {
      const float *vector =
          &given.embeddings
               ->vectors[static_cast<std::size_t>(at * learned.dimensions)];
      learned.vectors.insert(learned.vectors.end(), vector,
                             vector + learned.dimensions);
    }
  }
  // A table's terms that stand in none of the chosen rows have no column in
  // `candidates`, even where another table's rows made them features; so other
  // rows of the collection are looked up term by term.
  if (rows)
    return;
  learned.collection = parts.identity;
  learned.collectionColumns = std::move(candidates.columns);
}

Vectorizer Vectorizer::fit(const CountedDocuments &documents,
                           const VectorizerSettings &settings,
                           const GivenTerms &given, std::int64_t threads,
                           RowChoice rows) {
  const CountedParts &parts = *documents.parts_;
  Vectorizer result;
  LearnedFeatures &learned = *result.learned_;
  learned.settings = settings;
  learned.isText = true;
  learned.settings.text.tokenizer.vocabulary =
      wordsNotStripped(settings.text.tokenizer.vocabulary);
  for (const std::string &word : settings.text.stopWords)
    learned.stopWords += word + '\n';
  learned.documents =
      static_cast<std::int64_t>(rows ? rows->size() : documents.size());
  if (settings.text.hashBits)
    learnHashed(parts, rows, learned);
  else
    learnTerms(parts, rows, given, threads, learned);
  learned.finish();
  return result;
}
