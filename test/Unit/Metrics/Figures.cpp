//===- Figures.cpp - Prints the figures of sets ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Reads sets (JudgedSet.h) from stdin and prints an object of figures a line
// for each.

#include "JudgedSet.h"
#include "Metrics/Measure.h"
#include "Metrics/Temperature.h"

#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iostream>

using namespace mlc::runtime;

namespace {

/// Numbers that JSON lacks are null.
std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

std::string scores(const ClassScores &scores) {
  return fmt::format("[{}, {}, {}, {}]", scores.precision, scores.recall,
                     scores.f1, scores.support);
}

void printClasses(Judgement &judgement) {
  const ClassCounts &counts = judgement.counts();
  const ClassAverages &averages = counts.averages();
  fmt::print(", \"micro avg\": {}, \"macro avg\": {}, \"weighted avg\": {}, "
             "\"samples avg\": {}, \"confusion_matrix\": [{}]",
             scores(averages.micro), scores(averages.macro),
             scores(averages.weighted), scores(averages.samples),
             fmt::join(counts.confusion(), ", "));
  for (std::int64_t i = 0; i < std::ssize(counts.classes()); ++i)
    fmt::print(", \"class {}\": [{}, {}, {}]", i,
               scores(scoresOf(counts.classes()[i])),
               number(judgement.rocArea(i)), judgement.averagePrecision(i));
  const Judged &judged = judgement.judged();
  fmt::print(", \"best temperature\": {}, \"probabilities\": [",
             number(bestTemperature(judged).value_or(NAN)));
  for (std::int64_t row = 0; row < judged.rows; ++row)
    fmt::print("{}{}", row == 0 ? "" : ", ",
               probabilitiesOf(
                   judged.task,
                   judged.outputs.subspan(row * judged.columns, judged.columns),
                   judged.decision.temperature));
  fmt::print("]");
}

} // namespace

int main() {
  mlc::test::JudgedSet set;
  while (set.read(std::cin)) {
    const Judged &judged = set.judged;
    Judgement judgement(judged);
    const char *separator = "{";
    std::vector<std::string> names = measureNames(judged.task, judged.columns);
    if (judgement.hasPositive())
      names.insert(names.end(),
                   {"precisionAtRecall:0.5", "recallAtPrecision:0.8"});
    for (const std::string &name : names) {
      const Measure measure(name, judged.task, judged.columns, {}, "");
      fmt::print("{}\"{}\": {}", separator, name,
                 number(measure.of(judgement)));
      separator = ", ";
    }
    if (judged.task != Task::Regression)
      printClasses(judgement);
    fmt::print("}}\n");
  }
  return std::cin.eof() ? 0 : 1;
}
