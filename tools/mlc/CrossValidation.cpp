//===- CrossValidation.cpp - Runs all folds and tells of them -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CrossValidation.h"

#include "Commands/OutputPaths.h"
#include "Error.h"
#include "Folders.h"
#include "Import/DataImport.h"
#include "Report/ClassReport.h"
#include "Report/Figures.h"
#include "Report/FoldFigures.h"
#include "Report/JudgementPage.h"
#include "System/Console.h"
#include "TeacherFile.h"
#include "mlc/Version.h"

#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <optional>

using namespace mlc;
using namespace mlc::runtime;
namespace fs = std::filesystem;

namespace {
class CrossValidation {
public:
  explicit CrossValidation(const CvOptions &options) : options_(options) {}
  void run();

private:
  std::uint64_t seed() const { return wholeSeed(options_.fold.learning.seed); }
  void runAll(const fs::path &folder);
  void tellFold(const FoldResult &result, const std::string &title) const;
  void poolAnswers();
  void writePredictions() const;
  void writeTeacher(const fs::path &folder) const;
  void writePage(Judgement &judgement, std::span<const Figure> pooled) const;
  void tell(Judgement &judgement, std::span<const Figure> pooled) const;
  std::string nameOf(std::size_t fold) const;

  const CvOptions &options_;
  std::vector<FoldResult> results_;
  std::vector<FoldFigures> figures_;
  std::vector<Spread> spreads_;
  Answers pooled_;                 ///< Of all folds, by repeat and row.
  std::vector<std::size_t> folds_; ///< Of each answer: where in `results_`.
};
} // namespace

std::string CrossValidation::nameOf(std::size_t fold) const {
  const auto folds = std::size_t(options_.fold.folds);
  std::string name = fmt::format("{}/{}", fold % folds + 1, folds);
  if (options_.repeats > 1)
    name += fmt::format(" of repeat {}", fold / folds + 1);
  return name;
}

/// Its loss and its score.
void CrossValidation::tellFold(const FoldResult &result,
                               const std::string &title) const {
  std::string line = "fold " + title;
  for (const Figure &figure :
       std::span(result.figures)
           .first(std::min<std::size_t>(result.figures.size(), 2)))
    line += fmt::format("  {} {}", figure.name,
                        figureText(figure, result.answers.task));
  printResult(fmt::format("{}  {} rows\n", line, result.answers.rows.size()));
}

void CrossValidation::runAll(const fs::path &folder) {
  SharedProgram program;
  const std::uint64_t first = seed();
  for (long long repeat = 0; repeat < options_.repeats; ++repeat)
    for (long long fold = 0; fold < options_.fold.folds; ++fold) {
      const std::string name =
          options_.repeats > 1
              ? fmt::format("repeat-{}-fold-{}", repeat + 1, fold + 1)
              : fmt::format("fold-{}", fold + 1);
      FoldResult result =
          runFold(options_.fold, fold, first + std::uint64_t(repeat),
                  folder / name, program);
      if (!results_.empty() &&
          result.answers.names != results_[0].answers.names)
        throw InputError(fmt::format(
            "the input: fold {} knows other classes than the first; leave out "
            "classes with few examples, or ask for fewer folds",
            nameOf(results_.size())));
      if (!options_.teacher.empty() && result.answers.task == Task::Regression)
        throw InputError("the input: its labels are quantities, but --teacher "
                         "is for classes or labels of 0 and 1, whose losses "
                         "distil");
      const std::string title = nameOf(results_.size());
      figures_.push_back({title, result.figures});
      if (!options_.json)
        tellFold(result, title);
      results_.push_back(std::move(result));
    }
}

void CrossValidation::poolAnswers() {
  const Answers &first = results_[0].answers;
  pooled_.task = first.task;
  pooled_.columns = first.columns;
  pooled_.names = first.names;
  const auto folds = std::size_t(options_.fold.folds);
  for (std::size_t repeat = 0; repeat < results_.size() / folds; ++repeat) {
    struct Place {
      std::size_t row, fold, at;
    };
    std::vector<Place> places;
    for (std::size_t fold = repeat * folds; fold < (repeat + 1) * folds; ++fold)
      for (std::size_t at = 0; at < results_[fold].answers.rows.size(); ++at)
        places.push_back({results_[fold].answers.rows[at], fold, at});
    std::ranges::sort(places, {}, &Place::row);
    for (const auto &[row, fold, at] : places) {
      const Answers &answers = results_[fold].answers;
      const auto copy = [&, place = at](auto &to, const auto &from,
                                        std::size_t width) {
        if (!from.empty())
          to.insert(to.end(), from.begin() + std::ptrdiff_t(place * width),
                    from.begin() + std::ptrdiff_t((place + 1) * width));
      };
      pooled_.rows.push_back(row);
      folds_.push_back(fold);
      copy(pooled_.outputs, answers.outputs, answers.columns);
      copy(pooled_.labels, answers.labels, answers.columns);
      copy(pooled_.classes, answers.classes, 1);
      pooled_.predictions.push_back(answers.predictions[at]);
    }
  }
}

void CrossValidation::writePredictions() const {
  const auto folds = std::size_t(options_.fold.folds);
  std::string text;
  for (std::size_t i = 0; i < pooled_.rows.size(); ++i) {
    text += fmt::format("{{\"row\": {}, \"fold\": {},", pooled_.rows[i],
                        folds_[i] % folds + 1);
    if (options_.repeats > 1)
      text += fmt::format(" \"repeat\": {},", folds_[i] / folds + 1);
    text += pooled_.predictions[i] + "}\n";
  }
  writeText(options_.predictions, text);
}

