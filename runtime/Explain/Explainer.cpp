//===- Explainer.cpp - Divides outputs up among the input's parts ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/Explainer.h"

#include "Error.h"
#include "Explain/Quadrature.h"
#include "Explain/RowOfData.h"

#include <algorithm>
#include <cmath>

namespace mlc::runtime {

bool hasClosedPaths(const MlcProgram &program) {
  const MlcEntryPoint *entry = entryOf(program, ProgramStep::Explain);
  return entry && (entry->flags & MLC_ENTRY_PATHS) != 0;
}

static const Predictor &expectCanExplain(const Predictor &predictor) {
  if (const std::int64_t places = placesOf(predictor.program()); places > 1)
    throw InputError(fmt::format(
        "program '{}' predicts {} classes a row, but what is explained is a "
        "row's one answer; a model of one class a row can be explained",
        predictor.program().name, places));
  if (!entryOf(predictor.program(), ProgramStep::Explain))
    throw InputError(fmt::format(
        "program '{}' cannot explain its predictions; mlc compile says why, "
        "where an op of the model has no gradient rule",
        predictor.program().name));
  return predictor;
}

Explainer::Explainer(const Predictor &predictor)
    : predictor_(expectCanExplain(predictor)),
      hasClosedPaths_(hasClosedPaths(predictor.program())),
      workspace_(predictor), zeros_(std::size_t(widthOf(program())), 0) {}

const std::vector<float> &Explainer::baselineOutputs(const InputRows &like) {
  const std::int64_t width = widthOf(program(), like);
  std::vector<float> &outputs = baselines_[width];
  if (outputs.empty()) {
    RowOfData zero;
    if (!isSparse(program()))
      zero.values.assign(std::size_t(width), 0);
    outputs = predict(RowBatch(program(), zero).view());
  }
  return outputs;
}

std::vector<float> Explainer::predict(const InputRows &rows) {
  std::vector<float> outputs(std::size_t(rows.count * columnsOf(program())));
  predictor_.predict(rows, outputs, workspace_);
  return outputs;
}

void Explainer::addGradients(const InputRows &rows,
                             std::span<const float> direction, float begin,
                             float end, double weight,
                             std::vector<double> &gradients) {
  const float path[] = {begin, end};
  gradients_.assign(gradients.size(), 0);
  predictor_.explain(rows,
                     {.path = path,
                      .baseline = zeros_.data(),
                      .direction = direction.data(),
                      .gradients = gradients_.data()},
                     workspace_);
  for (std::size_t at = 0; at < gradients.size(); ++at)
    gradients[at] += weight * gradients_[at];
}

/// The entry of the input that a part belongs to.
static double valueAt(const InputRows &rows, bool isSparse, std::size_t at) {
  return !isSparse             ? rows.features[at]
         : rows.values.empty() ? 1
                               : rows.values[at];
}

Attributions Explainer::explain(const InputRows &rows,
                                const ExplainedOutput &output,
                                ExplainMethod method) {
  const bool sparse = isSparse(program());
  const std::int64_t columns = columnsOf(program());
  Attributions result;
  result.outputs = predict(rows);
  result.baseline = output.scoreOf(baselineOutputs(rows));
  for (std::int64_t row = 0; row < rows.count; ++row)
    result.scores.push_back(output.scoreOf(
        std::span(result.outputs)
            .subspan(std::size_t(row * columns), std::size_t(columns))));
  const std::size_t count = sparse ? rows.columns.size() : rows.features.size();
  auto firstOf = [&](std::int64_t row) {
    return std::size_t(sparse ? rows.starts[std::size_t(row)]
                              : row * widthOf(program(), rows));
  };
  auto finish = [&](std::vector<double> gradients) {
    result.parts = std::move(gradients);
    for (std::size_t at = 0; at < count; ++at)
      result.parts[at] *= valueAt(rows, sparse, at) * output.scale;
    result.gaps.clear();
    double largest = 0;
    for (std::int64_t row = 0; row < rows.count; ++row) {
      double gap = result.scores[std::size_t(row)] - result.baseline;
      for (std::size_t at = firstOf(row); at < firstOf(row + 1); ++at)
        gap -= result.parts[at];
      result.gaps.push_back(gap);
      largest = std::max(largest, std::abs(gap));
    }
    return largest;
  };
  auto gradientsOf = [&](float begin, float end) {
    std::vector<double> gradients(count);
    addGradients(rows, output.direction, begin, end, 1, gradients);
    return gradients;
  };
  if (method == ExplainMethod::Gradient) {
    finish(gradientsOf(1, 1));
    return result;
  }
  if (hasClosedPaths_) {
    finish(gradientsOf(0, 1));
    return result;
  }
  for (result.points = 8;; result.points *= 2) {
    std::vector<double> gradients(count);
    for (const QuadraturePoint &point : gaussLegendre(result.points))
      addGradients(rows, output.direction, float(point.place),
                   float(point.place), point.weight, gradients);
    if (finish(std::move(gradients)) <= output.tolerance() ||
        result.points == mostPoints)
      return result;
  }
}

} // namespace mlc::runtime
