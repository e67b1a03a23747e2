//===- FirstWeights.cpp - What a training starts from ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/FirstWeights.h"

#include "Commands/SharedOptions.h"
#include "Program/Weights.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sstream>

namespace mlc::runtime {

std::string readWeightNames(const std::string &text, WeightNames &names) {
  std::istringstream list(text);
  for (std::string entry; std::getline(list, entry, ',');) {
    const std::size_t sign = entry.find('=');
    if (sign == 0 || sign == std::string::npos)
      return fmt::format("expected PARAMETER=TENSOR, or PARAMETER= for one "
                         "that takes none, but got {:?}",
                         entry);
    const std::string name = entry.substr(0, sign);
    if (!names.tensors.emplace(name, entry.substr(sign + 1)).second)
      return fmt::format("expected each parameter once, but {:?} is there "
                         "twice",
                         name);
  }
  return names.tensors.empty() ? "expected PARAMETER=TENSOR, but got nothing"
                               : "";
}

void addFirstWeightsOptions(CLI::App &command, FirstWeights &first) {
  CLI::Option *init =
      addFile(command, "--init", first.init, "weights to start from");
  command
      .add_option_function<std::string>(
          "--init-map",
          [&first](const std::string &text) {
            first.map = text;
            readWeightNames(text, first.names);
          },
          "which tensors of --init parameters of other names are, NAME=TENSOR, "
          "separated by commas; NAME= keeps its random values")
      ->check([](const std::string &text) {
        WeightNames ignored;
        return readWeightNames(text, ignored);
      })
      ->needs(init)
      ->type_name("NAMES");
  command
      .add_option_function<std::string>(
          "--init-missing",
          [&first](const std::string &text) {
            first.names.mayMiss = text == "random";
          },
          "what becomes of parameters that --init has no tensor for: error "
          "(default), or random, which also leaves out tensors that are no "
          "parameter's")
      ->check(CLI::IsMember({"error", "random"}))
      ->needs(init)
      ->type_name("WHAT");
}

std::string setFirstWeights(const MlcProgram &program,
                            const TrainCommand &command,
                            const Examples &training,
                            const SafetensorsFile *init, Model &model) {
  model.initialize(command.trainer.seed);
  if (!init)
    return "";
  training.expectSameVectorizer(*init);
  const UnmetWeights unmet =
      loadWeights(*init, program, model, command.first.names);
  std::string text;
  if (!unmet.parameters.empty())
    text = fmt::format("{}: {} of {} parameters keep{} random values: {}",
                       init->path(), unmet.parameters.size(),
                       program.parameter_count,
                       unmet.parameters.size() == 1 ? "s its" : " their",
                       fmt::join(unmet.parameters, ", "));
  if (!unmet.tensors.empty())
    text +=
        fmt::format("{} not used: {}", text.empty() ? init->path() + ":" : ";",
                    fmt::join(unmet.tensors, ", "));
  return text;
}

} // namespace mlc::runtime
