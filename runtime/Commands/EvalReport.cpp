//===- EvalReport.cpp - What eval tells -----------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/EvalReport.h"

#include "Data/Hash.h"
#include "Program/StoredDecision.h"
#include "Report/ClassReport.h"
#include "Report/Figures.h"
#include "Report/JudgementPage.h"

#include <fmt/format.h>

namespace mlc::runtime {

/// The figures but for the one that stands in front of them already.
static std::vector<Figure> otherFigures(const EvalResult &result) {
  std::vector<Figure> figures =
      result.isWhole ? figuresOf(*result.judgement)
                     : figuresOf(*result.judgement, result.measures);
  std::erase_if(figures, [&](const Figure &figure) {
    return figure.name == scoreName(result.program);
  });
  return figures;
}

static bool tellsClasses(const EvalResult &result) {
  return result.judgement && result.isWhole &&
         result.judgement->judged().task != Task::Regression;
}

/// The program's own score, of the answers that the stored threshold gives.
static double scoreOf(const EvalResult &result) {
  return result.judgement && result.judgement->judged().decision.hasThreshold()
             ? result.judgement->counts().accuracy()
             : result.evaluation.score;
}

std::string evalText(const EvalResult &result) {
  std::string text =
      fmt::format("loss {:.4f}  {} {}  {} rows\n", result.evaluation.loss,
                  scoreName(result.program),
                  scoreText(result.program, scoreOf(result)), result.rows);
  if (!result.judgement)
    return text;
  if (const std::string decision =
          decisionText(result.judgement->judged().decision);
      !decision.empty())
    text += fmt::format("with {}, as the weights say\n", decision);
  if (tellsClasses(result)) {
    text += "\n" + classReportText(*result.judgement, result.classNames);
    const std::string confusion =
        confusionText(*result.judgement, result.classNames);
    if (!confusion.empty())
      text +=
          "\nrows by what is true, columns by what is predicted:\n" + confusion;
    text += "\n";
  }
  return text +
         figureLines(otherFigures(result), result.judgement->judged().task);
}

std::string evalJson(const EvalResult &result) {
  std::string json = fmt::format("{{\"rows\": {}, \"loss\": {}, \"{}\": {}",
                                 result.rows, result.evaluation.loss,
                                 scoreName(result.program), scoreOf(result));
  if (result.judgement) {
    const Decision &decision = result.judgement->judged().decision;
    if (decision.temperature != 1)
      json += fmt::format(", \"temperature\": {}", decision.temperature);
    if (decision.hasThreshold())
      json += fmt::format(", \"threshold\": {}", thresholdJson(decision));
    if (const std::string figures = jsonFigures(otherFigures(result));
        !figures.empty())
      json += ", " + figures;
    if (tellsClasses(result))
      json += ", " + classReportJson(*result.judgement, result.classNames);
  }
  return json + "}\n";
}

Facts programFacts(const MlcProgram &program) {
  return {{"program", program.name},
          {"compiler", program.compiler},
          {"model hash", hashText(std::uint64_t(program.model_hash))},
          {"target", program.target}};
}

std::string evalPage(const EvalResult &result,
                     std::span<const std::string> warnings, const Facts &facts,
                     const std::string &telling) {
  HtmlPage page(fmt::format("{}: evaluation", result.program.name));
  for (const std::string &warning : warnings)
    page.addWarning(warning);
  std::vector<Figure> figures = {{"rows", double(result.rows)},
                                 {"loss", result.evaluation.loss},
                                 {scoreName(result.program), scoreOf(result)}};
  const Decision &decision = result.judgement->judged().decision;
  if (decision.temperature != 1)
    figures.push_back({"temperature", decision.temperature});
  if (decision.threshold)
    figures.push_back({"threshold", *decision.threshold});
  for (Figure &figure : figuresOf(*result.judgement))
    if (figure.name != scoreName(result.program))
      figures.push_back(std::move(figure));
  addJudgement(page, "Figures", *result.judgement, figures, result.classNames);
  if (!telling.empty())
    page.addSection("What counts", telling);
  page.addSection("Settings", htmlFacts(facts));
  return page.text();
}

} // namespace mlc::runtime
