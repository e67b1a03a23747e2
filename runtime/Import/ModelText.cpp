//===- ModelText.cpp - A model file for a data set ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/ModelText.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <iterator>

using namespace mlc::runtime;

static constexpr std::int64_t wideFeatures = 20'000;

namespace {
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

std::string mlc::runtime::modelFor(const Dataset &data, const std::string &name,
                                   const ModelOptions &options) {
  const Task task = taskOf(data);
  const bool isWide = data.isSparse() && data.width() > wideFeatures;
  std::vector<std::int64_t> hidden = options.hidden;
  if (hidden.empty() && !options.isLinear)
    hidden = isWide            ? std::vector<std::int64_t>{16}
             : data.isSparse() ? std::vector<std::int64_t>{128}
                               : std::vector<std::int64_t>{256, 256};
  // Wide rows are soon known by heart; dense ones take long to be learned.
  constexpr std::int64_t leastEpochs = 4, mostEpochs = 100;
  const std::int64_t examples = isWide            ? 100'000
                                : data.isSparse() ? 200'000
                                                  : 2'000'000;
  const std::int64_t epochs =
      std::clamp(examples / data.rows(), leastEpochs, mostEpochs);

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
        layer == 1 && isWide ? "uniform(0.01)" : "uniform_fan_in";
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
                   spell(options.activation), last, made);
    last = fmt::format("%a{}", layer);
    if (options.dropout > 0) {
      fmt::format_to(out, "    %d{0} = graph.dropout {1}, {2:#} : {3}\n", layer,
                     last, options.dropout, made);
      last = fmt::format("%d{}", layer);
    }
  }
  fmt::format_to(out,
                 "    graph.yield {0} : !outputs\n"
                 "  }}\n"
                 "  graph.loss(%y: !outputs, %label: {1}) {{\n"
                 "    %l = graph.{2} %y, %label : !outputs, {1}\n"
                 "    graph.yield %l : tensor<f32>\n"
                 "  }}\n"
                 "  graph.train adam(learning_rate = 1.0e-3{3}) batch({4}) "
                 "epochs({5})\n"
                 "}}\n",
                 last, labels, task.loss, isWide ? ", lazy" : "",
                 data.rows() < 1000 ? 16 : 64, epochs);
  return text;
}
