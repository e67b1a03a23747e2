//===- FoldFigures.cpp - Figures of a cross-validation --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report/FoldFigures.h"

#include "Metrics/Sum.h"
#include "Report/Figures.h"

#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace mlc::runtime {

std::vector<Spread> spreadOf(std::span<const FoldFigures> folds) {
  constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
  std::vector<Spread> spreads;
  for (std::size_t i = 0; !folds.empty() && i < folds[0].figures.size(); ++i) {
    Spread &spread = spreads.emplace_back(Spread{folds[0].figures[i].name});
    Sum sum, squares;
    for (const FoldFigures &fold : folds)
      if (const double value = fold.figures[i].value; !std::isnan(value)) {
        sum.add(value);
        ++spread.folds;
      }
    const auto count = double(spread.folds);
    spread.mean = spread.folds > 0 ? sum.value() / count : undefined;
    for (const FoldFigures &fold : folds)
      if (const double value = fold.figures[i].value; !std::isnan(value))
        squares.add((value - spread.mean) * (value - spread.mean));
    spread.deviation =
        spread.folds > 1 ? std::sqrt(squares.value() / (count - 1)) : undefined;
  }
  return spreads;
}

std::string spreadText(std::span<const Spread> spreads, Task task) {
  std::string text = fmt::format("{:<20}{:>12}{:>12}\n", "", "mean", "sd");
  for (const Spread &spread : spreads)
    text += fmt::format("{:<20}{:>12}{:>12}\n", spread.name,
                        figureText({spread.name, spread.mean}, task),
                        figureText({spread.name, spread.deviation}, task));
  return text;
}

std::string spreadJson(std::span<const Spread> spreads) {
  std::vector<Figure> means, deviations;
  for (const Spread &spread : spreads) {
    means.push_back({spread.name, spread.mean});
    deviations.push_back({spread.name, spread.deviation});
  }
  return fmt::format("\"mean\": {{{}}}, \"sd\": {{{}}}", jsonFigures(means),
                     jsonFigures(deviations));
}

void addFolds(HtmlPage &page, std::span<const FoldFigures> folds,
              std::span<const Spread> spreads, Task task) {
  std::string html = "<div class=\"scroll\"><table><thead><tr><th>figure</th>"
                     "<th>mean</th><th>sd</th>";
  for (const FoldFigures &fold : folds)
    html += fmt::format("<th>{}</th>", escapeHtml(fold.name));
  html += "</tr></thead><tbody>\n";
  for (std::size_t i = 0; i < spreads.size(); ++i) {
    const Spread &spread = spreads[i];
    const auto cell = [&](const std::string &path, double value) {
      html += fmt::format(
          "<td>{}</td>",
          htmlFigure(path, value, figureText({spread.name, value}, task)));
    };
    html +=
        fmt::format("<tr><th scope=\"row\">{}</th>", escapeHtml(spread.name));
    cell("mean/" + spread.name, spread.mean);
    cell("sd/" + spread.name, spread.deviation);
    for (std::size_t fold = 0; fold < folds.size(); ++fold)
      cell(fmt::format("folds/{}/{}", fold, spread.name),
           folds[fold].figures[i].value);
    html += "</tr>\n";
  }
  page.addSection("Folds", html + "</tbody></table></div>");
}

} // namespace mlc::runtime
