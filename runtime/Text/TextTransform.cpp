//===- TextTransform.cpp - Texts become rows of features ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Text/CountedParts.h"
#include "Text/DocumentPipeline.h"
#include "Text/LearnedFeatures.h"
#include "Text/RowAssembly.h"
#include "Text/Vectorizer.h"

using namespace mlc::runtime;

struct Vectorizer::Session::State {
  const TextLookup &lookup;
  bool isHashed;
  RowForm form;
  AnalysisMemory memory;
  RowMemory rowMemory;
  std::vector<TermCount> counts;
};

Vectorizer::Session::Session(const Vectorizer &vectorizer)
    : state_(new State{vectorizer.learned_->lookup(),
                       vectorizer.learned_->settings.text.hashBits.has_value(),
                       rowFormOf(*vectorizer.learned_),
                       {},
                       {},
                       {}}) {}
Vectorizer::Session::~Session() = default;

FeatureRows Vectorizer::Session::emptyRows() const {
  FeatureRows rows = mlc::runtime::emptyRows(state_->form);
  if (!state_->isHashed)
    rows.dropped.reset();
  return rows;
}

void Vectorizer::Session::transform(std::string_view text, double label,
                                    FeatureRows &rows) {
  State &state = *state_;
  const TextLookup &lookup = state.lookup;
  state.counts.clear();
  if (state.isHashed)
    lookup.analysis.countHashed(text, state.memory, state.counts);
  else
    lookup.analysis.count(text, lookup.table, state.memory, state.counts);
  if (!lookup.analysis.settings().characters && !state.isHashed) {
    rows.lookedUp.words += static_cast<std::int64_t>(state.memory.tokenCount);
    rows.lookedUp.unknown +=
        static_cast<std::int64_t>(state.memory.unknownCount);
  }
  rows.lookedUp.empty += state.memory.tokenCount == 0;
  appendRow(state.form, state.counts, Columns{lookup.columnOf}, label,
            state.rowMemory, rows);
}

FeatureRows Vectorizer::transform(DocumentSource &source,
                                  std::int64_t threads) const {
  std::vector<std::unique_ptr<Session>> sessions;
  for (std::int64_t thread = 0; thread < threads; ++thread)
    sessions.push_back(std::make_unique<Session>(*this));
  FeatureRows result = sessions.front()->emptyRows();
  InOrder<FeatureRows> collect(
      [&](FeatureRows &&more) { appendRows(more, result); });
  forEachBatch(source, threads,
               [&](std::int64_t thread, const DocumentBatch &batch) {
                 Session &session = *sessions[static_cast<std::size_t>(thread)];
                 FeatureRows rows = session.emptyRows();
                 for (std::size_t at = 0; at < batch.size; ++at)
                   session.transform(batch.documents[at].text,
                                     batch.documents[at].label, rows);
                 collect.deliver(batch.number, std::move(rows));
               });
  return result;
}

FeatureRows Vectorizer::transform(const CountedDocuments &documents,
                                  std::int64_t threads, RowChoice rows) const {
  const CountedParts &parts = *documents.parts_;
  const RowForm form = rowFormOf(*learned_);
  if (learned_->settings.text.hashBits)
    return assembleRows(parts, rows, {}, form, threads);
  if (learned_->collection == parts.identity)
    return assembleRows(parts, rows, learned_->collectionColumns, form,
                        threads);
  const TextLookup &lookup = learned_->lookup();
  return assembleRows(parts, rows,
                      mapColumns(parts, lookup.table, lookup.columnOf), form,
                      threads);
}

TracedText Vectorizer::trace(std::string_view text) const {
  if (!isText())
    throw InputError("expected features that were made of texts");
  const TextLookup &lookup = learned_->lookup();
  const TextSettings &settings = learned_->settings.text;
  TracedText traced;
  traced.tokens = lookup.analysis.place(text);
  auto columnOf = [&](std::string_view term, std::size_t first,
                      std::size_t count) -> std::int32_t {
    std::uint32_t found;
    if (settings.characters) {
      found = lookup.table.findWord(term);
    } else {
      found = lookup.table.findWord(traced.tokens[first].token);
      for (std::size_t next = 1; next < count; ++next)
        found = lookup.table.findExtension(
            found, lookup.table.findWord(traced.tokens[first + next].token));
    }
    return found == noTerm ? -1 : lookup.columnOf[found];
  };
  lookup.analysis.forEachTerm(
      traced.tokens,
      [&](std::string_view term, std::size_t first, std::size_t count) {
        TracedTerm made{0, false, first, count};
        if (settings.hashBits) {
          const std::uint64_t hash = TermTable::hashOf(term);
          made.column = static_cast<std::int32_t>(
              hash & ((std::uint64_t{1} << *settings.hashBits) - 1));
          made.isNegative = settings.signedHash && hash >> 63;
        } else {
          made.column = columnOf(term, first, count);
        }
        if (made.column >= 0)
          traced.terms.push_back(made);
      });
  return traced;
}
