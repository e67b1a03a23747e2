//===- Chart.h - Curves as SVG ----------------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_REPORT_CHART_H
#define MLC_RUNTIME_REPORT_CHART_H

#include <string>
#include <utility>
#include <vector>

namespace mlc::runtime {

/// Points to be joined. Those that are not finite leave a gap.
struct Series {
  std::string name; ///< In the legend; empty: not in it.
  std::vector<std::pair<double, double>> points;
  bool isGuide = false; ///< What the others are compared with: dashed, grey.
  bool hasDots = false; ///< A dot at each point.
  bool isCloud = false; ///< Dots alone.
};

struct Chart {
  std::string title, xName, yName;
  std::vector<Series> series;
  bool isXWhole = false;     ///< x is a whole number, as of an epoch.
  bool isUnitSquare = false; ///< Both axes from 0 to 1, else as the points are.
};

/// The chart as a `<figure>` with inline SVG and a legend, coloured by the
/// page's style (HtmlPage). Curves of many points are thinned out to what can
/// be seen.
std::string htmlChart(const Chart &chart);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_REPORT_CHART_H
