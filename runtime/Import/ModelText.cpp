//===- ModelText.cpp - A model file for a data set ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/ModelText.h"

#include "Error.h"

#include <algorithm>
#include <array>
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

/// Whether labels are numbers of any size.
static bool isOfQuantities(const Dataset &data) {
  return std::string_view(taskOf(data).loss) == "mse";
}

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

/// As a model file says it, an average of the weights over about a thirtieth of
/// so many steps; none where that is less than ten, and never of more than
/// 10,000, since four digits tell no more of them.
static std::string averageOf(std::int64_t steps) {
  constexpr std::int64_t parts = 30, least = 10 * parts;
  if (steps < least)
    return "";
  const double averaged = std::min(double(steps) / double(parts), 1e4);
  return fmt::format(" ema({:.4f})", 1 - 1 / averaged);
}

LearningDefaults mlc::runtime::learningDefaults(const Dataset &data,
                                                bool isLinear) {
  constexpr std::int64_t leastEpochs = 4, mostEpochs = 100;
  const auto epochs = [&](std::int64_t examples) {
    return std::clamp(examples / data.rows(), leastEpochs, mostEpochs);
  };
  const std::int64_t small = data.rows() < 1000 ? 16 : 64;
  if (data.isSparse())
    return {.hidden = {isWide(data) ? 16 : 128},
            .batch = small,
            .epochs = epochs(isWide(data) ? 100'000 : 200'000),
            .rate = 1e-3,
            .settings = isWide(data) ? ", lazy" : ""};
  constexpr std::int64_t manyRows = 10'000, largeBatch = 256;
  const bool isOfQuantity = !isLinear && isOfQuantities(data);
  const std::int64_t large = isOfQuantity ? largeBatch / 2 : largeBatch,
                     batch = data.rows() < manyRows ? small : large;
  const double share = std::sqrt(double(batch) / double(largeBatch));
  if (!isOfQuantity)
    return {.hidden = {256, 256, 256},
            .activation = Activation::Gelu,
            .dropout = 0.1,
            .batch = batch,
            .epochs = epochs(2'400'000),
            .rate = 3e-3 * share};
  const std::int64_t passes = epochs(760'000);
  return {.isScaled = true,
          .hidden = {256, 256, 256},
          .activation = Activation::Mish,
          .batch = batch,
          .epochs = passes,
          .rate = 0.07 * share,
          .settings = ", beta2 = 0.95",
          .schedule = " schedule(cosine, warmup = 0.1)" +
                      averageOf(passes * data.rows() / batch)};
}

namespace {
/// Writes a model file from its first to its last line.
class ModelWriter {
public:
  ModelWriter(const Dataset &data, const ModelOptions &options)
      : data_(data), options_(options), task_(taskOf(data)),
        defaults_(learningDefaults(data, options.isLinear)),
        hidden_(options.hidden) {
    if (hidden_.empty() && !options.isLinear)
      hidden_ = defaults_.hidden;
    sizes_ = {options.hasOpenSizes ? "?features"
                                   : std::to_string(data.width())};
    for (std::int64_t units : hidden_)
      sizes_.push_back(std::to_string(units));
    sizes_.push_back(options.hasOpenSizes ? "?outputs"
                                          : std::to_string(task_.outputs));
    labels_ = data.hasClassLabels() ? "tensor<?xi32>" : "!outputs";
  }

  std::string write(const std::string &name) {
    addTypes();
    add("\ngraph.program @{} {{\n  // Weights are [in, out].\n", name);
    if (defaults_.isScaled)
      add("  // Each feature has a factor. Weights start with a deviation of "
          "1/sqrt(in), and\n"
          "  // learn by as much of the rate (RealMLP, arXiv:2407.04491).\n"
          "  %s = graph.parameter \"scale\" constant(1.0) rate(6) : "
          "tensor<{}xf32>\n",
          sizes_.front());
    for (std::size_t layer = 1; layer < sizes_.size(); ++layer)
      addParameters(layer);
    addPrediction();
    addLoss();
    add("  graph.train adam(learning_rate = {:.4g}{}) batch({}) "
        "epochs({}){}\n}}\n",
        defaults_.rate, defaults_.settings, defaults_.batch, defaults_.epochs,
        defaults_.schedule);
    return std::move(text_);
  }

private:
  template <typename... Values>
  void add(fmt::format_string<const Values &...> line,
           const Values &...values) {
    fmt::format_to(std::back_inserter(text_), line, values...);
  }

  bool isLast(std::size_t layer) const { return layer + 1 == sizes_.size(); }
  bool isNormalized(std::size_t layer) const {
    return options_.hasBatchNorm && !isLast(layer);
  }
  /// Of what a layer gives.
  std::string typeOf(std::size_t layer) const {
    return isLast(layer) ? "!outputs"
                         : fmt::format("tensor<?x{}xf32>", sizes_[layer]);
  }

  void addTypes() {
    add("// {} rows of {} features; the label is {}.\n"
        "!rows = tensor<?x{}xf32{}>\n"
        "!outputs = tensor<?x{}xf32>\n",
        data_.rows(), data_.width(), task_.labels, sizes_.front(),
        data_.isSparse() ? ", #graph.csr" : "", sizes_.back());
  }

  std::string weightStart(std::size_t layer) const {
    // Rows that are hardly filled need more than their width suggests.
    if (!defaults_.isScaled)
      return layer == 1 && isWide(data_) ? "uniform(0.01)" : "uniform_fan_in";
    const std::int64_t terms = layer == 1 ? data_.width() : hidden_[layer - 2];
    const double deviation = 1 / std::sqrt(double(terms));
    return isLast(layer)
               ? fmt::format("zeros rate({:.6})", deviation)
               : fmt::format("normal({0:.6}) rate({0:.6})", deviation);
  }

  void addParameters(std::size_t layer) {
    add("  %w{0} = graph.parameter \"layer{0}.weight\" {1} : "
        "tensor<{2}x{3}xf32>\n",
        layer, weightStart(layer), sizes_[layer - 1], sizes_[layer]);
    if (!isNormalized(layer)) {
      const char *start = !defaults_.isScaled ? "zeros"
                          : isLast(layer)     ? "zeros rate(0.1)"
                                              : "normal(1.0) rate(0.1)";
      add("  %b{0} = graph.parameter \"layer{0}.bias\" {1} : "
          "tensor<{2}xf32>\n",
          layer, start, sizes_[layer]);
      return;
    }
    constexpr std::array<const char *, 3> parts[] = {
        {"g", "weight", "constant(1.0)"},
        {"b", "bias", "zeros"},
        {"m", "running_mean", "zeros running"},
        {"v", "running_var", "constant(1.0) running"}};
    for (const auto &[letter, part, first] : parts)
      add("  %{0}{1} = graph.parameter \"norm{1}.{2}\" {3} : "
          "tensor<{4}xf32>\n",
          letter, layer, part, first, sizes_[layer]);
  }

  /// A layer's sums, of what the newest op has made.
  void addLayer(std::size_t layer) {
    const std::string made = typeOf(layer), &size = sizes_[layer];
    const std::string input = layer == 1 ? "!rows" : typeOf(layer - 1);
    if (!isNormalized(layer)) {
      add("    %h{0} = graph.linear {1}, %w{0}, %b{0} : {2}, "
          "tensor<{3}x{4}xf32>, tensor<{4}xf32>\n",
          layer, last_, input, sizes_[layer - 1], size);
      last_ = fmt::format("%h{}", layer);
      return;
    }
    // A bias would be subtracted again with the mean.
    add("    %h{0} = graph.linear {1}, %w{0} : {2}, tensor<{3}x{4}xf32>\n",
        layer, last_, input, sizes_[layer - 1], size);
    add("    %n{0} = graph.batch_norm %h{0}, %g{0}, %b{0}, %m{0}, %v{0} : {1}, "
        "tensor<{2}xf32>, tensor<{2}xf32>, tensor<{2}xf32>, tensor<{2}xf32>\n",
        layer, made, size);
    last_ = fmt::format("%n{}", layer);
  }

  void addPrediction() {
    const Activation activation =
        options_.activation.value_or(defaults_.activation);
    const double dropout = options_.dropout.value_or(defaults_.dropout);
    text_ += "\n  graph.predict(%x: !rows) {\n";
    if (defaults_.isScaled) {
      add("    %x0 = graph.scale_columns %x, %s : !rows, tensor<{}xf32>\n",
          sizes_.front());
      last_ = "%x0";
    }
    for (std::size_t layer = 1; layer < sizes_.size(); ++layer) {
      addLayer(layer);
      if (isLast(layer))
        break;
      add("    %a{0} = graph.{1} {2} : {3}\n", layer, spell(activation), last_,
          typeOf(layer));
      last_ = fmt::format("%a{}", layer);
      if (!(dropout > 0))
        continue;
      add("    %d{0} = graph.dropout {1}, {2:#} : {3}\n", layer, last_, dropout,
          typeOf(layer));
      last_ = fmt::format("%d{}", layer);
    }
    add("    graph.yield {} : !outputs\n  }}\n", last_);
  }

  void addLoss() {
    const bool isWeighted = options_.isWeighted || !data_.weights().empty();
    if (isWeighted)
      text_ += "  // %weight is how much each row counts.\n";
    add("  graph.loss(%y: !outputs, %label: {1}{2}) {{\n"
        "    %l = graph.{0} %y, %label{3} : !outputs, {1}\n"
        "    graph.yield %l : tensor<f32>\n"
        "  }}\n",
        task_.loss, labels_, isWeighted ? ", %weight: tensor<?xf32>" : "",
        isWeighted ? " weight(%weight)" : "");
  }

  const Dataset &data_;
  const ModelOptions &options_;
  const Task task_;
  const LearningDefaults defaults_;
  std::vector<std::int64_t> hidden_;
  std::vector<std::string> sizes_; ///< Of rows, of each layer's output.
  std::string labels_;             ///< Their type.
  std::string text_, last_ = "%x"; ///< What the newest op has made.
};
} // namespace

std::string mlc::runtime::modelFor(const Dataset &data, const std::string &name,
                                   const ModelOptions &options) {
  if (data.hasClassLabels() && data.labelColumns() > 1)
    throw InputError(fmt::format(
        "{}: its rows have {} classes each, for which no model is written; "
        "write one by hand, whose labels are tensor<?x{}xi32> "
        "(graph.cross_entropy)",
        data.path(), data.labelColumns(), data.labelColumns()));
  return ModelWriter(data, options).write(name);
}
