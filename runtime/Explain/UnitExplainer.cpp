//===- UnitExplainer.cpp - What explaining texts and rows shares ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/UnitExplainer.h"

#include "Explain/AnswerFlips.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace mlc::runtime {

UnitExplainer::UnitExplainer(Explainer &explainer, const OutputTerms &terms,
                             ExplainSettings settings)
    : explainer_(explainer), terms_(terms), settings_(settings) {
  const MlcProgram &program = explainer.program();
  for (std::int64_t column = 0; column < columnsOf(program); ++column)
    outputs_.push_back(explainedOutput(program, terms, column));
}

Explanation UnitExplainer::begin(const RowOfData &row) {
  const MlcProgram &program = explainer_.program();
  Explanation result;
  result.method = settings_.method;
  const RowBatch batch(program, row);
  result.outputs = explainer_.predict(batch.view());
  result.column =
      settings_.column.value_or(toldColumn(program, terms_, result.outputs));
  const ExplainedOutput &output = outputs_[std::size_t(result.column)];
  result.answer = answerOf(program, terms_, result.outputs, result.column);
  result.probability =
      probabilityOf(program, terms_, result.outputs, result.column);
  result.name = output.name;
  result.meaning = output.meaning;
  result.score = output.scoreOf(result.outputs);
  result.tolerance = output.tolerance();
  result.baseline = output.scoreOf(explainer_.baselineOutputs(batch.view()));
  return result;
}

std::vector<double> UnitExplainer::featureParts(const RowOfData &row,
                                                Explanation &explanation) {
  Attributions found = explainer_.explain(
      RowBatch(explainer_.program(), row).view(),
      outputs_[std::size_t(explanation.column)], settings_.method);
  explanation.points = found.points;
  explanation.gap = found.gaps[0];
  return std::move(found.parts);
}

std::vector<float>
UnitExplainer::predictWithout(const RowWithout &without,
                              std::span<const std::vector<std::size_t>> lists) {
  // Not too many at once, since each is a whole row.
  constexpr std::size_t some = 256;
  std::vector<float> outputs;
  for (std::size_t begin = 0; begin < lists.size(); begin += some) {
    std::vector<RowOfData> rows;
    for (const auto &list :
         lists.subspan(begin, std::min(some, lists.size() - begin)))
      rows.push_back(without(list));
    const std::vector<float> more =
        explainer_.predict(RowBatch(explainer_.program(), rows).view());
    outputs.insert(outputs.end(), more.begin(), more.end());
  }
  return outputs;
}

void UnitExplainer::removeEach(const RowWithout &without,
                               Explanation &explanation) {
  std::vector<std::vector<std::size_t>> singles;
  for (std::size_t unit = 0; unit < explanation.units.size(); ++unit)
    singles.push_back({unit});
  const std::vector<float> outputs = predictWithout(without, singles);
  const ExplainedOutput &output = outputs_[std::size_t(explanation.column)];
  const std::size_t width = explanation.outputs.size();
  for (std::size_t unit = 0; unit < explanation.units.size(); ++unit)
    explanation.units[unit].part =
        explanation.score -
        output.scoreOf(std::span(outputs).subspan(unit * width, width));
}

/// Sorts the units by size. Returns where each of them was before.
static std::vector<std::size_t> sortUnits(std::vector<ExplainedUnit> &units) {
  std::vector<std::size_t> order(units.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return std::abs(units[a].part) > std::abs(units[b].part);
  });
  std::vector<ExplainedUnit> sorted;
  for (std::size_t unit : order)
    sorted.push_back(std::move(units[unit]));
  units = std::move(sorted);
  return order;
}

void UnitExplainer::finish(const RowWithout &without,
                           Explanation &explanation) {
  const std::vector<std::size_t> order = sortUnits(explanation.units);
  if (!settings_.seeksFlip)
    return;
  const RowWithout withoutSorted = [&](std::span<const std::size_t> units) {
    std::vector<std::size_t> before;
    for (std::size_t unit : units)
      before.push_back(order[unit]);
    return without(before);
  };
  seekFlip(
      explainer_.program(), terms_, outputs_[std::size_t(explanation.column)],
      [&](std::span<const std::vector<std::size_t>> lists) {
        return predictWithout(withoutSorted, lists);
      },
      explanation);
}

} // namespace mlc::runtime
