//===- Learner.cpp - From rows to weights in two passes -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Learner.h"

#include "Data/Dataset.h"
#include "Error.h"
#include "Folders.h"
#include "Import/DataImport.h"
#include "System/Console.h"
#include "TrialSettings.h"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fmt/core.h>
#include <utility>

using namespace mlc;
using namespace mlc::runtime;
namespace fs = std::filesystem;

Learner::Learner(const LearningOptions &learning, const LearnedRows &rows,
                 std::string folder, bool mayRefit, bool isQuiet,
                 SharedProgram *shared)
    : learning_(learning), rows_(rows), whole_(std::move(folder)),
      hasSecond_(rows.mayChoose() && mayRefit), isQuiet_(isQuiet),
      shared_(shared),
      folder_(hasSecond_ ? std::string(fs::path(whole_) / "choosing")
                         : whole_) {
  learning.epochsGiven();
  learning.rateGiven();
}

std::string Learner::in(const char *name) const {
  return fs::path(folder_) / name;
}

void Learner::run(Words command) const {
  if (isQuiet_ && command[1] == "data")
    command.push_back("-q");
  execute(command, "", !isQuiet_);
}

void Learner::makeData(bool isChoosing) {
  if (!rows_.dataset.empty()) {
    data_ = rows_.dataset;
    return;
  }
  data_ = in("train.safetensors");
  Words words = rows_.data;
  const auto add = [&](const Words &more) {
    words.insert(words.end(), more.begin(), more.end());
  };
  if (!isChoosing && !rows_.other.empty()) // Learned from as well, then.
    words.push_back(rows_.other);
  add(rows_.fold);
  addGiven(words, "--threads", learning_.threads);
  const bool isSplit = isChoosing && rows_.share > 0;
  if (isSplit)
    add({"--split", fmt::format("{}", rows_.share), "--split-output",
         in("validation.safetensors")});
  else if (!rows_.fold.empty())
    add({"--split-output", in("held-out.safetensors")});
  if (isSplit || !rows_.fold.empty())
    addGiven(words, "--seed", learning_.seed);
  add({"-o", data_});
  Words command = {"mlc", "data"};
  command.insert(command.end(), words.begin(), words.end());
  if (rows_.fold.empty()) {
    run(command);
  } else {
    // In this process, to be told which rows are held out.
    if (!isQuiet_)
      show(command);
    imported_ = importDataset(parseDataWords(words).import);
  }
  if (!isChoosing || rows_.other.empty())
    return;
  command = {"mlc", "data", rows_.other, "--like", data_};
  addGiven(command, "--threads", learning_.threads);
  command.insert(command.end(), {"-o", in("validation.safetensors")});
  run(command);
}

void Learner::makeModel() {
  Words command = {"mlc", "new", "--data", data_};
  if (!learning_.model.empty())
    command.insert(command.end(), {"--like", learning_.model});
  else if (folder_ == whole_ && hasSecond_)
    command.insert(command.end(),
                   {"--like", fs::path(whole_) / "choosing" / "model.mlir"});
  else
    learning_.addModel(command);
  if (folder_ != whole_ && learning_.model.empty())
    command.push_back("--open-sizes"); // The second pass has more words.
  command.insert(command.end(), {"-o", in("model.mlir")});
  run(command);
}

/// A model's text without what the number of rows decides: its first line, and
/// the epochs.
static std::string withoutRows(const std::string &text) {
  const std::size_t epochs = text.rfind("epochs(");
  const std::size_t begin = std::min(text.find('\n'), epochs);
  return text.substr(begin, epochs - begin);
}

void Learner::compile() {
  program_ = in("program");
  const Words command = {"mlc", "compile", in("model.mlir"), "--data",
                         data_, "-o",      program_};
  if (!shared_) {
    run(command);
    return;
  }
  const Dataset data(data_);
  const std::string model =
      withoutRows(withSizesOf(data, readText(in("model.mlir"))));
  const std::string key =
      fmt::format("{} {} {}", data.width(), outputsFor(data), model);
  if (shared_->path.empty() || shared_->model != key) {
    run(command);
    *shared_ = {program_, key};
  }
  program_ = shared_->path;
}

/// Whether as many rows are set aside as it takes to choose by them.
bool Learner::areEnough() const {
  // Of fewer, one row more or less decides; whoever names rows, or what to
  // choose by, wants them used.
  constexpr std::int64_t fewRows = 30;
  const std::int64_t rows =
      rows_.dataset.empty()
          ? Dataset(in("validation.safetensors")).rows()
          : std::int64_t(rows_.share * double(Dataset(data_).rows()));
  if (rows >= fewRows || rows_.mayBeFew || learning_.selectBy != "loss")
    return true;
  if (!isQuiet_)
    printNote(fmt::format(
        "the {} rows that are set aside are too few to "
        "choose the number of epochs by; they judge alone; --epochs N "
        "sets it",
        rows));
  return false;
}

/// Words that tell the program which files have rows that it learns: the
/// inputs, and in the second pass those that were set aside before.
Words Learner::originOfRows(bool isChoosing) const {
  Words files = rows_.inputs;
  if (!isChoosing && hasSecond_ && rows_.dataset.empty()) {
    if (!rows_.other.empty())
      files.push_back(rows_.other);
    files.push_back(fs::path(whole_) / "choosing" / "validation.safetensors");
  }
  Words words;
  for (const std::string &file : files) {
    std::error_code error;
    if (fs::is_regular_file(file, error))
      words.push_back(file);
  }
  if (!words.empty())
    words.insert(words.begin(), "--also-learned");
  return words;
}

void Learner::train(bool isChoosing) {
  const std::string info = in("info.json");
  const boost::json::object told = infoOf(program_, info);
  const double rate = learning_.rateGiven().value_or(
      told.at("learning_rate").to_number<double>());
  std::error_code ignored;
  fs::remove(info, ignored);
  TwoRates training = {.program = program_,
                       .folder = folder_,
                       .data = data_,
                       .judging = {},
                       .learning = learning_,
                       .rate = rate,
                       .first = {},
                       .last = originOfRows(isChoosing),
                       .isQuiet = isQuiet_};
  if (isChoosing && rows_.dataset.empty())
    training.judging = {"--test", in("validation.safetensors")};
  else if (isChoosing)
    training.judging = {"--validation", fmt::format("{}", rows_.share)};
  training.chooses = isChoosing && areEnough();
  const boost::json::value &schedule = told.at("schedule");
  training.isScheduled = schedule.at("depends_on_epochs").as_bool();
  if (keepsOutput_)
    training.output = in("epochs.txt");
  if (isChoosing)
    training.report = report_;
  else if (!decision_.empty())
    training.last.insert(training.last.end(), {"--decision-of", decision_});
  Epochs epochs = chosen_.value_or(Epochs());
  if (!chosen_)
    epochs = epochsOf(learning_.epochsGiven().value_or(epochsIn(
                          readText(in("model.mlir")), in("model.mlir"))),
                      !Dataset(data_).isSparse(),
                      !schedule.at("is_constant").as_bool());
  chosen_ = training.train(epochs)->best;
}

void Learner::pass(bool isChoosing) {
  makeFolder(folder_);
  makeData(isChoosing);
  if (check_)
    check_(Dataset(data_));
  makeModel();
  compile();
  train(isChoosing);
}

void Learner::choose() { pass(/*isChoosing=*/rows_.mayChoose()); }

void Learner::learnFromAll() {
  if (!hasSecond_)
    return;
  folder_ = whole_;
  pass(/*isChoosing=*/false);
}
