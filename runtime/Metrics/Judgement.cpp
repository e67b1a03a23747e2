//===- Judgement.cpp - All figures of some judged rows --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Metrics/Judgement.h"

#include "Metrics/Sum.h"

namespace mlc::runtime {

const ClassCounts &Judgement::counts() {
  if (!counts_)
    counts_.emplace(judged_);
  return *counts_;
}

const Calibration &Judgement::calibration() {
  if (!calibration_)
    calibration_ = calibrationOf(judged_);
  return *calibration_;
}

const Regression &Judgement::regression() {
  if (!regression_)
    regression_ = regressionOf(judged_);
  return *regression_;
}

/// What ranks a row for a class: the logit, where that is in the order of the
/// probability and has more digits.
static ScoredRow scoredRow(const Judged &judged, std::int64_t row,
                           std::int64_t number) {
  if (judged.task == Task::Binary) {
    const double logit = judged.output(row, 0);
    return {number == 1 ? logit : -logit,
            judged.isPositive(row, 0) == (number == 1)};
  }
  const bool isPositive = judged.isPositive(row, number);
  const float output = judged.output(row, number);
  if (judged.task == Task::MultiLabel)
    return {output, isPositive};
  if (judged.columns == 2)
    return {double(output) - double(judged.output(row, 1 - number)),
            isPositive};
  const auto outputs =
      judged.outputs.subspan(row * judged.columns, judged.columns);
  return {Softmax(outputs, judged.decision.temperature).probability(output),
          isPositive};
}

Ranking Judgement::ranking(std::int64_t number) const {
  std::vector<ScoredRow> rows;
  rows.reserve(judged_.rows);
  for (std::int64_t row = 0; row < judged_.rows; ++row)
    rows.push_back(scoredRow(judged_, row, number));
  return Ranking(std::move(rows));
}

const Judgement::Areas &Judgement::areas(std::int64_t number) {
  areas_.resize(classCount());
  if (!areas_[number]) {
    const Ranking ranking = this->ranking(number);
    areas_[number] = {ranking.rocArea(), ranking.averagePrecision()};
  }
  return *areas_[number];
}

template <typename Figure>
double Judgement::meanOverClasses(Figure figure) {
  if (hasPositive())
    return areas(1).*figure;
  Sum sum;
  for (std::int64_t number = 0; number < classCount(); ++number)
    sum.add(areas(number).*figure);
  return sum.value() / double(classCount());
}

double Judgement::rocArea() { return meanOverClasses(&Areas::roc); }

double Judgement::averagePrecision() {
  return meanOverClasses(&Areas::precision);
}

double Judgement::topAccuracy(std::int64_t k) const {
  std::int64_t right = 0;
  for (std::int64_t row = 0; row < judged_.rows; ++row) {
    const std::int64_t truth = judged_.classes[row];
    const float output = judged_.output(row, truth);
    std::int64_t before = 0;
    for (std::int64_t column = 0; column < judged_.columns; ++column) {
      const float other = judged_.output(row, column);
      before += other > output || (other == output && column > truth);
    }
    right += before < k;
  }
  return double(right) / double(judged_.rows);
}

} // namespace mlc::runtime