/// The rows as `mlc data` makes them of the whole input, in its order, and the
/// mean over repeats of what was answered to each.
void CrossValidation::writeTeacher(const fs::path &folder) const {
  const std::string rows = folder / "all-rows.safetensors";
  Words words = options_.fold.data;
  addGiven(words, "--threads", options_.fold.learning.threads);
  words.insert(words.end(), {"-o", rows});
  importDataset(parseDataWords(words).import);
  const std::size_t count =
      pooled_.outputs.size() / std::size_t(options_.repeats);
  std::vector<float> teacher(count);
  for (std::size_t i = 0; i < count; ++i) {
    double sum = 0;
    for (long long repeat = 0; repeat < options_.repeats; ++repeat)
      sum += pooled_.outputs[std::size_t(repeat) * count + i];
    teacher[i] = float(sum / double(options_.repeats));
  }
  writeWithTeacher(rows, options_.teacher, teacher, pooled_.columns);
}

void CrossValidation::writePage(Judgement &judgement,
                                std::span<const Figure> pooled) const {
  HtmlPage page("cross-validation");
  addFolds(page, figures_, spreads_, pooled_.task);
  addJudgement(page, "All rows, each answered by a model that did not learn it",
               judgement, pooled, pooled_.names);
  std::vector<std::pair<std::string, std::string>> facts;
  std::string data;
  for (const std::string &word : options_.fold.data)
    data += (data.empty() ? "" : " ") + quoted(word);
  facts.emplace_back("compiler", "mlc " MLC_VERSION);
  facts.emplace_back("data", data);
  const LearningOptions &learning = options_.fold.learning;
  facts.emplace_back("model", learning.model.empty()
                                  ? "made for each fold (mlc new)"
                                  : learning.model);
  facts.emplace_back("--folds", std::to_string(options_.fold.folds));
  facts.emplace_back("--repeats", std::to_string(options_.repeats));
  facts.emplace_back("--seed", std::to_string(seed()));
  facts.emplace_back("--validation",
                     fmt::format("{}", options_.fold.validation));
  facts.emplace_back("--select-by", learning.selectBy);
  for (const auto &[name, value] :
       {std::pair("--group-column", &options_.fold.groupColumn),
        std::pair("--hidden", &learning.hidden),
        std::pair("--activation", &learning.activation),
        std::pair("--dropout", &learning.dropout),
        std::pair("--epochs", &learning.epochs),
        std::pair("--learning-rate", &learning.rate)})
    if (!value->empty())
      facts.emplace_back(name, *value);
  if (learning.hasBatchNorm)
    facts.emplace_back("--batch-norm", "yes");
  page.addSection("Settings", htmlFacts(facts));
  writeText(options_.report, page.text());
}

void CrossValidation::tell(Judgement &judgement,
                           std::span<const Figure> pooled) const {
  if (options_.json) {
    std::string json = "{" + jsonFigures(pooled);
    if (pooled_.task != Task::Regression)
      json += ", " + classReportJson(judgement, pooled_.names);
    json += ", " + spreadJson(spreads_) + ", \"folds\": [";
    const auto folds = std::size_t(options_.fold.folds);
    for (std::size_t i = 0; i < results_.size(); ++i)
      json += fmt::format("{}{{\"repeat\": {}, \"fold\": {}, "
                          "\"training_rows\": {}, {}",
                          i > 0 ? ", " : "", i / folds + 1, i % folds + 1,
                          results_[i].trainingRows, results_[i].json.substr(1));
    printResult(json + "]}\n");
    return;
  }
  printResult("\n" + spreadText(spreads_, pooled_.task));
  if (pooled_.task != Task::Regression)
    printResult("\nall rows, each answered by a model that did not learn "
                "it:\n" +
                classReportText(judgement, pooled_.names));
}

void CrossValidation::run() {
  if (options_.fold.folds < 2 || options_.fold.folds > 1000)
    throw UsageError("--folds: expected a number from 2 to 1000");
  if (options_.repeats < 1)
    throw UsageError("--repeats: expected a number from 1");
  if (!(options_.fold.validation >= 0 && options_.fold.validation < 1))
    throw UsageError("--validation: expected a share from 0, below 1");
  seed();
  for (const std::string &path :
       {options_.predictions, options_.report, options_.teacher})
    if (!path.empty())
      expectWritable(path);
  std::optional<WorkFolder> temporary;
  fs::path folder = options_.folder;
  if (options_.folder.empty()) {
    std::error_code ignored; // Then it cannot be made, which tells.
    temporary.emplace(fs::temp_directory_path(ignored) / "mlc-cv");
    folder = temporary->path();
  } else {
    makeFolder(options_.folder);
  }
  runAll(folder);
  spreads_ = spreadOf(figures_);
  poolAnswers();
  Judged judged;
  judged.task = pooled_.task;
  judged.rows = std::ssize(pooled_.rows);
  judged.columns = std::int64_t(pooled_.columns);
  judged.outputs = pooled_.outputs;
  judged.labels = pooled_.labels;
  judged.classes = pooled_.classes;
  Judgement judgement(judged);
  std::vector<Figure> figures = {{"rows", double(judged.rows)}};
  for (Figure &figure : figuresOf(judgement))
    figures.push_back(std::move(figure));
  if (!options_.predictions.empty())
    writePredictions();
  if (!options_.teacher.empty())
    writeTeacher(folder);
  if (!options_.report.empty())
    writePage(judgement, figures);
  tell(judgement, figures);
}

void mlc::crossValidate(const CvOptions &options) {
  CrossValidation(options).run();
}
