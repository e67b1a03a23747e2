//===- Training.cpp - From files to a trained program ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Training.h"

#include "Error.h"
#include "Import/ModelText.h"
#include "Metrics/Threshold.h"
#include "System/Console.h"

#include <charconv>
#include <filesystem>
#include <fmt/core.h>

using namespace mlc;
using namespace mlc::runtime;
namespace fs = std::filesystem;

Training::Training(const TrainOptions &options) : options_(options) {
  std::string text = options.validation;
  if (text.empty())
    text = options.test.empty() ? "0.2" : "0";
  const char *end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, rows_.share);
  if (error != std::errc() || rest != end) {
    rows_.share = 0;
    rows_.other = text;
  } else if (!(rows_.share >= 0 && rows_.share < 1)) {
    throw UsageError("--validation: expected a share from 0, below 1, or a "
                     "file");
  }
  rows_.mayBeFew = !options.validation.empty();
  if (!options.threshold.empty() &&
      !fixedThreshold(options.threshold, "--threshold"))
    ThresholdRule(options.threshold, "--threshold");
  if (options.calibrates && (!rows_.mayChoose() || !options.dataset.empty()))
    throw UsageError(
        fmt::format("{}: chosen by the rows that are set aside, but {}",
                    options.threshold.empty() ? "--calibrate" : "--threshold",
                    options.dataset.empty()
                        ? "none are; give --validation"
                        : "of --data no file has them; calibrate the program "
                          "with other rows (PROGRAM calibrate)"));
  rows_.dataset = options.dataset;
  if (options.dataset.empty())
    return;
  if (!options.data.empty())
    throw UsageError(fmt::format("{}: --data takes the place of inputs and of "
                                 "what mlc data is told; leave it out",
                                 options.data.front()));
  if (!rows_.other.empty())
    throw UsageError(fmt::format("--validation: expected a share beside "
                                 "--data, but got {:?}",
                                 text));
}

std::string Training::in(const std::string &name) const {
  return fs::path(options_.folder) / name;
}

void Training::execute(Words command) const {
  if (options_.isQuiet && command[1] == "data")
    command.push_back("-q");
  mlc::execute(command, "", !options_.isQuiet);
}

void Training::makeTestSet() const {
  Words command = {"mlc", "data", options_.test, "--like",
                   options_.dataset.empty() ? in("train.safetensors")
                                            : options_.dataset};
  addGiven(command, "--threads", options_.learning.threads);
  command.insert(command.end(), {"-o", in("test.safetensors")});
  execute(command);
}

void Training::judge(const Learner &learner, const std::string &weights,
                     const std::string &rows, bool writesReport) const {
  Words command = {learner.program(), "eval",
                   "--data",          rows,
                   "--weights",       fs::path(learner.folder()) / weights};
  if (writesReport)
    command.insert(command.end(), {"--report", in("report.html")});
  addGiven(command, "--threads", options_.learning.threads);
  execute(command);
}

/// The program again, with what it learned inside.
void Training::packUp() const {
  if (options_.isSingleFile)
    execute({"mlc", "compile", in("model.mlir"), "--weights", in(weights_),
             "--static", "-o", in("program")});
}

void Training::tellHowToAsk() const {
  std::string ask = quoted(in("program")) + " predict";
  if (!options_.isSingleFile)
    ask += " --weights " + quoted(in(weights_));
  printNote(kind_ == InputKind::Texts
                ? fmt::format("to ask it: echo 'a sentence' | {} --text", ask)
                : fmt::format("to ask it: {} --json --data FILE", ask));
}

/// Labels that calibrate would refuse, after all the training.
void Training::expectProbabilities(const Dataset &data) const {
  const std::string loss = lossFor(data);
  const bool hasRule = !options_.threshold.empty();
  if (loss == "mse" && options_.learning.model.empty())
    throw UsageError(fmt::format("{}: the labels are quantities, which have no "
                                 "probabilities; leave it out",
                                 hasRule ? "--threshold" : "--calibrate"));
  if (hasRule && loss == "cross_entropy" && outputsFor(data) != 2)
    throw UsageError(fmt::format(
        "--threshold: decides between two classes, but the labels have {}, of "
        "which the most likely is the answer; give --calibrate in its place",
        outputsFor(data)));
}

/// How sure the program may be is seen from rows that it has not learned, so
/// before the second pass.
void Training::calibrate(Learner &learner) {
  const fs::path folder = learner.folder();
  const std::string output = folder / "calibrated.safetensors";
  Words command = {learner.program(), "calibrate",
                   "--data",          folder / "validation.safetensors",
                   "--weights",       folder / "weights.safetensors"};
  addGiven(command, "--threshold", options_.threshold);
  addGiven(command, "--threads", options_.learning.threads);
  command.insert(command.end(), {"-o", output});
  execute(command);
  if (learner.hasSecondPass())
    learner.decideAs(output);
  else
    weights_ = "calibrated.safetensors";
}

/// Both passes; between them, what the first one's rows say of it.
void Training::learn(Learner &learner) {
  learner.choose();
  if (options_.test.empty() && rows_.mayChoose() && rows_.dataset.empty())
    judge(learner, weights_,
          fs::path(learner.folder()) / "validation.safetensors", false);
  if (options_.calibrates)
    calibrate(learner);
  if (learner.hasSecondPass() && !options_.isQuiet)
    printNote(fmt::format("now from all rows, those that were set aside among "
                          "them, for {} epochs",
                          learner.chosen().sum()));
  learner.learnFromAll();
}

void Training::run() {
  Learner learner(options_.learning, rows_, options_.folder, options_.mayRefit,
                  options_.isQuiet);
  if (options_.test.empty())
    learner.reportTo(in("report.html"));
  if (options_.calibrates)
    learner.checkData(
        [this](const Dataset &data) { expectProbabilities(data); });
  std::error_code error;
  const bool isNew = !fs::exists(options_.folder, error);
  try {
    if (options_.dataset.empty()) {
      const DataWords data = readDataWords(options_.data, "mlc train");
      rows_.data = data.words;
      rows_.inputs = data.inputs;
      kind_ = data.kind;
    }
    learn(learner);
  } catch (...) {
    // Nothing of a run that did not start.
    const fs::path made = fs::path(learner.folder()) / "model.mlir";
    if (isNew && !fs::exists(made, error))
      fs::remove_all(options_.folder, error);
    throw;
  }
  if (!options_.test.empty()) {
    makeTestSet();
    judge(learner, weights_, in("test.safetensors"), true);
  }
  packUp();
  if (!options_.isQuiet)
    tellHowToAsk();
}
