//===- TextExplainer.cpp - Explains texts by their words ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/TextExplainer.h"

#include "Error.h"

#include <algorithm>
#include <map>

namespace mlc::runtime {

TextExplainer::TextExplainer(Explainer &explainer, const Vectorizer &vectorizer,
                             const OutputTerms &terms, ExplainSettings settings)
    : explainer_(explainer, terms, settings), vectorizer_(vectorizer),
      session_(vectorizer) {
  if (!vectorizer.isText())
    throw InputError("expected weights that were trained on texts, but these "
                     "know no words; give --data");
  if (vectorizer.isDense() && settings.method != ExplainMethod::Remove)
    throw InputError("the features are means of word vectors, in which words "
                     "have no parts of their own; give --method remove");
  const MlcProgram &program = explainer.program();
  if (vectorizer.features() != widthOf(program))
    throw InputError(fmt::format(
        "program '{}' expects {} features, but texts have {}; give --data",
        program.name, widthOf(program), vectorizer.features()));
}

RowOfData TextExplainer::rowOfText(std::string_view text) {
  FeatureRows rows = session_.emptyRows();
  session_.transform(text, 0, rows);
  return rowOf(rows, 0);
}

/// Adds the features' parts to those of the words.
void TextExplainer::shareOut(const RowOfData &row,
                             std::span<const double> parts,
                             const TracedText &traced, Explanation &result) {
  const std::vector<std::int32_t> &columns = row.columns;
  std::vector<double> counts(columns.size());
  std::vector<std::size_t> placeOf(traced.terms.size());
  for (std::size_t term = 0; term < traced.terms.size(); ++term) {
    const auto found =
        std::ranges::lower_bound(columns, traced.terms[term].column);
    // Of signed hashing, columns whose counts cancelled out are not there.
    placeOf[term] =
        found != columns.end() && *found == traced.terms[term].column
            ? std::size_t(found - columns.begin())
            : columns.size();
    if (placeOf[term] < columns.size())
      counts[placeOf[term]] += traced.terms[term].isNegative ? -1 : 1;
  }
  for (std::size_t term = 0; term < traced.terms.size(); ++term) {
    const TracedTerm &place = traced.terms[term];
    const std::size_t at = placeOf[term];
    if (at == columns.size())
      continue;
    const double part = parts[at] / counts[at] * (place.isNegative ? -1 : 1) /
                        double(place.tokenCount);
    for (std::size_t token = place.firstToken;
         token < place.firstToken + place.tokenCount; ++token)
      result.words[token].part += part;
  }
}

/// Tells the words, and which of them a feature is made of.
static void addWords(const TracedText &traced, Explanation &result) {
  for (const PlacedToken &token : traced.tokens)
    result.words.push_back({token});
  for (const TracedTerm &term : traced.terms)
    for (std::size_t token = term.firstToken;
         token < term.firstToken + term.tokenCount; ++token)
      result.words[token].isKnown = true;
  result.unknownCount = std::size_t(
      std::ranges::count(result.words, false, &ExplainedWord::isKnown));
}

/// Known words that are written the same, after the tokenizer, become one unit.
/// Returns the words of each.
static std::vector<std::vector<std::size_t>> addUnits(Explanation &result) {
  std::map<std::string_view, std::vector<std::size_t>> places;
  for (std::size_t word = 0; word < result.words.size(); ++word)
    if (result.words[word].isKnown)
      places[result.words[word].place.token].push_back(word);
  std::vector<std::vector<std::size_t>> unitWords;
  for (const auto &[token, list] : places) {
    unitWords.push_back(list);
    result.units.push_back({std::string(token), "", list.size(), 0});
  }
  return unitWords;
}

static void blankOut(const PlacedToken &place, std::string &text) {
  std::fill_n(text.begin() + std::ptrdiff_t(place.begin),
              place.end - place.begin, ' ');
}

Explanation TextExplainer::explain(std::string_view text) {
  const RowOfData row = rowOfText(text);
  const TracedText traced = vectorizer_.trace(text);
  Explanation result = explainer_.begin(row);
  addWords(traced, result);
  const std::vector<std::vector<std::size_t>> unitWords = addUnits(result);
  const RowWithout without = [&](std::span<const std::size_t> units) {
    std::string changed(text);
    for (std::size_t unit : units)
      for (std::size_t word : unitWords[unit])
        blankOut(traced.tokens[word], changed);
    return rowOfText(changed);
  };
  if (explainer_.isByRemoval()) {
    explainer_.removeEach(without, result);
    for (std::size_t unit = 0; unit < unitWords.size(); ++unit)
      for (std::size_t word : unitWords[unit])
        result.words[word].part =
            result.units[unit].part / double(unitWords[unit].size());
  } else {
    shareOut(row, explainer_.featureParts(row, result), traced, result);
    for (std::size_t unit = 0; unit < unitWords.size(); ++unit)
      for (std::size_t word : unitWords[unit])
        result.units[unit].part += result.words[word].part;
  }
  explainer_.finish(without, result);
  return result;
}

} // namespace mlc::runtime
