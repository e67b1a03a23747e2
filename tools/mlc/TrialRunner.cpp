//===- TrialRunner.cpp - Trains one configuration -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrialRunner.h"

#include "Commands/OutputPaths.h"
#include "Data/Dataset.h"
#include "Error.h"
#include "Import/ModelText.h"
#include "JsonNumber.h"
#include "Metrics/Measure.h"

#include <boost/json.hpp>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <sstream>

using namespace mlc;
using namespace mlc::runtime;
namespace fs = std::filesystem;
namespace json = boost::json;

std::string TrialRunner::in(const std::string &name) const {
  return fs::path(options_.folder) / name;
}

std::string TrialRunner::training(std::size_t fold) const {
  if (!options_.dataset.empty())
    return options_.dataset;
  return in(options_.folds > 0 ? fmt::format("train-{}.safetensors", fold + 1)
                               : "train.safetensors");
}

/// Empty where the program itself sets rows aside.
std::string TrialRunner::judging(std::size_t fold) const {
  if (!options_.dataset.empty())
    return "";
  return in(options_.folds > 0
                ? fmt::format("held-out-{}.safetensors", fold + 1)
                : "validation.safetensors");
}

void TrialRunner::makeData() {
  if (!options_.dataset.empty())
    return;
  for (std::size_t fold = 0; fold < pairs(); ++fold) {
    // Files are whole where they are there, and say the same again.
    if (options_.isResumed && fs::exists(training(fold)) &&
        fs::exists(judging(fold)))
      continue;
    Words command = {"mlc", "data"};
    command.insert(command.end(), options_.data.begin(), options_.data.end());
    if (options_.folds > 0)
      command.insert(command.end(), {"--fold", fmt::format("{}/{}", fold + 1,
                                                           options_.folds)});
    else
      command.insert(command.end(),
                     {"--split", fmt::format("{}", options_.validation)});
    addGiven(command, "--seed", options_.learning.seed);
    addGiven(command, "--threads", options_.learning.threads);
    command.insert(command.end(),
                   {"--split-output", judging(fold), "-o", training(fold)});
    execute(command);
  }
}

std::string TrialRunner::dataHash() const {
  std::string hashes;
  for (std::size_t fold = 0; fold < pairs(); ++fold)
    hashes += (fold > 0 ? " " : "") + Dataset(training(fold)).file()->hash();
  return hashes;
}

std::string TrialRunner::modelText(const TrialSettings &settings,
                                   std::size_t fold) const {
  if (!options_.model.empty())
    return readText(options_.model);
  const Dataset data(training(fold));
  ModelOptions model = options_.learning.modelOptions();
  if (settings.hidden) {
    // As many layers as the model for these data has.
    const std::size_t layers = data.isSparse() ? 1 : 2;
    model.hidden.assign(layers, *settings.hidden);
  }
  if (settings.dropout)
    model.dropout = *settings.dropout;
  return modelFor(data, "tuned", model);
}

std::int64_t TrialRunner::ownEpochs() const {
  if (!options_.learning.epochs.empty()) {
    std::int64_t epochs = 0;
    std::istringstream(options_.learning.epochs) >> epochs;
    if (epochs < 1)
      throw UsageError(
          fmt::format("--epochs: expected a number from 1, but got "
                      "{:?}",
                      options_.learning.epochs));
    return epochs;
  }
  const std::string text = modelText({}, 0);
  const std::size_t at = text.rfind("epochs(");
  std::int64_t epochs = 0;
  if (at != text.npos)
    std::istringstream(text.substr(at + 7)) >> epochs;
  if (epochs < 1)
    throw InputError(fmt::format("{}: expected epochs(N) behind the optimiser; "
                                 "give --epochs",
                                 options_.model));
  return epochs;
}

std::string TrialRunner::folderOf(const Trial &trial, std::size_t fold) const {
  std::string name = fmt::format("trials/{}", trial.plan.configuration);
  if (options_.folds > 0)
    name += fmt::format("/fold-{}", fold + 1);
  return in(name);
}

void TrialRunner::addJudging(Words &command, std::size_t fold) const {
  if (const std::string path = judging(fold); !path.empty())
    command.insert(command.end(), {"--test", path});
  else
    command.insert(command.end(),
                   {"--validation", fmt::format("{}", options_.validation)});
}

