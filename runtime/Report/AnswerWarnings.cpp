//===- AnswerWarnings.cpp - What is odd about answers ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report/AnswerWarnings.h"

#include "Metrics/Measure.h"

#include <algorithm>
#include <fmt/format.h>

namespace mlc::runtime {

std::string oneAnswerWarning(const std::string &place,
                             const std::string &answer, std::int64_t rows,
                             std::int64_t otherRows) {
  return fmt::format(
      "{}all {} predictions are {}, but {} row{}: the accuracy only tells how "
      "many rows are {}; judge by recall, f1 and roc_auc (eval, or train "
      "--measure), and train longer, at another rate, or on more rows of the "
      "others",
      place, rows, answer, otherRows, otherRows == 1 ? " is not" : "s are not",
      answer);
}

std::vector<std::string>
answerWarnings(const std::string &place, Judgement &judgement,
               std::span<const std::string> classNames) {
  std::vector<std::string> warnings;
  if (judgement.judged().task == Task::Regression)
    return warnings;
  const ClassCounts &counts = judgement.counts();
  const std::int64_t rows = judgement.judged().rows;
  const std::int64_t only = counts.onlyTold();
  if (judgement.judged().task == Task::MultiLabel) {
    if (only == 0 && counts.averages().micro.support > 0)
      warnings.push_back(fmt::format(
          "{}no label is predicted of any row: the accuracy only tells how few "
          "there are; judge by recall and f1, and train longer or at another "
          "rate",
          place));
    return warnings;
  }
  const auto isAbsent = [](const ClassCount &count) {
    return count.support == 0;
  };
  const std::int64_t absent = std::ranges::count_if(counts.classes(), isAbsent);
  if (only >= 0 && counts.classes()[only].support < rows)
    warnings.push_back(oneAnswerWarning(place, className(classNames, only),
                                        rows,
                                        rows - counts.classes()[only].support));
  if (absent > 0) {
    const std::int64_t first =
        std::ranges::find_if(counts.classes(), isAbsent) -
        counts.classes().begin();
    warnings.push_back(fmt::format(
        "{}no row is of class {}{}: its recall is told as 0, and roc_auc is "
        "undefined",
        place, className(classNames, first),
        absent == 1 ? "" : fmt::format(" (nor of {} others)", absent - 1)));
  }
  return warnings;
}

} // namespace mlc::runtime
