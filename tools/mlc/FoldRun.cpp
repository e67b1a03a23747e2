//===- FoldRun.cpp - One fold of a cross-validation -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FoldRun.h"

#include "Commands/MeasureOptions.h"
#include "Data/Dataset.h"
#include "Error.h"
#include "Import/DataImport.h"
#include "JsonNumber.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <iterator>

using namespace mlc;
using namespace mlc::runtime;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {
class Fold {
public:
  Fold(const FoldOptions &options, long long number, std::uint64_t seed,
       fs::path folder)
      : options_(options), number_(number), seed_(fmt::format("{}", seed)),
        folder_(std::move(folder)) {
    std::error_code error;
    fs::create_directories(folder_, error);
  }

  void makeData();
  void makeProgram(FoldProgram &program);
  void learn();
  FoldResult judge();

private:
  std::string in(const char *name) const { return folder_ / name; }
  void readAnswers(Answers &answers) const;

  const FoldOptions &options_;
  long long number_;
  std::string seed_;
  fs::path folder_;
  std::string program_, epochs_;
  json::object info_; ///< What the program says of itself.
  /// The rows that are held out, and how many are not.
  std::vector<std::size_t> heldOut_;
  std::size_t trainingRows_ = 0;
};
} // namespace

void Fold::makeData() {
  Words words = options_.data;
  words.insert(words.end(),
               {"--fold", fmt::format("{}/{}", number_ + 1, options_.folds)});
  addGiven(words, "--group-column", options_.groupColumn);
  addGiven(words, "--threads", options_.learning.threads);
  words.insert(words.end(),
               {"--seed", seed_, "--split-output", in("held-out.safetensors"),
                "-o", in("train.safetensors")});
  Words command = {"mlc", "data"};
  command.insert(command.end(), words.begin(), words.end());
  show(command);
  // In this process, to be told which rows are held out.
  const DataOptions options = parseDataWords(words);
  std::vector<ImportedFile> files = importDataset(options.import);
  trainingRows_ = files[0].numbers.size();
  heldOut_ = std::move(files[1].numbers);
}

/// A model's text without what the number of rows decides: its first line, and
/// the epochs.
static std::string withoutRows(const std::string &text) {
  const std::size_t epochs = text.rfind("epochs(");
  const std::size_t begin = std::min(text.find('\n'), epochs);
  return text.substr(begin, epochs - begin);
}

void Fold::makeProgram(FoldProgram &program) {
  std::string model = options_.model;
  if (model.empty()) {
    model = in("model.mlir");
    Words command = {"mlc", "new", "--data", in("train.safetensors")};
    options_.learning.addModel(command);
    command.insert(command.end(), {"--name", "fold", "-o", model});
    execute(command);
  }
  // The data fill in ?features and ?outputs.
  const std::string data = in("train.safetensors");
  const std::string text =
      fmt::format("{} {}", Dataset(data).width(), withoutRows(readText(model)));
  if (program.path.empty() || program.model != text) {
    program.path = in("program");
    program.model = text;
    execute({"mlc", "compile", model, "--data", data, "-o", program.path});
  }
  program_ = program.path;
  const std::string file = in("info.json");
  execute({program_, "info", "--json"}, file);
  info_ = json::parse(readText(file)).as_object();
  if (program.epochs.empty())
    program.epochs = options_.learning.epochs.empty()
                         ? json::serialize(info_.at("epochs"))
                         : options_.learning.epochs;
  epochs_ = program.epochs;
}

void Fold::learn() {
  Words command = {program_, "train", "--data", in("train.safetensors")};
  if (options_.validation > 0)
    command.insert(command.end(),
                   {"--validation", fmt::format("{}", options_.validation),
                    "--best", in("weights.safetensors"), "--patience", "10"});
  else
    command.insert(command.end(), {"-o", in("weights.safetensors")});
  LearningOptions learning = options_.learning;
  learning.seed = seed_;
  learning.epochs = epochs_;
  learning.addTraining(command);
  execute(command, in("epochs.txt"));
}

/// The program's outputs, and what the data set has in their place.
void Fold::readAnswers(Answers &answers) const {
  const Dataset data(in("held-out.safetensors"));
  answers.names = answerNames(*data.file());
  answers.columns = info_.at("label").at("outputs").to_number<std::size_t>();
  const json::string &kind = info_.at("label").at("kind").as_string();
  answers.task = kind == "class"       ? Task::MultiClass
                 : kind == "real"      ? Task::Regression
                 : answers.columns > 1 ? Task::MultiLabel
                                       : Task::Binary;
  const auto undo = [&](double number) {
    return answers.task == Task::Regression && data.target()
               ? float(data.target()->undo(number))
               : float(number);
  };
  std::ifstream lines(in("predictions.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    const json::object row = json::parse(line).as_object();
    for (const json::value &output : row.at("outputs").as_array())
      answers.outputs.push_back(undo(output.to_number<double>()));
    // Behind "row", which is another one in the input.
    const std::string rest = line.substr(line.find(',') + 1);
    answers.predictions.push_back(rest.substr(0, rest.size() - 1));
  }
  if (answers.task == Task::MultiClass)
    for (auto label : data.classLabels())
      answers.classes.push_back(std::int32_t(label));
  else if (data.hasClassLabels())
    for (auto label : data.classLabels())
      answers.labels.push_back(float(label));
  else
    for (float label : data.realLabels())
      answers.labels.push_back(undo(label));
  answers.rows = heldOut_;
}

FoldResult Fold::judge() {
  Words command = {program_,        "eval",
                   "--data",        in("held-out.safetensors"),
                   "--weights",     in("weights.safetensors"),
                   "--predictions", in("predictions.jsonl"),
                   "--json"};
  addGiven(command, "--threads", options_.learning.threads);
  execute(command, in("eval.json"));
  FoldResult result;
  result.trainingRows = trainingRows_;
  result.json = readText(in("eval.json"));
  while (result.json.ends_with('\n'))
    result.json.pop_back();
  const json::object figures = json::parse(result.json).as_object();
  for (const auto &entry : figures) {
    const bool isFigure =
        entry.value().is_number() ||
        (entry.value().is_null() && entry.key() != "confusion_matrix");
    if (isFigure && entry.key() != "rows")
      result.figures.push_back(
          {entry.key(), jsonNumberOf(result.json, entry.key())});
  }
  readAnswers(result.answers);
  return result;
}

FoldResult mlc::runFold(const FoldOptions &options, long long number,
                        std::uint64_t seed, const std::string &folder,
                        FoldProgram &program) {
  Fold fold(options, number, seed, folder);
  fold.makeData();
  fold.makeProgram(program);
  fold.learn();
  return fold.judge();
}
