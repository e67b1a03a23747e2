//===- ModelText.cpp - A model file for a data set ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/ModelText.h"

#include "Error.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <iterator>

using namespace mlc::runtime;

namespace {
bool isWide(const Dataset &data) {
  constexpr std::int64_t wideFeatures = 20'000;
  return data.isSparse() && data.width() > wideFeatures;
}

/// What is learned.
struct Task {
  const char *loss, *labels;
  std::int64_t outputs;
};

Task taskOf(const Dataset &data) {
  if (data.hasClassLabels()) {
    const auto names = static_cast<std::int64_t>(data.classNames().size());
    const std::int64_t largest = std::ranges::max(data.classLabels());
    return {"cross_entropy", "one of the classes",
            std::max(names, largest + 1)};
  }
  const bool areBinary =
      !data.target() && std::ranges::all_of(data.realLabels(), [](float label) {
        return label == 0 || label == 1;
      });
  return {areBinary ? "bce_with_logits" : "mse",
          areBinary ? "0 or 1" : "a number", data.labelColumns()};
}

const char *spell(Activation activation) {
  return std::ranges::find(activationNames, activation,
                           [](auto &name) { return name.second; })
      ->first;
}
} // namespace

std::int64_t mlc::runtime::outputsFor(const Dataset &data) {
  return taskOf(data).outputs;
}

const char *mlc::runtime::lossFor(const Dataset &data) {
  return taskOf(data).loss;
}

std::string mlc::runtime::withSizesOf(const Dataset &data, std::string text) {
  const auto fill = [&](std::string_view size, std::int64_t number) {
    for (std::size_t at = 0; (at = text.find(size, at)) != text.npos;)
      text.replace(at, size.size(), std::to_string(number));
  };
  fill("?features", data.width());
  fill("?outputs", outputsFor(data));
  return text;
}

LearningDefaults mlc::runtime::learningDefaults(const Dataset &data) {
  constexpr std::int64_t leastEpochs = 4, mostEpochs = 100;
  const auto epochs = [&](std::int64_t examples) {
    return std::clamp(examples / data.rows(), leastEpochs, mostEpochs);
  };
  const std::int64_t small = data.rows() < 1000 ? 16 : 64;
  if (data.isSparse())
    return {.hidden = {isWide(data) ? 16 : 128},
            .batch = small,
            .epochs = epochs(isWide(data) ? 100'000 : 200'000),
            .rate = 1e-3};
  constexpr std::int64_t manyRows = 10'000, largeBatch = 256;
  constexpr double rateOfLargeBatch = 3e-3;
  const std::int64_t batch = data.rows() < manyRows ? small : largeBatch;
  return {.isDense = true,
          .hidden = {256, 256, 256},
          .activation = Activation::Gelu,
          .dropout = 0.1,
          .batch = batch,
          .epochs = epochs(2'400'000),
          .rate =
              rateOfLargeBatch * std::sqrt(double(batch) / double(largeBatch))};
}

std::string mlc::runtime::modelFor(const Dataset &data, const std::string &name,
                                   const ModelOptions &options) {
  const Task task = taskOf(data);
  if (data.hasClassLabels() && data.labelColumns() > 1)
    throw InputError(fmt::format(
        "{}: its rows have {} classes each, for which no model is written; "
        "write one by hand, whose labels are tensor<?x{}xi32> "
        "(graph.cross_entropy)",
        data.path(), data.labelColumns(), data.labelColumns()));
  const LearningDefaults defaults = learningDefaults(data);
  std::vector<std::int64_t> hidden = options.hidden;
  if (hidden.empty() && !options.isLinear)
    hidden = defaults.hidden;
  const Activation activation =
      options.activation.value_or(defaults.activation);
  const double dropout = options.dropout.value_or(defaults.dropout);
  const std::size_t layers = hidden.size() + 1;
  std::vector<std::string> sizes = {
      options.hasOpenSizes ? "?features" : std::to_string(data.width())};
  for (std::int64_t units : hidden)
    sizes.push_back(std::to_string(units));
  sizes.push_back(options.hasOpenSizes ? "?outputs"
                                       : std::to_string(task.outputs));
  std::string text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out,
                 "// {} rows of {} features; the label is {}.\n"
                 "!rows = tensor<?x{}xf32{}>\n"
                 "!outputs = tensor<?x{}xf32>\n",
                 data.rows(), data.width(), task.labels, sizes.front(),
                 data.isSparse() ? ", #graph.csr" : "", sizes.back());
  const bool areClasses = data.hasClassLabels();
  const char *labels = areClasses ? "tensor<?xi32>" : "!outputs";
  fmt::format_to(out,
                 "\ngraph.program @{} {{\n"
                 "  // Weights are [in, out]; a layer's first bias as its "
                 "weights.\n",
                 name);
  for (std::size_t layer = 1; layer <= layers; ++layer) {
    const std::string &in = sizes[layer - 1], &size = sizes[layer];
    // Rows that are hardly filled need more than their width suggests.
    const std::string start =
        layer == 1 && isWide(data) ? "uniform(0.01)" : "uniform_fan_in";
    fmt::format_to(out,
                   "  %w{0} = graph.parameter \"layer{0}.weight\" {1} : "
                   "tensor<{2}x{3}xf32>\n"
                   "  %b{0} = graph.parameter \"layer{0}.bias\" zeros : "
                   "tensor<{3}xf32>\n",
                   layer, start, in, size);
  }
  text += "\n  graph.predict(%x: !rows) {\n";
  std::string last = "%x", type = "!rows";
  for (std::size_t layer = 1; layer <= layers; ++layer) {
    const bool isLast = layer == layers;
    const std::string made =
        isLast ? "!outputs" : fmt::format("tensor<?x{}xf32>", sizes[layer]);
    fmt::format_to(out,
                   "    %h{0} = graph.linear {1}, %w{0}, %b{0} : {2}, "
                   "tensor<{3}x{4}xf32>, tensor<{4}xf32>\n",
                   layer, last, type, sizes[layer - 1], sizes[layer]);
    last = fmt::format("%h{}", layer);
    type = made;
    if (isLast)
      break;
    fmt::format_to(out, "    %a{0} = graph.{1} {2} : {3}\n", layer,
                   spell(activation), last, made);
    last = fmt::format("%a{}", layer);
    if (dropout > 0) {
      fmt::format_to(out, "    %d{0} = graph.dropout {1}, {2:#} : {3}\n", layer,
                     last, dropout, made);
      last = fmt::format("%d{}", layer);
    }
  }
  const bool isWeighted = options.isWeighted || !data.weights().empty();
  fmt::format_to(out,
                 "    graph.yield {0} : !outputs\n"
                 "  }}\n"
                 "{7}"
                 "  graph.loss(%y: !outputs, %label: {1}{8}) {{\n"
                 "    %l = graph.{2} %y, %label{9} : !outputs, {1}\n"
                 "    graph.yield %l : tensor<f32>\n"
                 "  }}\n"
                 "  graph.train adam(learning_rate = {3}{4}) batch({5}) "
                 "epochs({6})\n"
                 "}}\n",
                 last, labels, task.loss, defaults.rate,
                 isWide(data) ? ", lazy" : "", defaults.batch, defaults.epochs,
                 isWeighted ? "  // %weight is how much each row counts.\n"
                            : "",
                 isWeighted ? ", %weight: tensor<?xf32>" : "",
                 isWeighted ? " weight(%weight)" : "");
  return text;
}
