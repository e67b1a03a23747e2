//===- ClassCounts.cpp - Who was told what --------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Metrics/ClassCounts.h"

#include "Metrics/Sum.h"

#include <algorithm>
#include <cmath>

namespace mlc::runtime {

static double share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : double(part) / double(whole);
}

ClassScores scoresOf(const ClassCount &count) {
  return {share(count.right, count.told), share(count.right, count.support),
          share(2 * count.right, count.told + count.support), count.support};
}

/// Scores added up with weights.
namespace {
class ScoreSum {
public:
  void add(const ClassScores &scores, double weight) {
    precision_.add(weight * scores.precision);
    recall_.add(weight * scores.recall);
    f1_.add(weight * scores.f1);
    weight_ += weight;
  }
  ClassScores mean(std::int64_t support) const {
    if (weight_ == 0)
      return {0, 0, 0, support};
    return {precision_.value() / weight_, recall_.value() / weight_,
            f1_.value() / weight_, support};
  }

private:
  Sum precision_, recall_, f1_;
  double weight_ = 0;
};
} // namespace

ClassCounts::ClassCounts(const Judged &judged)
    : isMultiLabel_(judged.task == Task::MultiLabel), rows_(judged.rows),
      classes_(judged.task == Task::Binary ? 2 : judged.columns) {
  if (isMultiLabel_)
    countColumns(judged);
  else
    countRows(judged);
  average();
}

void ClassCounts::countRows(const Judged &judged) {
  const std::int64_t classes = std::ssize(classes_);
  if (classes <= maxConfusion)
    confusion_.resize(classes * classes);
  for (std::int64_t row = 0; row < rows_; ++row) {
    const auto outputs =
        judged.outputs.subspan(row * judged.columns, judged.columns);
    const bool isBinary = judged.task == Task::Binary;
    const std::int64_t truth =
        isBinary ? judged.isPositive(row, 0) : judged.classes[row];
    const std::int64_t told = isBinary ? isTold(outputs[0], 0, judged.decision)
                                       : classTold(outputs, judged.decision);
    ++classes_[truth].support;
    ++classes_[told].told;
    if (truth == told) {
      ++classes_[truth].right;
      ++rightRows_;
    }
    if (!confusion_.empty())
      ++confusion_[truth * classes + told];
  }
}

void ClassCounts::countColumns(const Judged &judged) {
  ScoreSum samples;
  for (std::int64_t row = 0; row < rows_; ++row) {
    ClassCount ofRow;
    std::int64_t right = 0;
    for (std::int64_t column = 0; column < judged.columns; ++column) {
      const bool truth = judged.isPositive(row, column);
      const bool told = isTold(judged.output(row, column), std::size_t(column),
                               judged.decision);
      for (ClassCount *count : {&ofRow, &classes_[column]}) {
        count->support += truth;
        count->told += told;
        count->right += truth && told;
      }
      right += truth == told;
    }
    rightColumns_ += right;
    rightRows_ += right == judged.columns;
    samples.add(runtime::scoresOf(ofRow), 1);
  }
  averages_.samples = samples.mean(0);
}

void ClassCounts::average() {
  ClassCount all;
  ScoreSum macro, weighted;
  for (const ClassCount &count : classes_) {
    all.right += count.right;
    all.told += count.told;
    all.support += count.support;
    macro.add(scoresOf(count), 1);
    weighted.add(scoresOf(count), double(count.support));
  }
  averages_.micro = scoresOf(all);
  averages_.macro = macro.mean(all.support);
  averages_.weighted = weighted.mean(all.support);
  averages_.samples.support = all.support;
}

double ClassCounts::accuracy() const {
  return isMultiLabel_ ? share(rightColumns_, rows_ * std::ssize(classes_))
                       : share(rightRows_, rows_);
}

double ClassCounts::subsetAccuracy() const { return share(rightRows_, rows_); }

double ClassCounts::balancedAccuracy() const {
  Sum recalls;
  std::int64_t present = 0;
  for (const ClassCount &count : classes_)
    if (count.support > 0) {
      recalls.add(scoresOf(count).recall);
      ++present;
    }
  return recalls.value() / double(present);
}

double ClassCounts::mcc() const {
  // Whole numbers, of which the squares of 2^31 rows fit.
  using Wide = __int128;
  Wide both = 0, told = 0, truth = 0;
  for (const ClassCount &count : classes_) {
    both += Wide(count.support) * count.told;
    told += Wide(count.told) * count.told;
    truth += Wide(count.support) * count.support;
  }
  const Wide all = Wide(rows_) * rows_;
  const double varianceTold = double(all - told);
  const double varianceTruth = double(all - truth);
  if (varianceTold == 0 || varianceTruth == 0)
    return 0;
  return double(Wide(rightRows_) * rows_ - both) /
         std::sqrt(varianceTold * varianceTruth);
}

std::int64_t ClassCounts::onlyTold() const {
  if (isMultiLabel_) {
    std::int64_t told = 0;
    for (const ClassCount &count : classes_)
      told += count.told;
    if (told == 0)
      return 0;
    return told == rows_ * std::ssize(classes_) ? 1 : -1;
  }
  const auto found = std::ranges::find_if(
      classes_, [&](const ClassCount &count) { return count.told == rows_; });
  return found == classes_.end() ? -1 : found - classes_.begin();
}

} // namespace mlc::runtime
