//===- Training.cpp - From files to a trained program ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Training.h"

#include "Data/Dataset.h"
#include "Error.h"
#include "System/Console.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <limits>

using namespace mlc;
using namespace mlc::runtime;
namespace fs = std::filesystem;

/// A file of a pass, in its folder.
static std::string at(const std::string &folder, const char *name) {
  return fs::path(folder) / name;
}

/// The epoch of the lowest loss on the rows that were set aside.
static std::int64_t bestEpoch(const std::string &metrics) {
  double least = std::numeric_limits<double>::infinity();
  std::int64_t best = 1;
  std::ifstream lines(metrics);
  for (std::string line; std::getline(lines, line);) {
    const boost::json::value epoch = boost::json::parse(line);
    const auto loss = epoch.at("test_loss").to_number<double>();
    if (loss < least) {
      least = loss;
      best = epoch.at("epoch").to_number<std::int64_t>();
    }
  }
  return best;
}

/// The epochs that were asked for; nothing where none were. What is no number
/// is left to the program, which says so.
static std::optional<std::int64_t> askedFor(const std::string &epochs) {
  std::int64_t number = 0;
  const char *end = epochs.data() + epochs.size();
  const auto [rest, error] = std::from_chars(epochs.data(), end, number);
  if (epochs.empty() || error != std::errc() || rest != end)
    return std::nullopt;
  return number;
}

Training::Training(const TrainOptions &options) : options_(options) {
  std::string text = options.validation;
  if (text.empty())
    text = options.test.empty() ? "0.2" : "0";
  const char *end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, share_);
  if (error != std::errc() || rest != end) {
    share_ = 0;
    other_ = text;
  } else if (!(share_ >= 0 && share_ < 1)) {
    throw UsageError("--validation: expected a share from 0, below 1, or a "
                     "file");
  }
}

std::string Training::in(const char *name) const {
  return at(options_.folder, name);
}

void Training::execute(Words command) const {
  const bool hasQuiet = command[1] == "data" || command[1] == "train";
  if (options_.isQuiet && hasQuiet)
    command.push_back("-q");
  mlc::execute(command, "", !options_.isQuiet);
}

void Training::makeLike(const std::string &input, const std::string &like,
                        const std::string &output) const {
  Words command = {"mlc", "data", input, "--like", like};
  addGiven(command, "--threads", options_.learning.threads);
  command.insert(command.end(), {"-o", output});
  execute(command);
}

void Training::makeData(const std::string &folder, bool mayChoose) {
  Words command = {"mlc", "data"};
  command.insert(command.end(), data_.words.begin(), data_.words.end());
  if (!mayChoose && !other_.empty()) // Those that chose are learned from, too.
    command.push_back(other_);
  addGiven(command, "--threads", options_.learning.threads);
  if (mayChoose && share_ > 0) {
    command.insert(command.end(),
                   {"--split", fmt::format("{}", share_), "--split-output",
                    at(folder, "validation.safetensors")});
    addGiven(command, "--seed", options_.learning.seed);
  }
  command.insert(command.end(), {"-o", at(folder, "train.safetensors")});
  execute(command);
  if (mayChoose && !other_.empty())
    makeLike(other_, at(folder, "train.safetensors"),
             at(folder, "validation.safetensors"));
}

void Training::compile(const std::string &folder) const {
  execute({"mlc", "compile", at(folder, "model.mlir"), "--data",
           at(folder, "train.safetensors"), "-o", at(folder, "program")});
}

bool Training::areEnough(const std::string &folder) const {
  // Of fewer, one row more or less decides; whoever names rows wants them used.
  constexpr std::int64_t fewRows = 30;
  const std::int64_t rows =
      Dataset(at(folder, "validation.safetensors")).rows();
  if (rows >= fewRows || !options_.validation.empty())
    return true;
  if (!options_.isQuiet)
    printNote(fmt::format("the {} rows that are set aside are too few to "
                          "choose the number of epochs by; they judge alone",
                          rows));
  return false;
}

