//===- Measure.cpp - Figures by their names -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Metrics/Measure.h"

#include "Error.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <limits>

namespace mlc::runtime {

namespace {

/// Which tasks have a figure; bits.
enum TaskSet : unsigned {
  OfBinary = 1,
  OfColumns = 2, ///< MultiLabel.
  OfTwo = 4,     ///< MultiClass of two classes.
  OfMany = 8,    ///< MultiClass of three and more.
  OfNumbers = 16,
  OfClasses = OfBinary | OfTwo | OfMany,
  OfAll = OfClasses | OfColumns,
};

TaskSet setOf(Task task, std::int64_t columns) {
  switch (task) {
  case Task::Regression:
    return OfNumbers;
  case Task::Binary:
    return OfBinary;
  case Task::MultiLabel:
    return OfColumns;
  case Task::MultiClass:
    return columns == 2 ? OfTwo : OfMany;
  }
  return OfNumbers;
}

struct Rule {
  const char *name;
  unsigned tasks;
  bool isHigherBetter;
  double (*figure)(Judgement &);
};

/// Of the positive class, or the macro average.
ClassScores mainScores(Judgement &judgement) {
  return judgement.hasPositive() ? scoresOf(judgement.counts().classes()[1])
                                 : judgement.counts().averages().macro;
}

using J = Judgement;
constexpr std::int64_t topClasses = 2; ///< As scikit-learn's default.

const Rule rules[] = {
    {"accuracy", OfAll, true, [](J &j) { return j.counts().accuracy(); }},
    {"subset_accuracy", OfColumns, true,
     [](J &j) { return j.counts().subsetAccuracy(); }},
    {"hamming_loss", OfColumns, false,
     [](J &j) { return 1 - j.counts().accuracy(); }},
    {"balanced_accuracy", OfClasses, true,
     [](J &j) { return j.counts().balancedAccuracy(); }},
    {"top_k_accuracy", OfMany, true,
     [](J &j) { return j.topAccuracy(topClasses); }},
    {"precision", OfAll, true, [](J &j) { return mainScores(j).precision; }},
    {"recall", OfAll, true, [](J &j) { return mainScores(j).recall; }},
    {"f1", OfAll, true, [](J &j) { return mainScores(j).f1; }},
    {"f1_micro", OfMany | OfColumns, true,
     [](J &j) { return j.counts().averages().micro.f1; }},
    {"f1_weighted", OfMany | OfColumns, true,
     [](J &j) { return j.counts().averages().weighted.f1; }},
    {"mcc", OfClasses, true, [](J &j) { return j.counts().mcc(); }},
    {"roc_auc", OfAll, true, [](J &j) { return j.rocArea(); }},
    {"average_precision", OfAll, true,
     [](J &j) { return j.averagePrecision(); }},
    {"log_loss", OfAll, false, [](J &j) { return j.calibration().logLoss; }},
    {"brier", OfAll, false, [](J &j) { return j.calibration().brier; }},
    {"ece", OfAll, false, [](J &j) { return j.calibration().ece; }},
    {"rmse", OfNumbers, false, [](J &j) { return j.regression().rmse; }},
    {"mae", OfNumbers, false, [](J &j) { return j.regression().mae; }},
    {"median_ae", OfNumbers, false,
     [](J &j) { return j.regression().medianAe; }},
    {"r2", OfNumbers, true, [](J &j) { return j.regression().r2; }},
};

struct ClassRule {
  const char *name;
  double (*figure)(Judgement &, std::int64_t number);
};

const ClassRule classRules[] = {
    {"precision",
     [](J &j, std::int64_t n) {
       return scoresOf(j.counts().classes()[n]).precision;
     }},
    {"recall",
     [](J &j, std::int64_t n) {
       return scoresOf(j.counts().classes()[n]).recall;
     }},
    {"f1",
     [](J &j, std::int64_t n) { return scoresOf(j.counts().classes()[n]).f1; }},
    {"roc_auc", [](J &j, std::int64_t n) { return j.rocArea(n); }},
    {"average_precision",
     [](J &j, std::int64_t n) { return j.averagePrecision(n); }},
};

struct BoundRule {
  const char *name;
  double (*figure)(const Ranking &, double bound);
};

double precisionOf(const Ranking::Point &point) {
  return double(point.truePositives) /
         double(point.truePositives + point.falsePositives);
}
double recallOf(const Ranking &ranking, const Ranking::Point &point) {
  return double(point.truePositives) / double(ranking.positives());
}

const BoundRule boundRules[] = {
    {"precisionAtRecall",
     [](const Ranking &ranking, double bound) {
       double best = 0;
       for (const Ranking::Point &point : ranking.points())
         if (recallOf(ranking, point) >= bound)
           best = std::max(best, precisionOf(point));
       return best;
     }},
    {"recallAtPrecision",
     [](const Ranking &ranking, double bound) {
       double best = 0;
       for (const Ranking::Point &point : ranking.points())
         if (precisionOf(point) >= bound)
           best = std::max(best, recallOf(ranking, point));
       return best;
     }},
};

/// The number of the class of this name, or -1.
std::int64_t findClass(std::string_view name, std::int64_t count,
                       std::span<const std::string> classNames) {
  for (std::int64_t number = 0; number < count; ++number)
    if (className(classNames, number) == name)
      return number;
  return -1;
}

} // namespace

std::string className(std::span<const std::string> classNames,
                      std::int64_t number) {
  return number < std::ssize(classNames) ? classNames[number]
                                         : std::to_string(number);
}

std::vector<std::string> measureNames(Task task, std::int64_t columns) {
  std::vector<std::string> names;
  for (const Rule &rule : rules)
    if (rule.tasks & setOf(task, columns))
      names.push_back(rule.name);
  return names;
}

/// Of `precisionAtRecall:0.3` and the like; false where it is none of them.
bool Measure::takeBound(std::string_view name, Task task, std::int64_t columns,
                        std::string_view option) {
  const std::size_t colon = name.find(':');
  if (colon == name.npos || !(setOf(task, columns) & (OfBinary | OfTwo)))
    return false;
  for (const BoundRule &rule : boundRules) {
    if (rule.name != name.substr(0, colon))
      continue;
    const std::string_view text = name.substr(colon + 1);
    const char *end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, bound_);
    if (error != std::errc() || rest != end || !(bound_ > 0 && bound_ <= 1))
      throw UsageError(
          fmt::format("{}: expected {}:SHARE with a share above 0, "
                      "at most 1, but got '{}'",
                      option, rule.name, name));
    figureAtBound_ = rule.figure;
    return true;
  }
  return false;
}

