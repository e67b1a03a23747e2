//===- ClassCounts.h - Who was told what ------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_METRICS_CLASSCOUNTS_H
#define MLC_RUNTIME_METRICS_CLASSCOUNTS_H

#include "Metrics/Judged.h"

#include <cstdint>
#include <span>
#include <vector>

namespace mlc::runtime {

/// Of one class, or of several added up.
struct ClassCount {
  std::int64_t right = 0;   ///< Rows of it that were told so.
  std::int64_t told = 0;    ///< Rows that were told to be of it.
  std::int64_t support = 0; ///< Rows of it.
};

/// 0/0 is 0 in all of them, as scikit-learn's `zero_division=0`.
struct ClassScores {
  double precision = 0; ///< right / told
  double recall = 0;    ///< right / support
  double f1 = 0;        ///< 2 right / (told + support)
  std::int64_t support = 0;
};
ClassScores scoresOf(const ClassCount &count);

/// The averages of scikit-learn's classification_report over all classes,
/// `labels=range(classes)`; their support is the sum.
struct ClassAverages {
  ClassScores micro;    ///< Of the counts added up.
  ClassScores macro;    ///< Each class counts the same.
  ClassScores weighted; ///< Each class counts as its support.
  ClassScores samples;  ///< MultiLabel: the mean over the rows.
};

/// Answers counted by class and by what is true. Binary answers have two
/// classes, 0 and 1; MultiLabel's classes are its columns.
class ClassCounts {
public:
  /// More classes than this have no confusion matrix: 8 MB.
  static constexpr std::int64_t maxConfusion = 1024;

  /// `judged` is no regression and has at least one row.
  explicit ClassCounts(const Judged &judged);

  std::span<const ClassCount> classes() const { return classes_; }
  /// [truth, told], row-major; empty for MultiLabel and for more than
  /// `maxConfusion` classes.
  std::span<const std::int64_t> confusion() const { return confusion_; }
  const ClassAverages &averages() const { return averages_; }

  /// Share of right answers: of rows, or of rows and columns in MultiLabel.
  double accuracy() const;
  /// MultiLabel: share of rows all of whose columns are right.
  double subsetAccuracy() const;
  /// Mean recall of the classes that have rows.
  double balancedAccuracy() const;
  /// Matthews' correlation (Gorodkin 2004); 0 where it is 0/0.
  double mcc() const;

  /// The class that every row was told, or -1 where they were told several. In
  /// MultiLabel: 0 or 1 where every column of every row was told that.
  std::int64_t onlyTold() const;

private:
  void countRows(const Judged &judged);
  void countColumns(const Judged &judged);
  void average();

  bool isMultiLabel_;
  std::int64_t rows_;
  std::int64_t rightRows_ = 0, rightColumns_ = 0;
  std::vector<ClassCount> classes_;
  std::vector<std::int64_t> confusion_;
  ClassAverages averages_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_METRICS_CLASSCOUNTS_H
