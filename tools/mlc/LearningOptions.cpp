//===- LearningOptions.cpp - How a model is made and trained --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LearningOptions.h"

#include "Error.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <sstream>
#include <string_view>

using namespace mlc;
using namespace mlc::runtime;

/// Throws UsageError where the text is no number from `least`.
template <typename Number>
static std::optional<Number> numberOf(const char *option, std::string_view text,
                                      Number least) {
  if (text.empty())
    return std::nullopt;
  Number number = 0;
  const char *end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || !(number >= least))
    throw UsageError(fmt::format("{}: expected a number from {}, but got {:?}",
                                 option, least, text));
  return number;
}

void LearningOptions::declare(CLI::App &app) {
  const auto add = [&](const char *name, std::string &value, const char *what,
                       const char *type) {
    return app.add_option(name, value, what)->type_name(type);
  };
  CLI::Option *file =
      add("--model", model,
          "The model file to train; it may have ?features, as words differ "
          "where rows do (default: one is made, as by mlc new)",
          "FILE");
  CLI::Option *units =
      add("--hidden", hidden,
          "Units of each hidden layer (default: by the data)", "N,N");
  app.add_flag("--linear", isLinear, "No hidden layer")->excludes(units);
  add("--activation", activation, "As in mlc new", "KIND");
  add("--dropout", dropout, "As in mlc new", "P");
  app.add_flag("--batch-norm", hasBatchNorm, "As in mlc new")
      ->excludes("--linear");
  for (const char *name :
       {"--hidden", "--linear", "--activation", "--dropout", "--batch-norm"})
    file->excludes(app.get_option(name));
  declareTraining(app);
}

void LearningOptions::declareTraining(CLI::App &app) {
  const auto add = [&](const char *name, std::string &value, const char *what,
                       const char *type) {
    app.add_option(name, value, what)
        ->type_name(type)
        ->check([](const std::string &text) {
          return text.empty() ? "expected a value, but it is empty" : "";
        });
  };
  add("--epochs", epochs,
      "Passes over the data (default: the model's, by the size of the data)",
      "N");
  add("--learning-rate", rate, "Of the optimiser (default: the model's)", "R");
  add("--seed", seed, "Key of all random numbers (default: 0)", "S");
  add("--threads", threads, "Threads to run on", "N");
}

void LearningOptions::declareSelection(CLI::App &app) {
  app.add_option("--select-by", selectBy,
                 "What the number of epochs is chosen by: loss (default), f1, "
                 "roc_auc, ..., as train --measure names them")
      ->type_name("NAME");
}

std::optional<std::int64_t> LearningOptions::epochsGiven() const {
  return numberOf<std::int64_t>("--epochs", epochs, 1);
}

std::optional<double> LearningOptions::rateGiven() const {
  return numberOf<double>("--learning-rate", rate, 0);
}

std::optional<std::int64_t> LearningOptions::threadsGiven() const {
  return numberOf<std::int64_t>("--threads", threads, 1);
}

void LearningOptions::addModel(Words &command) const {
  addGiven(command, "--hidden", hidden);
  if (isLinear)
    command.push_back("--linear");
  addGiven(command, "--activation", activation);
  addGiven(command, "--dropout", dropout);
  if (hasBatchNorm)
    command.push_back("--batch-norm");
}

ModelOptions LearningOptions::modelOptions() const {
  ModelOptions options;
  options.isLinear = isLinear;
  options.hasBatchNorm = hasBatchNorm;
  const auto read = [](const char *name, std::string_view text, auto &number) {
    const char *end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || rest != end || !(number >= 0))
      throw UsageError(
          fmt::format("{}: expected a number, but got {:?}", name, text));
  };
  std::istringstream sizes(hidden);
  for (std::string size; std::getline(sizes, size, ',');)
    read("--hidden", size, options.hidden.emplace_back());
  if (!dropout.empty())
    read("--dropout", dropout, options.dropout.emplace());
  if (options.dropout.value_or(0) >= 1 ||
      std::ranges::count(options.hidden, 0) > 0)
    throw UsageError("expected units of at least 1 and a dropout below 1");
  const auto found = std::ranges::find(activationNames, activation,
                                       [](auto &name) { return name.first; });
  if (found != std::end(activationNames))
    options.activation = found->second;
  else if (!activation.empty())
    throw UsageError(
        fmt::format("--activation: expected relu, gelu, silu, mish, selu, "
                    "tanh or sigmoid, but got {:?}",
                    activation));
  return options;
}
