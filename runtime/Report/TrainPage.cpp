//===- TrainPage.cpp - What a page shows of a training run ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report/TrainPage.h"

#include "Report/Chart.h"

#include <fmt/format.h>

namespace mlc::runtime {

/// A figure over the epochs.
static Series seriesOf(std::span<const EpochFigures> epochs,
                       std::size_t figure) {
  Series series{epochs[0].figures[figure].name, {}};
  series.hasDots = epochs.size() <= 50;
  for (const EpochFigures &epoch : epochs)
    series.points.emplace_back(double(epoch.epoch),
                               epoch.figures[figure].value);
  return series;
}

static std::string epochTable(std::span<const EpochFigures> epochs,
                              std::int64_t best, const char *mark) {
  std::string html = "<div class=\"scroll\"><table><thead><tr><th>epoch</th>";
  for (const Figure &figure : epochs[0].figures)
    html += fmt::format("<th>{}</th>", escapeHtml(figure.name));
  html += "</tr></thead><tbody>\n";
  for (const EpochFigures &epoch : epochs) {
    html += fmt::format("<tr><th scope=\"row\">{}", epoch.epoch);
    html += epoch.epoch == best ? fmt::format(" * {}</th>", mark) : "</th>";
    for (const Figure &figure : epoch.figures)
      html += fmt::format(
          "<td>{}</td>",
          htmlFigure(fmt::format("epoch/{}/{}", epoch.epoch, figure.name),
                     figure.value, fmt::format("{:.5g}", figure.value)));
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>";
}

void addEpochs(HtmlPage &page, std::span<const EpochFigures> epochs,
               std::int64_t best, const char *mark) {
  if (epochs.empty())
    return;
  Chart losses{.title = "Loss",
               .xName = "epoch",
               .yName = "loss",
               .series = {},
               .isXWhole = true};
  std::string charts;
  for (std::size_t i = 0; i < epochs[0].figures.size(); ++i) {
    const std::string &name = epochs[0].figures[i].name;
    if (name == "loss" || name == "test_loss")
      losses.series.push_back(seriesOf(epochs, i));
    else
      charts += htmlChart({.title = name,
                           .xName = "epoch",
                           .yName = name,
                           .series = {seriesOf(epochs, i)},
                           .isXWhole = true});
  }
  page.addSection("Training", "<div class=\"grid\">\n" + htmlChart(losses) +
                                  charts + "</div>");
  page.addSection("Epochs", epochTable(epochs, best, mark));
}

} // namespace mlc::runtime
