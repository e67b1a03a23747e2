//===- TextExplainer.cpp - Explains the words of texts --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/TextExplainer.h"

#include "Error.h"
#include "Explain/AnswerFlips.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mlc::runtime {

TextExplainer::TextExplainer(Explainer &explainer, const Vectorizer &vectorizer,
                             const OutputTerms &terms, ExplainSettings settings)
    : explainer_(explainer), vectorizer_(vectorizer), terms_(terms),
      settings_(settings), session_(vectorizer) {
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
  for (std::int64_t column = 0; column < columnsOf(program); ++column)
    outputs_.push_back(explainedOutput(program, terms, column));
}

InputRows TextExplainer::inputOf(const FeatureRows &rows) const {
  InputRows input{.count = std::int64_t(rows.size())};
  if (rows.isDense) {
    input.features = rows.dense;
    return input;
  }
  input.starts = rows.sparse.indptr;
  input.columns = rows.sparse.indices;
  input.values = rows.sparse.values;
  return input;
}

std::vector<float> TextExplainer::predictWithout(
    std::string_view text, const TracedText &traced,
    const std::vector<std::vector<std::size_t>> &unitTokens,
    std::span<const std::vector<std::size_t>> lists) {
  // Not too many at once, since each is a whole text.
  constexpr std::size_t some = 256;
  std::vector<float> outputs;
  for (std::size_t begin = 0; begin < lists.size(); begin += some) {
    FeatureRows rows = session_.emptyRows();
    for (const auto &list :
         lists.subspan(begin, std::min(some, lists.size() - begin))) {
      std::string changed(text);
      for (std::size_t unit : list)
        for (std::size_t token : unitTokens[unit]) {
          const PlacedToken &place = traced.tokens[token];
          std::fill_n(changed.begin() + std::ptrdiff_t(place.begin),
                      place.end - place.begin, ' ');
        }
      session_.transform(changed, 0, rows);
    }
    const std::vector<float> more = explainer_.predict(inputOf(rows));
    outputs.insert(outputs.end(), more.begin(), more.end());
  }
  return outputs;
}

void TextExplainer::shareOut(const FeatureRows &row,
                             std::span<const double> parts,
                             const TracedText &traced,
                             Explanation &result) const {
  const auto columns = row.sparse.indicesOf(0);
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

Explanation TextExplainer::explain(std::string_view text) {
  const MlcProgram &program = explainer_.program();
  FeatureRows row = session_.emptyRows();
  session_.transform(text, 0, row);
  const TracedText traced = vectorizer_.trace(text);

  Explanation result;
  result.method = settings_.method;
  result.outputs = explainer_.predict(inputOf(row));
  const std::int64_t column =
      settings_.column.value_or(toldColumn(program, terms_, result.outputs));
  const ExplainedOutput &output = outputs_[std::size_t(column)];
  result.answer = answerOf(program, terms_, result.outputs, column);
  result.probability = probabilityOf(program, terms_, result.outputs, column);
  result.name = output.name;
  result.meaning = output.meaning;
  result.score = output.scoreOf(result.outputs);
  result.baseline = output.scoreOf(explainer_.baselineOutputs());
  for (const PlacedToken &token : traced.tokens)
    result.words.push_back({token});
  for (const TracedTerm &term : traced.terms)
    for (std::size_t token = term.firstToken;
         token < term.firstToken + term.tokenCount; ++token)
      result.words[token].isKnown = true;
  result.unknownCount = std::size_t(
      std::ranges::count(result.words, false, &ExplainedWord::isKnown));

  // Words that are written the same, after the tokenizer, are one unit.
  std::map<std::string_view, std::vector<std::size_t>> places;
  for (std::size_t token = 0; token < traced.tokens.size(); ++token)
    if (result.words[token].isKnown)
      places[traced.tokens[token].token].push_back(token);
  std::vector<std::vector<std::size_t>> unitTokens;
  for (const auto &[token, list] : places) {
    unitTokens.push_back(list);
    result.units.push_back({std::string(token), "", list.size(), 0});
  }
  auto without = [&](std::span<const std::vector<std::size_t>> lists) {
    return predictWithout(text, traced, unitTokens, lists);
  };
  const std::size_t columns = result.outputs.size();
  if (settings_.method == ExplainMethod::Remove) {
    std::vector<std::vector<std::size_t>> singles;
    for (std::size_t unit = 0; unit < unitTokens.size(); ++unit)
      singles.push_back({unit});
    const std::vector<float> outputs = without(singles);
    for (std::size_t unit = 0; unit < unitTokens.size(); ++unit) {
      result.units[unit].part =
          result.score -
          output.scoreOf(std::span(outputs).subspan(unit * columns, columns));
      for (std::size_t token : unitTokens[unit])
        result.words[token].part =
            result.units[unit].part / double(unitTokens[unit].size());
    }
  } else {
    const Attributions found =
        explainer_.explain(inputOf(row), output, settings_.method);
    result.points = found.points;
    result.gap = found.gaps[0];
    shareOut(row, found.parts, traced, result);
    for (std::size_t unit = 0; unit < unitTokens.size(); ++unit)
      for (std::size_t token : unitTokens[unit])
        result.units[unit].part += result.words[token].part;
  }

  std::vector<std::size_t> order(result.units.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return std::abs(result.units[a].part) > std::abs(result.units[b].part);
  });
  std::vector<ExplainedUnit> units;
  std::vector<std::vector<std::size_t>> sortedTokens;
  for (std::size_t unit : order) {
    units.push_back(std::move(result.units[unit]));
    sortedTokens.push_back(std::move(unitTokens[unit]));
  }
  result.units = std::move(units);
  unitTokens = std::move(sortedTokens);
  if (settings_.seeksFlip)
    seekFlip(program, terms_, output, column, without, result);
  return result;
}

} // namespace mlc::runtime
