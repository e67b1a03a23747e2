//===- PairedFigures.cpp - Two models on the same rows --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PairedFigures.h"

#include <cmath>
#include <fmt/core.h>

using namespace mlc;
using namespace mlc::runtime;

std::string PairedFigures::json() const {
  return fmt::format("{{\"rows\": {}, \"accuracy_before\": {}, "
                     "\"accuracy_after\": {}, \"difference\": {}, "
                     "\"standard_error\": {}, \"flips\": {}}}",
                     rows, before, after, difference(), error, flips);
}

PairedFigures mlc::compareAnswers(const Dataset &data,
                                  std::span<const std::size_t> rows, Task task,
                                  const Decision &decision, std::size_t columns,
                                  std::span<const float> before,
                                  std::span<const float> after) {
  PairedFigures figures{.rows = std::int64_t(rows.size())};
  double squares = 0;
  for (std::size_t at = 0; at < rows.size(); ++at) {
    const auto first = before.subspan(at * columns, columns),
               second = after.subspan(at * columns, columns);
    double right = 0, rightAfter = 0, flips = 0;
    if (task == Task::MultiClass) {
      const auto told = classTold(first, decision),
                 toldAfter = classTold(second, decision);
      const std::int64_t label = data.classLabels()[rows[at]];
      right = told == label;
      rightAfter = toldAfter == label;
      flips = told != toldAfter;
    } else {
      for (std::size_t column = 0; column < columns; ++column) {
        const bool told = isTold(first[column], column, decision),
                   toldAfter = isTold(second[column], column, decision);
        const bool label =
            (data.hasClassLabels()
                 ? float(data.classLabels()[rows[at]])
                 : data.realLabels()[rows[at] * columns + column]) >= 0.5f;
        const double share = 1.0 / double(columns);
        right += told == label ? share : 0;
        rightAfter += toldAfter == label ? share : 0;
        flips += told != toldAfter ? share : 0;
      }
    }
    figures.before += right;
    figures.after += rightAfter;
    figures.flips += flips;
    squares += (rightAfter - right) * (rightAfter - right);
  }
  const double count = double(rows.size());
  figures.before /= count;
  figures.after /= count;
  figures.flips /= count;
  const double mean = figures.difference();
  figures.error = std::sqrt(std::max(0.0, squares / count - mean * mean) /
                            std::max(1.0, count - 1));
  return figures;
}
