//===- JudgementPage.cpp - What a page shows of judged rows ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report/JudgementPage.h"

#include "Report/Chart.h"
#include "Report/ClassReport.h"
#include "Report/Figures.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

namespace {

constexpr std::int64_t maxCurves = 8; ///< As many colours as there are.
constexpr std::int64_t maxConfusion = 30;
constexpr std::int64_t maxDots = 1000;

void addScores(std::string &rows, const std::string &key,
               const ClassLine &line) {
  const auto cell = [&](const char *name, double value) {
    rows +=
        fmt::format("<td>{}</td>", htmlFigure(key + "/" + name, value,
                                              fmt::format("{:.4f}", value)));
  };
  rows += fmt::format("<tr><th scope=\"row\">{}</th>", escapeHtml(line.name));
  cell("precision", line.scores.precision);
  cell("recall", line.scores.recall);
  cell("f1-score", line.scores.f1);
  rows += fmt::format("<td>{}</td></tr>\n",
                      htmlFigure(key + "/support", double(line.scores.support),
                                 fmt::format("{}", line.scores.support)));
}

std::string classTable(Judgement &judgement,
                       std::span<const std::string> classNames) {
  std::string rows;
  for (const ClassLine &line : classLines(judgement, classNames))
    addScores(rows, classKey(line.name), line);
  for (const ClassLine &line : averageLines(judgement))
    addScores(rows, line.name, line);
  return "<div class=\"scroll\"><table><thead><tr><th>class</th>"
         "<th>precision</th><th>recall</th><th>f1</th><th>rows</th></tr>"
         "</thead><tbody>\n" +
         rows + "</tbody></table></div>";
}

std::string confusionTable(const ClassCounts &counts,
                           std::span<const std::string> classNames) {
  const std::int64_t classes = std::ssize(counts.classes());
  std::string html = "<div class=\"scroll\"><table class=\"confusion\"><thead>"
                     "<tr><th>true \\ predicted</th>";
  for (std::int64_t told = 0; told < classes; ++told)
    html += fmt::format("<th>{}</th>", escapeHtml(className(classNames, told)));
  html += "</tr></thead><tbody>\n";
  for (std::int64_t truth = 0; truth < classes; ++truth) {
    html += fmt::format("<tr><th scope=\"row\">{}</th>",
                        escapeHtml(className(classNames, truth)));
    const double support =
        double(std::max<std::int64_t>(counts.classes()[truth].support, 1));
    for (std::int64_t told = 0; told < classes; ++told) {
      const std::int64_t count = counts.confusion()[truth * classes + told];
      html += fmt::format(
          "<td style=\"background:rgba(var(--heat),{:.3f})\">{}</td>",
          0.55 * double(count) / support,
          htmlFigure(fmt::format("confusion_matrix/{}/{}", truth, told),
                     double(count), fmt::format("{}", count)));
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>";
}

/// The classes whose curves are drawn: the positive one, or the first.
std::vector<std::int64_t> drawnClasses(const Judgement &judgement) {
  if (judgement.hasPositive())
    return {1};
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < std::min(judgement.classCount(), maxCurves); ++i)
    numbers.push_back(i);
  return numbers;
}

std::string curves(Judgement &judgement,
                   std::span<const std::string> classNames) {
  Chart roc{.title = "ROC curve",
            .xName = "false positive rate",
            .yName = "true positive rate",
            .series = {{"", {{0, 0}, {1, 1}}, true}},
            .isUnitSquare = true};
  Chart precision{.title = "Precision over recall",
                  .xName = "recall",
                  .yName = "precision",
                  .series = {},
                  .isUnitSquare = true};
  for (std::int64_t number : drawnClasses(judgement)) {
    const Ranking ranking = judgement.ranking(number);
    const std::string name = className(classNames, number);
    Series rates{fmt::format("{} (area {:.4f})", name, ranking.rocArea()),
                 {{0, 0}}};
    Series precisions{fmt::format("{} (average precision {:.4f})", name,
                                  ranking.averagePrecision()),
                      {}};
    const auto positives = double(ranking.positives());
    const auto negatives = double(ranking.negatives());
    for (const Ranking::Point &point : ranking.points()) {
      const auto tp = double(point.truePositives);
      const auto fp = double(point.falsePositives);
      rates.points.emplace_back(fp / negatives, tp / positives);
      precisions.points.emplace_back(tp / positives, tp / (tp + fp));
    }
    if (positives > 0 && negatives > 0)
      roc.series.push_back(std::move(rates));
    if (positives > 0)
      precision.series.push_back(std::move(precisions));
  }
  return htmlChart(roc) + htmlChart(precision);
}

std::string reliability(const Calibration &calibration) {
  Series bins{"share right, by probability", {}, false, true};
  std::string rows;
  for (std::size_t i = 0; i < calibration.bins.size(); ++i) {
    const ReliabilityBin &bin = calibration.bins[i];
    if (bin.count == 0)
      continue;
    bins.points.emplace_back(bin.confidence, bin.accuracy);
    const std::string key = fmt::format("calibration/{}", i);
    rows += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                        htmlFigure(key + "/confidence", bin.confidence,
                                   fmt::format("{:.4f}", bin.confidence)),
                        htmlFigure(key + "/accuracy", bin.accuracy,
                                   fmt::format("{:.4f}", bin.accuracy)),
                        htmlFigure(key + "/count", double(bin.count),
                                   fmt::format("{}", bin.count)));
  }
  return htmlChart({.title = "Calibration",
                    .xName = "probability of the answer",
                    .yName = "share that is right",
                    .series = {{"", {{0, 0}, {1, 1}}, true}, std::move(bins)},
                    .isUnitSquare = true}) +
         "<figure><figcaption>Calibration in numbers</figcaption><div "
         "class=\"scroll\"><table><thead><tr><th>probability</th><th>right</th>"
         "<th>answers</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div></figure>\n";
}

std::string scatter(const Judged &judged) {
  Series guide{"", {}, true}, rows{"", {}};
  rows.isCloud = true;
  double least = INFINITY, most = -INFINITY;
  const std::int64_t step =
      std::max<std::int64_t>(judged.rows * judged.columns / maxDots, 1);
  for (std::int64_t i = 0; i < judged.rows * judged.columns; i += step) {
    rows.points.emplace_back(judged.labels[i], judged.outputs[i]);
    least = std::min<double>(least, judged.labels[i]);
    most = std::max<double>(most, judged.labels[i]);
  }
  guide.points = {{least, least}, {most, most}};
  return htmlChart({.title = "Predicted over true",
                    .xName = "true",
                    .yName = "predicted",
                    .series = {std::move(guide), std::move(rows)}});
}

} // namespace

