//===- Chart.cpp - Curves as SVG ------------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report/Chart.h"

#include "Report/Html.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

namespace mlc::runtime {

namespace {

// Of the picture, in its own units.
constexpr double width = 420, height = 300;
constexpr double leastLeft = 64, right = 12, top = 12, bottom = 44;
// What a digit takes at most, and the axis' name with the gaps beside it.
constexpr double digitWidth = 7, nameWidth = 28;
constexpr std::size_t colours = 8; ///< Of the page's style.

struct Range {
  double least = INFINITY, most = -INFINITY;

  void add(double value) {
    if (!std::isfinite(value))
      return;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  /// Makes it one that can be drawn.
  void widen() {
    if (least > most)
      least = 0, most = 1;
    if (least == most) {
      const double more = least == 0 ? 1 : std::abs(least) / 10;
      least -= more;
      most += more;
    }
  }
};

/// The largest step of 1, 2 or 5 times a power of ten that fits four times.
double stepOf(const Range &range) {
  const double rough = (range.most - range.least) / 4;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (double factor : {5.0, 2.0})
    if (factor * power <= rough)
      return factor * power;
  return power;
}

using Ticks = std::vector<std::pair<double, std::string>>;

Ticks ticksOf(const Range &range, bool isWhole) {
  const double step = isWhole ? std::max(stepOf(range), 1.0) : stepOf(range);
  Ticks ticks;
  // By whole numbers, so that no rounding adds up.
  for (double i = std::ceil(range.least / step - 1e-9);
       i * step <= range.most + 1e-9 * step; ++i)
    ticks.emplace_back(i * step, fmt::format("{:.6g}", i == 0 ? 0 : i * step));
  return ticks;
}

class Drawing {
public:
  explicit Drawing(const Chart &chart) : chart_(chart) {
    if (chart.isUnitSquare) {
      x_ = y_ = {0, 1};
    } else {
      for (const Series &series : chart.series)
        for (const auto &[x, y] : series.points)
          if (std::isfinite(y)) {
            x_.add(x);
            y_.add(y);
          }
    }
    x_.widen();
    y_.widen();
    yTicks_ = ticksOf(y_, false);
    for (const auto &[y, label] : yTicks_)
      left_ = std::max(left_, nameWidth + digitWidth * label.size());
  }

  std::string html() {
    drawAxes();
    std::size_t colour = 0;
    for (const Series &series : chart_.series) {
      const std::string ink =
          series.isGuide ? "var(--soft)"
                         : fmt::format("var(--c{})", colour++ % colours);
      drawSeries(series, ink);
      addToLegend(series, ink);
    }
    return fmt::format(
        "<figure><figcaption>{0}</figcaption>\n<svg viewBox=\"0 0 {1} {2}\" "
        "role=\"img\" aria-label=\"{0}: {3} over {4}\">\n{5}</svg>\n{6}"
        "</figure>\n",
        escapeHtml(chart_.title), width, height, escapeHtml(chart_.yName),
        escapeHtml(chart_.xName), svg_,
        legend_.empty()
            ? ""
            : fmt::format("<ul class=\"legend\">{}</ul>\n", legend_));
  }

private:
  double placeX(double x) const {
    return left_ +
           (x - x_.least) / (x_.most - x_.least) * (width - left_ - right);
  }
  double placeY(double y) const {
    return height - bottom -
           (y - y_.least) / (y_.most - y_.least) * (height - top - bottom);
  }

  void drawAxes() {
    for (const auto &[y, label] : yTicks_)
      svg_ += fmt::format("<path d=\"M{:.1f} {:.1f}H{:.1f}\" "
                          "stroke=\"var(--line)\"/><text x=\"{:.1f}\" "
                          "y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
                          left_, placeY(y), width - right, left_ - 6,
                          placeY(y) + 4, label);
    for (const auto &[x, label] : ticksOf(x_, chart_.isXWhole))
      svg_ +=
          fmt::format("<path d=\"M{0:.1f} {1:.1f}v4\" "
                      "stroke=\"var(--soft)\"/><text x=\"{0:.1f}\" "
                      "y=\"{2:.1f}\" text-anchor=\"middle\">{3}</text>\n",
                      placeX(x), height - bottom, height - bottom + 18, label);
    svg_ += fmt::format("<path d=\"M{0} {1}V{2}H{3}\" fill=\"none\" "
                        "stroke=\"var(--soft)\"/>\n<text x=\"{4}\" y=\"{5}\" "
                        "text-anchor=\"middle\">{6}</text>\n<text "
                        "transform=\"translate(12 {7}) "
                        "rotate(-90)\" text-anchor=\"middle\">{8}</text>\n",
                        left_, top, height - bottom, width - right,
                        (left_ + width - right) / 2, height - 8,
                        escapeHtml(chart_.xName), (top + height - bottom) / 2,
                        escapeHtml(chart_.yName));
  }

  void drawSeries(const Series &series, const std::string &ink) {
    constexpr double seen = 0.7; ///< Less than a pixel on most screens.
    std::string path, dots;
    bool isJoined = false;
    double lastX = 0, lastY = 0;
    for (std::size_t i = 0; i < series.points.size(); ++i) {
      const auto [x, y] = series.points[i];
      if (!std::isfinite(x) || !std::isfinite(y)) {
        isJoined = false;
        continue;
      }
      const double px = placeX(x), py = placeY(y);
      const bool isLast = i + 1 == series.points.size();
      if (series.isCloud) {
        dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2\" "
                            "opacity=\".5\"/>",
                            px, py);
        continue;
      }
      if (isJoined && !isLast &&
          std::abs(px - lastX) + std::abs(py - lastY) < seen)
        continue;
      path += fmt::format("{}{:.1f} {:.1f}", isJoined ? "L" : "M", px, py);
      if (series.hasDots)
        dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.5\"/>",
                            px, py);
      isJoined = true;
      lastX = px;
      lastY = py;
    }
    if (!path.empty())
      svg_ += fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" "
                          "stroke-width=\"{}\"{}/>\n",
                          path, ink, series.isGuide ? 1 : 2,
                          series.isGuide ? " stroke-dasharray=\"4 4\"" : "");
    if (!dots.empty())
      svg_ += fmt::format("<g fill=\"{}\">{}</g>\n", ink, dots);
  }

  void addToLegend(const Series &series, const std::string &ink) {
    if (!series.name.empty())
      legend_ += fmt::format(
          "<li><svg viewBox=\"0 0 16 6\" aria-hidden=\"true\"><path "
          "d=\"M0 3H16\" stroke=\"{}\" stroke-width=\"2\"{}/></svg> {}</li>",
          ink, series.isGuide ? " stroke-dasharray=\"4 4\"" : "",
          escapeHtml(series.name));
  }

  const Chart &chart_;
  Range x_, y_;
  Ticks yTicks_;
  double left_ = leastLeft; ///< Of the axis: names and ticks stand before it.
  std::string svg_, legend_;
};

} // namespace

std::string htmlChart(const Chart &chart) { return Drawing(chart).html(); }

} // namespace mlc::runtime
