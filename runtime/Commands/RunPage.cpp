//===- RunPage.cpp - The page of a training run ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/RunPage.h"

#include "Commands/GlobalReport.h"
#include "Commands/OutputPaths.h"
#include "Commands/SharedOptions.h"
#include "Commands/TextInput.h"
#include "Data/JsonNumber.h"
#include "Error.h"
#include "Program/KeptAnswers.h"
#include "Report/JudgementPage.h"
#include "System/MappedFile.h"
#include "Train/EpochFigures.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <string_view>

namespace mlc::runtime {

void RunPage::addEpoch(const EpochResult &epoch, bool isBest) {
  epochs_.push_back({epoch.epoch, figuresOf(program_, epoch)});
  if (tellsRate_)
    epochs_.back().figures.push_back({"learning_rate", epoch.learningRate});
  if (isBest)
    best_ = epoch.epoch;
}

/// The epochs of a metrics file with their losses and test figures.
static std::vector<EpochFigures> readEpochs(const std::string &path) {
  namespace json = boost::json;
  const MappedFile file(path);
  std::string_view rest = file.text();
  std::vector<EpochFigures> epochs;
  for (std::int64_t number = 1; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    boost::system::error_code error;
    const json::value value = json::parse(line, error);
    if (error || !value.is_object())
      throw InputError(
          fmt::format("{}:{}: expected a JSON object, as lines of a metrics "
                      "file are; name a file that train wrote by --metrics",
                      path, number));
    const json::object &entries = value.get_object();
    const json::value *epoch = entries.if_contains("epoch");
    if (!epoch || !epoch->is_int64())
      continue; // Of --metrics-every-step.
    EpochFigures &read = epochs.emplace_back(epoch->get_int64());
    for (const auto &[name, ignored] : entries)
      if (name == "loss" || name == "epsilon" || name == "grad_norm" ||
          name == "learning_rate" || name.starts_with("test_"))
        read.figures.push_back({std::string(name), jsonNumberOf(line, name)});
  }
  if (epochs.empty())
    throw InputError(
        fmt::format("{}: expected an epoch's figures, but got none; name a "
                    "file that train wrote by --metrics",
                    path));
  return epochs;
}

void RunPage::addEarlier(const std::string &metrics) {
  earlier_ = readEpochs(metrics);
}

std::int64_t RunPage::epochsBefore() const {
  return earlier_.empty() ? 0 : earlier_.back().epoch;
}

/// Those of the training before, then this one's, which are numbered on, with
/// the figures that this one has.
std::vector<EpochFigures> RunPage::allEpochs() const {
  if (epochs_.empty())
    return earlier_;
  std::vector<EpochFigures> all;
  for (const EpochFigures &epoch : earlier_) {
    all.push_back({epoch.epoch, epochs_.front().figures});
    for (Figure &figure : all.back().figures) {
      const auto found =
          std::ranges::find(epoch.figures, figure.name, &Figure::name);
      figure.value = found == epoch.figures.end() ? std::nan("") : found->value;
    }
  }
  for (const EpochFigures &epoch : epochs_)
    all.push_back({epochsBefore() + epoch.epoch, epoch.figures});
  return all;
}

std::string RunPage::text(Judgement *judgement, double score,
                          std::span<const std::string> classNames,
                          const std::string &telling,
                          const Facts &facts) const {
  HtmlPage page(fmt::format("{}: training", program_.name));
  for (const std::string &warning : warnings_)
    page.addWarning(warning);
  if (epochs_.empty())
    page.addWarning("no epoch was completed");
  else if (epochs_.front().epoch > firstEpoch_)
    page.addWarning(fmt::format("the run was resumed: epochs {} to {} are not "
                                "on this page, but in the metrics file",
                                epochsBefore() + firstEpoch_,
                                epochsBefore() + epochs_.front().epoch - 1));
  // The best of this run may be worse than one of the training before.
  addEpochs(page, allEpochs(), best_ == 0 ? 0 : epochsBefore() + best_,
            earlier_.empty() ? "best" : "best of this run");
  if (judgement) {
    std::vector<Figure> figures = figuresOf(*judgement);
    // Sums of another order may differ in their last bit.
    for (Figure &figure : figures)
      if (figure.name == scoreName(program_))
        figure.value = score;
    addJudgement(page, "Figures of the last epoch", *judgement, figures,
                 classNames);
  }
  if (!telling.empty())
    page.addSection("What counts", telling);
  page.addSection("Settings", htmlFacts(facts));
  return page.text();
}

static Facts factsOf(const RunSources &sources) {
  Facts facts = programFacts(sources.program);
  facts.emplace_back("data", partsText(sources.command.data));
  if (!sources.command.continued.empty())
    facts.emplace_back("goes on from", sources.command.continued);
  if (!sources.command.test.empty())
    facts.emplace_back("test data", sources.command.test);
  facts.emplace_back("--epochs",
                     std::to_string(sources.command.trainer.epochs));
  if (!sources.command.reportAfter.empty())
    facts.emplace_back("epochs before these", sources.command.reportAfter);
  for (const OriginEntry &entry : sources.origin.entries())
    if (!entry.value.empty() && entry.key != "program" &&
        entry.key != "compiler" && entry.key != "model_hash" &&
        entry.key != "target")
      facts.emplace_back(entry.meaning, entry.value);
  return facts;
}

static std::string tellingOf(const std::string &weights,
                             const RunSources &sources) {
  const MlcProgram &program = sources.program;
  const Predictor predictor(program, SafetensorsFile(weights));
  return tellingHtml(program, predictor,
                     outputTermsOf(program, predictor.weights()),
                     sources.data.testExamples(), sources.command.threads);
}

void writeRunPage(const std::string &path, const RunPage &page, bool isJudged,
                  const std::string &weights, const RunSources &sources) {
  if (path.empty())
    return;
  const TrainData &data = sources.data;
  KeptAnswers kept(sources.program, data.testExamples());
  std::optional<Judgement> judgement;
  double score = 0;
  std::string telling;
  if (isJudged && !data.testRows.empty()) {
    Evaluator evaluator(sources.executor, data.testExamples(), data.testRows);
    const auto test =
        evaluator.run([&](const ForwardChunk &chunk) { kept.add(chunk); });
    if (test && std::isfinite(test->loss)) {
      judgement.emplace(kept.judged());
      score = test->score;
      if (!weights.empty())
        telling = tellingOf(weights, sources);
    }
  }
  writeText(path, page.text(judgement ? &*judgement : nullptr, score,
                            sources.classNames, telling, factsOf(sources)));
}

} // namespace mlc::runtime
