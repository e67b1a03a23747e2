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
#include "TwoRates.h"

#include <boost/json.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <limits>

using namespace mlc;
using namespace mlc::runtime;
namespace fs = std::filesystem;

std::string TrialRunner::in(const std::string &name) const {
  return fs::path(options_.folder) / name;
}

std::string TrialRunner::training(std::size_t fold) const {
  if (!options_.dataset.empty())
    return options_.dataset;
  return in(options_.folds > 0
                ? fmt::format("trials/train-{}.safetensors", fold + 1)
                : "trials/train.safetensors");
}

/// Empty where the program itself sets rows aside.
std::string TrialRunner::judging(std::size_t fold) const {
  if (!options_.dataset.empty())
    return "";
  return in(options_.folds > 0
                ? fmt::format("trials/held-out-{}.safetensors", fold + 1)
                : "trials/validation.safetensors");
}

void TrialRunner::makeData() {
  if (!options_.dataset.empty())
    return;
  std::error_code ignored; // The first file tells.
  fs::create_directories(in("trials"), ignored);
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
  if (!options_.learning.model.empty())
    return readText(options_.learning.model);
  const Dataset data(training(fold));
  ModelOptions model = options_.learning.modelOptions();
  model.hasOpenSizes = true; // In the end it learns from all rows.
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
  if (const auto given = options_.learning.epochsGiven())
    return *given;
  return epochsIn(modelText({}, 0), options_.learning.model);
}

std::string TrialRunner::folderOf(const Trial &trial, std::size_t fold) const {
  std::string name = fmt::format("trials/{}", trial.plan.configuration);
  if (options_.folds > 0)
    name += fmt::format("/fold-{}", fold + 1);
  return in(name);
}

void TrialRunner::compile(const Trial &trial, std::size_t fold) {
  const fs::path folder = folderOf(trial, fold);
  if (fs::exists(folder / "info.json"))
    return;
  std::error_code error;
  fs::create_directories(folder, error);
  const std::string model = folder / "model.mlir";
  writeText(model,
            editModel(modelText(trial.settings, fold), trial.settings, model));
  execute({"mlc", "compile", model, "--data", training(fold), "-o",
           folder / "program"});
  infoOf(folder / "program", folder / "info.json");
}

/// What a trial's program says of itself, which `compile` left.
static boost::json::object readInfo(const fs::path &folder) {
  return boost::json::parse(readText(folder / "info.json")).as_object();
}

bool TrialRunner::runFold(Trial &trial, std::size_t fold,
                          const std::function<double()> &secondsLeft) {
  const fs::path folder = folderOf(trial, fold);
  const boost::json::object told = readInfo(folder);
  TwoRates training = {.program = folder / "program",
                       .folder = folder,
                       .data = this->training(fold),
                       .judging = {},
                       .chooses = true,
                       .learning = options_.learning,
                       .rate = options_.learning.rateGiven().value_or(
                           told.at("learning_rate").to_number<double>()),
                       .first = {"--checkpoints", folder / "checkpoints"},
                       .last = {},
                       .mayGoOn = true,
                       .output = folder / "epochs.txt",
                       .secondsLeft = secondsLeft};
  if (const std::string path = judging(fold); !path.empty())
    training.judging = {"--test", path};
  else
    training.judging = {"--validation", fmt::format("{}", options_.validation)};
  // Where the learning rate depends on how long the training is to be, a longer
  // one is another from its first step on.
  const boost::json::value &schedule = told.at("schedule");
  std::error_code ignored;
  training.isScheduled = schedule.at("depends_on_epochs").as_bool();
  if (training.isScheduled)
    fs::remove_all(folder / "checkpoints", ignored);
  if (fs::exists(folder / "checkpoints"))
    training.first.push_back("--resume");
  const auto result = training.train(
      epochsOf(trial.plan.epochs, !Dataset(training.data).isSparse(),
               !schedule.at("is_constant").as_bool()));
  if (!result)
    return false;
  trial.value += result->value / double(pairs());
  trial.bestEpoch += double(result->best.sum()) / double(pairs());
  return true;
}

bool TrialRunner::run(Trial &trial,
                      const std::function<double()> &secondsLeft) {
  trial.value = trial.bestEpoch = 0;
  for (std::size_t fold = 0; fold < pairs(); ++fold) {
    compile(trial, fold);
    constexpr double bytesEach = 4;
    if (bytesEach * readInfo(folderOf(trial, fold))
                        .at("parameter_elements")
                        .to_number<double>() >
        options_.mostBytes) {
      trial.value = std::numeric_limits<double>::quiet_NaN();
      return true;
    }
    if (!runFold(trial, fold, secondsLeft))
      return false;
  }
  return true;
}

Words TrialRunner::trainingOf(const Trial &trial) const {
  Words command = {"mlc", "train"};
  command.insert(command.end(), options_.data.begin(), options_.data.end());
  addGiven(command, "--data", options_.dataset);
  command.insert(command.end(),
                 {"--model", fs::path(folderOf(trial, 0)) / "model.mlir",
                  "--epochs", fmt::format("{}", trial.plan.epochs),
                  "--validation", fmt::format("{}", options_.validation)});
  if (options_.learning.selectBy != "loss")
    command.insert(command.end(), {"--select-by", options_.learning.selectBy});
  addGiven(command, "--learning-rate", options_.learning.rate);
  addGiven(command, "--seed", options_.learning.seed);
  addGiven(command, "--threads", options_.learning.threads);
  if (!options_.mayRefit)
    command.push_back("--no-refit");
  command.insert(command.end(), {"-o", options_.folder});
  return command;
}
