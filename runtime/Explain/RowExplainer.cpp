//===- RowExplainer.cpp - Explains the columns of rows --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/RowExplainer.h"

#include "Explain/AnswerFlips.h"
#include "Text/Weighting.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace mlc::runtime {

RowOfData rowOf(const Dataset &data, std::int64_t row) {
  RowOfData result;
  if (!data.isSparse()) {
    const auto features = data.features().subspan(
        std::size_t(row * data.width()), std::size_t(data.width()));
    result.values.assign(features.begin(), features.end());
    return result;
  }
  const std::int64_t begin = data.indptr()[row], end = data.indptr()[row + 1];
  std::visit(
      [&](auto indices) {
        result.columns.assign(indices.begin() + begin, indices.begin() + end);
      },
      data.indices());
  if (data.values().empty())
    result.values.assign(std::size_t(end - begin), 1);
  else
    result.values.assign(data.values().begin() + begin,
                         data.values().begin() + end);
  return result;
}

RowExplainer::RowExplainer(Explainer &explainer, const InputColumns &columns,
                           const OutputTerms &terms, ExplainSettings settings)
    : explainer_(explainer), columns_(columns), terms_(terms),
      settings_(settings),
      isSparse_(inputOf(explainer.program()).kind == MLC_INPUT_CSR) {
  const MlcProgram &program = explainer.program();
  for (std::int64_t column = 0; column < columnsOf(program); ++column)
    outputs_.push_back(explainedOutput(program, terms, column));
}

std::vector<float>
RowExplainer::predictWithout(const RowOfData &row,
                             const std::vector<std::int64_t> &unitColumns,
                             std::span<const std::vector<std::size_t>> lists) {
  constexpr std::size_t some = 256;
  std::vector<float> outputs;
  for (std::size_t begin = 0; begin < lists.size(); begin += some) {
    std::vector<std::int64_t> starts{0};
    std::vector<std::int32_t> columns;
    std::vector<float> values;
    const auto now = lists.subspan(begin, std::min(some, lists.size() - begin));
    for (const auto &list : now) {
      std::vector<std::int64_t> gone;
      for (std::size_t unit : list)
        gone.push_back(unitColumns[unit]);
      const std::size_t before = values.size();
      for (std::size_t at = 0; at < row.values.size(); ++at) {
        const std::int64_t feature =
            isSparse_ ? row.columns[at] : std::int64_t(at);
        const bool isGone =
            std::ranges::find(gone, columns_.columnOf(feature)) != gone.end();
        if (isSparse_ && !isGone)
          columns.push_back(row.columns[at]);
        if (!isSparse_ || !isGone)
          values.push_back(isGone ? 0 : row.values[at]);
      }
      if (isSparse_ && columns_.isNormalized())
        divideByLength(std::span(values).subspan(before));
      starts.push_back(std::int64_t(columns.size()));
    }
    InputRows input{.count = std::int64_t(now.size())};
    if (isSparse_) {
      input.starts = starts;
      input.columns = columns;
      input.values = values;
    } else {
      input.features = values;
    }
    const std::vector<float> more = explainer_.predict(input);
    outputs.insert(outputs.end(), more.begin(), more.end());
  }
  return outputs;
}

Explanation RowExplainer::explain(const RowOfData &row) {
  const MlcProgram &program = explainer_.program();
  const std::int64_t starts[] = {0, std::ssize(row.columns)};
  InputRows input{.count = 1};
  if (isSparse_) {
    input.starts = starts;
    input.columns = row.columns;
    input.values = row.values;
  } else {
    input.features = row.values;
  }
  Explanation result;
  result.method = settings_.method;
  result.outputs = explainer_.predict(input);
  const std::int64_t column =
      settings_.column.value_or(toldColumn(program, terms_, result.outputs));
  const ExplainedOutput &output = outputs_[std::size_t(column)];
  result.answer = answerOf(program, terms_, result.outputs, column);
  result.probability = probabilityOf(program, terms_, result.outputs, column);
  result.name = output.name;
  result.meaning = output.meaning;
  result.score = output.scoreOf(result.outputs);
  result.baseline = output.scoreOf(explainer_.baselineOutputs());

  // The columns that have a feature other than 0, and their parts.
  std::map<std::int64_t, double> parts;
  std::map<std::int64_t, std::vector<float>> features;
  for (std::size_t at = 0; at < row.values.size(); ++at) {
    if (row.values[at] == 0)
      continue;
    const std::int64_t feature = isSparse_ ? row.columns[at] : std::int64_t(at);
    const std::int64_t own = columns_.columnOf(feature);
    parts[own] = 0;
    std::vector<float> &all = features[own];
    all.resize(std::size_t(columns_.firstFeature(own + 1) -
                           columns_.firstFeature(own)));
    all[std::size_t(feature - columns_.firstFeature(own))] = row.values[at];
  }
  std::vector<std::int64_t> unitColumns;
  for (const auto &[own, part] : parts)
    unitColumns.push_back(own);
  if (settings_.method == ExplainMethod::Remove) {
    std::vector<std::vector<std::size_t>> singles;
    for (std::size_t unit = 0; unit < unitColumns.size(); ++unit)
      singles.push_back({unit});
    const std::vector<float> outputs =
        predictWithout(row, unitColumns, singles);
    const std::size_t width = result.outputs.size();
    for (std::size_t unit = 0; unit < unitColumns.size(); ++unit)
      parts[unitColumns[unit]] =
          result.score -
          output.scoreOf(std::span(outputs).subspan(unit * width, width));
  } else {
    const Attributions found =
        explainer_.explain(input, output, settings_.method);
    result.points = found.points;
    result.gap = found.gaps[0];
    for (std::size_t at = 0; at < row.values.size(); ++at)
      if (row.values[at] != 0)
        parts[columns_.columnOf(
            isSparse_ ? row.columns[at] : std::int64_t(at))] += found.parts[at];
  }
  std::ranges::stable_sort(unitColumns, [&](std::int64_t a, std::int64_t b) {
    return std::abs(parts[a]) > std::abs(parts[b]);
  });
  for (std::int64_t own : unitColumns)
    result.units.push_back({columns_.name(own),
                            columns_.value(own, features[own]), 1, parts[own]});
  if (settings_.seeksFlip)
    seekFlip(
        program, terms_, output, column,
        [&](std::span<const std::vector<std::size_t>> lists) {
          return predictWithout(row, unitColumns, lists);
        },
        result);
  return result;
}

} // namespace mlc::runtime
