//===- EvalReport.cpp - What eval tells -----------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/EvalReport.h"

#include "Report/ClassReport.h"
#include "Report/Figures.h"

#include <fmt/format.h>

namespace mlc::runtime {

/// The figures but for the one that stands in front of them already.
static std::vector<Figure> otherFigures(const EvalResult &result) {
  std::vector<Figure> figures =
      result.measures.empty() ? figuresOf(*result.judgement)
                              : figuresOf(*result.judgement, result.measures);
  std::erase_if(figures, [&](const Figure &figure) {
    return figure.name == scoreName(result.program);
  });
  return figures;
}

static bool tellsClasses(const EvalResult &result) {
  return result.judgement && result.measures.empty() &&
         result.judgement->judged().task != Task::Regression;
}

std::string evalText(const EvalResult &result) {
  std::string text = fmt::format(
      "loss {:.4f}  {} {}  {} rows\n", result.evaluation.loss,
      scoreName(result.program),
      scoreText(result.program, result.evaluation.score), result.rows);
  if (!result.judgement)
    return text;
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
  std::string json =
      fmt::format("{{\"rows\": {}, \"loss\": {}, \"{}\": {}", result.rows,
                  result.evaluation.loss, scoreName(result.program),
                  result.evaluation.score);
  if (result.judgement) {
    if (const std::string figures = jsonFigures(otherFigures(result));
        !figures.empty())
      json += ", " + figures;
    if (tellsClasses(result))
      json += ", " + classReportJson(*result.judgement, result.classNames);
  }
  return json + "}\n";
}

} // namespace mlc::runtime