void TrialRunner::compile(const Trial &trial, std::size_t fold) {
  const fs::path folder = folderOf(trial, fold);
  if (fs::exists(folder / "program"))
    return;
  std::error_code error;
  fs::create_directories(folder, error);
  const std::string model = folder / "model.mlir";
  writeText(model,
            editModel(modelText(trial.settings, fold), trial.settings, model));
  execute({"mlc", "compile", model, "--data", training(fold), "-o",
           folder / "program"});
}

static double bytesOfWeights(const std::string &program,
                             const std::string &infoFile) {
  execute({program, "info", "--json"}, infoFile);
  return 4.0 * json::parse(readText(infoFile))
                   .at("parameter_elements")
                   .to_number<double>();
}

bool TrialRunner::train(const Trial &trial, std::size_t fold, double seconds) {
  const fs::path folder = folderOf(trial, fold);
  Words command = {folder / "program", "train", "--data", training(fold)};
  addJudging(command, fold);
  command.insert(
      command.end(),
      {"--epochs", fmt::format("{}", trial.plan.epochs), "--select-by",
       options_.metric, "--best", folder / "weights.safetensors", "--metrics",
       folder / "metrics.jsonl", "--checkpoints", folder / "checkpoints"});
  if (fs::exists(folder / "checkpoints"))
    command.push_back("--resume");
  addGiven(command, "--learning-rate", options_.learning.rate);
  addGiven(command, "--seed", options_.learning.seed);
  addGiven(command, "--threads", options_.learning.threads);
  if (std::isfinite(seconds))
    command.insert(command.end(),
                   {"--max-time", fmt::format("{:.0f}s", std::ceil(seconds))});
  execute(command, folder / "epochs.txt");
  std::size_t epochs = 0;
  std::ifstream lines(folder / "metrics.jsonl");
  for (std::string line; std::getline(lines, line);)
    ++epochs;
  return epochs >= std::size_t(trial.plan.epochs);
}

/// Adds the best value over the epochs, and which it was, each divided by the
/// number of folds.
void TrialRunner::readMetrics(Trial &trial, std::size_t fold) const {
  double best = std::numeric_limits<double>::quiet_NaN(), bestEpoch = 0;
  std::ifstream lines(fs::path(folderOf(trial, fold)) / "metrics.jsonl");
  const bool isLess = isLowerBetter(options_.metric);
  for (std::string line; std::getline(lines, line);) {
    const double number = jsonNumberOf(line, "test_" + options_.metric);
    if (std::isnan(number))
      continue;
    if (std::isnan(best) || (isLess ? number < best : number > best)) {
      best = number;
      bestEpoch = jsonNumberOf(line, "epoch");
    }
  }
  trial.value += best / double(pairs());
  trial.bestEpoch += bestEpoch / double(pairs());
}

bool TrialRunner::run(Trial &trial, double seconds) {
  trial.value = trial.bestEpoch = 0;
  for (std::size_t fold = 0; fold < pairs(); ++fold) {
    compile(trial, fold);
    const fs::path folder = folderOf(trial, fold);
    if (std::isfinite(options_.mostBytes) &&
        bytesOfWeights(folder / "program", folder / "info.json") >
            options_.mostBytes) {
      trial.value = std::numeric_limits<double>::quiet_NaN();
      return true;
    }
    if (!train(trial, fold, seconds))
      return false;
    readMetrics(trial, fold);
  }
  return true;
}

Words TrialRunner::keep(const Trial &trial) {
  const fs::path from = folderOf(trial, 0);
  std::error_code error;
  const auto copy = [&](const char *name) {
    fs::copy_file(from / name, in(name), fs::copy_options::overwrite_existing,
                  error);
    if (error)
      throw InputError(
          fmt::format("{}: cannot be written: {}", in(name), error.message()));
  };
  copy("model.mlir");
  copy("program");
  if (options_.folds == 0)
    copy("weights.safetensors");
  Words command = {in("program"), "train", "--data", training(0)};
  addJudging(command, 0);
  command.insert(command.end(),
                 {"--epochs", fmt::format("{}", trial.plan.epochs),
                  "--select-by", options_.metric, "--best",
                  in("weights.safetensors")});
  addGiven(command, "--learning-rate", options_.learning.rate);
  addGiven(command, "--seed", options_.learning.seed);
  return command;
}