Measure::Measure(std::string_view name, Task task, std::int64_t columns,
                 std::span<const std::string> classNames,
                 std::string_view option)
    : name_(name) {
  for (const Rule &rule : rules)
    if (rule.name == name && (rule.tasks & setOf(task, columns))) {
      figure_ = rule.figure;
      isHigherBetter_ = rule.isHigherBetter;
      return;
    }
  if (takeBound(name, task, columns, option))
    return;
  const std::size_t colon = name.find(':');
  const std::int64_t classes = task == Task::Binary ? 2 : columns;
  if (colon != name.npos && task != Task::Regression)
    for (const ClassRule &rule : classRules)
      if (rule.name == name.substr(0, colon)) {
        figureOfClass_ = rule.figure;
        class_ = findClass(name.substr(colon + 1), classes, classNames);
        if (class_ < 0)
          throw UsageError(fmt::format(
              "{}: '{}' names no class; expected {}:NAME with one of {}",
              option, name, rule.name,
              classNames.empty()
                  ? fmt::format("0 to {}", classes - 1)
                  : fmt::format("{}", fmt::join(classNames, ", "))));
        return;
      }
  throw UsageError(fmt::format(
      "{}: there is no '{}' of this program; expected "
      "one of {}{}",
      option, name, fmt::join(measureNames(task, columns), ", "),
      task == Task::Regression ? "" : ", or f1:CLASS and the like"));
}

std::vector<Figure> figuresOf(Judgement &judgement,
                              std::span<const Measure> measures) {
  std::vector<Figure> figures;
  for (const Measure &measure : measures)
    figures.push_back({measure.name(), measure.of(judgement)});
  return figures;
}

std::vector<Figure> figuresOf(Judgement &judgement) {
  const Judged &judged = judgement.judged();
  std::vector<Figure> figures;
  for (const Rule &rule : rules)
    if (rule.tasks & setOf(judged.task, judged.columns))
      figures.push_back({rule.name, rule.figure(judgement)});
  return figures;
}

bool isLowerBetter(std::string_view name) {
  const auto rule = std::ranges::find(rules, name, &Rule::name);
  return name == "loss" || (rule != std::end(rules) && !rule->isHigherBetter);
}

double Measure::of(Judgement &judgement) const {
  if (figureAtBound_) {
    const Ranking ranking = judgement.ranking(1);
    return ranking.positives() > 0 ? figureAtBound_(ranking, bound_)
                                   : std::numeric_limits<double>::quiet_NaN();
  }
  return figure_ ? figure_(judgement) : figureOfClass_(judgement, class_);
}

} // namespace mlc::runtime