std::string htmlFigureTable(std::span<const Figure> figures, Task task) {
  std::string rows;
  for (const Figure &figure : figures)
    rows += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
        escapeHtml(figure.name),
        htmlFigure(figure.name, figure.value, figureText(figure, task)));
  return "<div class=\"scroll\"><table><tbody>\n" + rows +
         "</tbody></table></div>";
}

void addJudgement(HtmlPage &page, std::string_view heading,
                  Judgement &judgement, std::span<const Figure> figures,
                  std::span<const std::string> classNames) {
  const Task task = judgement.judged().task;
  page.addSection(heading, htmlFigureTable(figures, task));
  if (task == Task::Regression) {
    page.addSection("Predictions", "<div class=\"grid\">" +
                                       scatter(judgement.judged()) + "</div>");
    return;
  }
  page.addSection("Classes", classTable(judgement, classNames));
  const ClassCounts &counts = judgement.counts();
  if (!counts.confusion().empty() &&
      std::ssize(counts.classes()) <= maxConfusion)
    page.addSection("Confusion matrix", confusionTable(counts, classNames));
  page.addSection("Curves",
                  "<div class=\"grid\">\n" + curves(judgement, classNames) +
                      reliability(judgement.calibration()) + "</div>");
}

} // namespace mlc::runtime
