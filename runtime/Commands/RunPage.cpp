//===- RunPage.cpp - The page of a training run ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/RunPage.h"

#include "Commands/OutputPaths.h"
#include "Program/KeptAnswers.h"
#include "Report/JudgementPage.h"
#include "Train/EpochFigures.h"

#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace mlc::runtime {

void RunPage::addEpoch(const EpochResult &epoch, bool isBest) {
  epochs_.push_back({epoch.epoch, figuresOf(program_, epoch)});
  if (isBest)
    best_ = epoch.epoch;
}

std::string RunPage::text(Judgement *judgement, double score,
                          std::span<const std::string> classNames,
                          const Facts &facts) const {
  HtmlPage page(fmt::format("{}: training", program_.name));
  for (const std::string &warning : warnings_)
    page.addWarning(warning);
  if (epochs_.empty())
    page.addWarning("no epoch was completed");
  else if (epochs_.front().epoch > 1)
    page.addWarning(fmt::format("the run was resumed: epochs before {} are not "
                                "on this page, but in the metrics file",
                                epochs_.front().epoch));
  addEpochs(page, epochs_, best_);
  if (judgement) {
    std::vector<Figure> figures = figuresOf(*judgement);
    // Sums of another order may differ in their last bit.
    for (Figure &figure : figures)
      if (figure.name == scoreName(program_))
        figure.value = score;
    addJudgement(page, "Figures of the last epoch", *judgement, figures,
                 classNames);
  }
  page.addSection("Settings", htmlFacts(facts));
  return page.text();
}

static Facts factsOf(const RunSources &sources) {
  Facts facts = programFacts(sources.program);
  facts.emplace_back("data", sources.command.data);
  if (!sources.command.test.empty())
    facts.emplace_back("test data", sources.command.test);
  facts.emplace_back("--epochs",
                     std::to_string(sources.command.trainer.epochs));
  for (const OriginEntry &entry : sources.origin.entries())
    if (!entry.value.empty() && entry.key != "program" &&
        entry.key != "compiler" && entry.key != "model_hash" &&
        entry.key != "target")
      facts.emplace_back(entry.meaning, entry.value);
  return facts;
}

void writeRunPage(const std::string &path, const RunPage &page, bool isJudged,
                  const RunSources &sources) {
  if (path.empty())
    return;
  const TrainData &data = sources.data;
  KeptAnswers kept(sources.program, data.testExamples());
  std::optional<Judgement> judgement;
  double score = 0;
  if (isJudged && !data.testRows.empty()) {
    Evaluator evaluator(sources.executor, data.testExamples(), data.testRows);
    const auto test =
        evaluator.run([&](const ForwardChunk &chunk) { kept.add(chunk); });
    if (test && std::isfinite(test->loss)) {
      judgement.emplace(kept.judged());
      score = test->score;
    }
  }
  writeText(path, page.text(judgement ? &*judgement : nullptr, score,
                            sources.classNames, factsOf(sources)));
}

} // namespace mlc::runtime
