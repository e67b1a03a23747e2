//===- FoldRun.cpp - One fold of a cross-validation -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FoldRun.h"

#include "Commands/MeasureOptions.h"
#include "Data/Dataset.h"
#include "Data/JsonNumber.h"
#include "Error.h"
#include "Predictions.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <filesystem>
#include <fmt/core.h>
#include <iterator>

using namespace mlc;
using namespace mlc::runtime;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {
class Fold {
public:
  Fold(const FoldOptions &options, long long number, std::uint64_t seed,
       fs::path folder, SharedProgram &program)
      : options_(options), folder_(std::move(folder)),
        learning_(options.learning) {
    learning_.seed = fmt::format("{}", seed);
    rows_.data = options.data;
    rows_.share = options.validation;
    rows_.mayBeFew = options.mayBeFew;
    rows_.fold = {"--fold", fmt::format("{}/{}", number + 1, options.folds)};
    addGiven(rows_.fold, "--group-column", options.groupColumn);
    Learner learner(learning_, rows_, folder_, /*mayRefit=*/true,
                    /*isQuiet=*/false, &program);
    learner.keepOutput();
    learner.choose();
    learner.learnFromAll();
    program_ = learner.program();
    trainingRows_ = learner.imported()[0].numbers.size();
    heldOut_ = learner.imported()[1].numbers;
  }

  FoldResult judge();

private:
  std::string in(const char *name) const { return folder_ / name; }
  void readAnswers(Answers &answers) const;

  const FoldOptions &options_;
  fs::path folder_;
  LearningOptions learning_;
  LearnedRows rows_;
  std::string program_;
  json::object info_; ///< What the program says of itself.
  /// The rows that are held out, and how many are not.
  std::vector<std::size_t> heldOut_;
  std::size_t trainingRows_ = 0;
};
} // namespace

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
  readPredictions(in("predictions.jsonl"), [&](std::span<const double> outputs,
                                               std::string_view fields) {
    for (double output : outputs)
      answers.outputs.push_back(undo(output));
    answers.predictions.emplace_back(fields); // Rows are numbered anew.
  });
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
  info_ = infoOf(program_, in("info.json"));
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
                        SharedProgram &program) {
  return Fold(options, number, seed, folder, program).judge();
}