void Training::learn(const std::string &folder, bool mayChoose, Epochs epochs) {
  const bool chooses = mayChoose && areEnough(folder);
  const auto train = [&](const std::string &weights, const std::string &metrics,
                         const std::string &patience) {
    Words command = {at(folder, "program"), "train", "--data",
                     at(folder, "train.safetensors")};
    if (mayChoose)
      command.insert(command.end(),
                     {"--test", at(folder, "validation.safetensors")});
    if (chooses)
      command.insert(command.end(),
                     {"--best", weights, "--patience", patience});
    else
      command.insert(command.end(), {"-o", weights});
    addGiven(command, "--seed", options_.learning.seed);
    addGiven(command, "--threads", options_.learning.threads);
    command.insert(command.end(), {"--metrics", metrics});
    return command;
  };
  // A figure that goes up and down must not end it too soon.
  constexpr const char *patience = "10";
  const std::string weights = at(folder, "weights.safetensors"),
                    metrics = at(folder, "metrics.jsonl");
  const LearningDefaults defaults =
      learningDefaults(Dataset(at(folder, "train.safetensors")));
  const std::int64_t all =
      askedFor(options_.learning.epochs).value_or(defaults.epochs);
  constexpr std::int64_t fineShare = 5;
  std::int64_t fine = defaults.isDense ? (all + fineShare - 1) / fineShare : 0;
  std::int64_t full = all - fine;
  if (full < 1)
    full = all, fine = 0;
  full = epochs.full.value_or(full);
  fine = epochs.fine.value_or(fine);

  const bool hasFine = fine > 0;
  const std::string first =
                        hasFine ? at(folder, "full-rate.safetensors") : weights,
                    firstMetrics =
                        hasFine ? at(folder, "full-rate.jsonl") : metrics;
  const auto addReport = [&](Words &command) {
    if (mayChoose && options_.test.empty())
      command.insert(command.end(), {"--report", in("report.html")});
  };
  Words command = train(first, firstMetrics, patience);
  const std::optional<std::int64_t> asked = askedFor(options_.learning.epochs);
  // Of what is no number, the program says so.
  command.insert(command.end(),
                 {"--epochs", options_.learning.epochs.empty() || asked
                                  ? std::to_string(full)
                                  : options_.learning.epochs});
  addGiven(command, "--learning-rate", options_.learning.rate);
  if (!hasFine)
    addReport(command);
  execute(command);
  if (mayChoose)
    chosen_ = {chooses ? bestEpoch(firstMetrics) : full, 0};
  if (!hasFine)
    return;
  constexpr double fineRate = 0.1;
  const double rate = options_.learning.rate.empty()
                          ? defaults.rate
                          : std::stod(options_.learning.rate);
  command = train(weights, metrics, patience);
  command.insert(command.end(),
                 {"--init", first, "--epochs", std::to_string(fine),
                  "--learning-rate", fmt::format("{:.6g}", fineRate * rate)});
  addReport(command);
  execute(command);
  if (mayChoose)
    chosen_.fine = chooses ? bestEpoch(metrics) : fine;
}

void Training::pass(const std::string &folder, bool mayChoose, Epochs epochs) {
  makeData(folder, mayChoose);
  Words command = {"mlc", "new", "--data", at(folder, "train.safetensors")};
  if (epochs.full)
    command.insert(command.end(), {"--like", in("choosing/model.mlir")});
  else
    options_.learning.addModel(command);
  if (folder != options_.folder) // For the second pass, which has more words.
    command.push_back("--open-sizes");
  command.insert(command.end(), {"-o", at(folder, "model.mlir")});
  execute(command);
  compile(folder);
  learn(folder, mayChoose, epochs);
}

void Training::judge(const std::string &folder, const std::string &rows,
                     bool writesReport) const {
  Words command = {at(folder, "program"),
                   "eval",
                   "--data",
                   rows,
                   "--weights",
                   at(folder, "weights.safetensors")};
  if (writesReport)
    command.insert(command.end(), {"--report", in("report.html")});
  addGiven(command, "--threads", options_.learning.threads);
  execute(command);
}

/// The program again, with what it learned inside.
void Training::packUp() const {
  if (options_.isSingleFile)
    execute({"mlc", "compile", in("model.mlir"), "--weights",
             in("weights.safetensors"), "--static", "-o", in("program")});
}

void Training::tellHowToAsk() const {
  std::string ask = quoted(in("program")) + " predict";
  if (!options_.isSingleFile)
    ask += " --weights " + quoted(in("weights.safetensors"));
  printNote(data_.kind == InputKind::Texts
                ? fmt::format("to ask it: echo 'a sentence' | {} --text", ask)
                : fmt::format("to ask it: {} --json --data FILE", ask));
}

void Training::makeFolder(const std::string &folder) const {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder, error))
    throw InputError(fmt::format("{}: cannot be made as a folder{}; give "
                                 "another name by -o",
                                 folder, error ? ": " + error.message() : ""));
}

void Training::run() {
  const bool mayChoose = share_ > 0 || !other_.empty();
  const bool hasSecond = mayChoose && options_.mayRefit;
  const std::string firstFolder = hasSecond ? in("choosing") : options_.folder;
  std::error_code error;
  const bool isNew = !fs::exists(options_.folder, error);
  makeFolder(firstFolder);
  try {
    data_ = readDataWords(options_.data, "mlc train");
    pass(firstFolder, mayChoose, {});
  } catch (...) {
    // Nothing of a run that did not start.
    if (isNew && !fs::exists(at(firstFolder, "train.safetensors"), error))
      fs::remove_all(options_.folder, error);
    throw;
  }
  if (options_.test.empty() && mayChoose)
    judge(firstFolder, at(firstFolder, "validation.safetensors"), false);
  if (hasSecond) {
    if (!options_.isQuiet)
      printNote(fmt::format("now from all rows, those that were set aside "
                            "among them, for {} epochs",
                            *chosen_.full + *chosen_.fine));
    pass(options_.folder, false, chosen_);
  }
  if (!options_.test.empty()) {
    makeLike(options_.test, in("train.safetensors"), in("test.safetensors"));
    judge(options_.folder, in("test.safetensors"), true);
  }
  packUp();
  if (!options_.isQuiet)
    tellHowToAsk();
}
