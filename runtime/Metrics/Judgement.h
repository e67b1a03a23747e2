//===- Judgement.h - All figures of some judged rows ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_METRICS_JUDGEMENT_H
#define MLC_RUNTIME_METRICS_JUDGEMENT_H

#include "Metrics/Calibration.h"
#include "Metrics/ClassCounts.h"
#include "Metrics/Judged.h"
#include "Metrics/Ranking.h"
#include "Metrics/Regression.h"

#include <optional>
#include <vector>

namespace mlc::runtime {

/// The figures of some rows, each computed when it is first asked for, on the
/// calling thread and in the order of the rows: its bits depend on nothing
/// else. Memory: 16 bytes a row beside what is judged.
class Judgement {
public:
  /// `judged` has at least one row; its arrays must outlive this.
  explicit Judgement(const Judged &judged) : judged_(judged) {}

  const Judged &judged() const { return judged_; }

  // No regression.
  const ClassCounts &counts();
  const Calibration &calibration();
  /// One class (Binary has 0 and 1), or one column of MultiLabel, against the
  /// rest. Sorted anew each time.
  Ranking ranking(std::int64_t number) const;
  /// Ranking::rocArea and averagePrecision of it.
  double rocArea(std::int64_t number) { return areas(number).roc; }
  double averagePrecision(std::int64_t number) {
    return areas(number).precision;
  }
  /// The mean over the classes; the positive class alone where there are two.
  double rocArea();
  double averagePrecision();
  /// MultiClass: share of rows whose class is among the k most probable; of
  /// equal outputs the later classes come first, as in scikit-learn.
  double topAccuracy(std::int64_t k) const;

  // Regression.
  const Regression &regression();

  /// Classes, or columns of MultiLabel.
  std::int64_t classCount() const {
    return judged_.task == Task::Binary ? 2 : judged_.columns;
  }
  /// Whether there are two classes, of which number 1 is the positive one.
  bool hasPositive() const {
    return judged_.task == Task::Binary ||
           (judged_.task == Task::MultiClass && judged_.columns == 2);
  }

private:
  struct Areas {
    double roc, precision;
  };
  const Areas &areas(std::int64_t number);
  template <typename Figure>
  double meanOverClasses(Figure figure);

  Judged judged_;
  std::optional<ClassCounts> counts_;
  std::optional<Calibration> calibration_;
  std::optional<Regression> regression_;
  std::vector<std::optional<Areas>> areas_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_METRICS_JUDGEMENT_H
