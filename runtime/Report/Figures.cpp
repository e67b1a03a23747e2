//===- Figures.cpp - Figures and how they are written ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report/Figures.h"

#include <boost/json.hpp>
#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

std::string figureText(const Figure &figure, Task task) {
  if (std::isnan(figure.value))
    return "undefined";
  if (figure.name == "rows")
    return fmt::format("{:.0f}", figure.value);
  return task == Task::Regression ? fmt::format("{:.6g}", figure.value)
                                  : fmt::format("{:.4f}", figure.value);
}

std::string figureLines(std::span<const Figure> figures, Task task) {
  constexpr std::size_t width = 80;
  std::string lines, line;
  for (const Figure &figure : figures) {
    const std::string text =
        fmt::format("{} {}", figure.name, figureText(figure, task));
    if (!line.empty() && line.size() + 2 + text.size() > width) {
      lines += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : "  ") + text;
  }
  return line.empty() ? lines : lines + line + "\n";
}

std::string jsonNumber(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

std::string jsonText(std::string_view text) {
  return boost::json::serialize(
      boost::json::string(boost::json::string_view(text.data(), text.size())));
}

std::string jsonFigures(std::span<const Figure> figures) {
  std::string json;
  for (const Figure &figure : figures)
    json += fmt::format("{}{}: {}", json.empty() ? "" : ", ",
                        jsonText(figure.name), jsonNumber(figure.value));
  return json;
}

} // namespace mlc::runtime
