//===- Measure.h - Figures by their names -----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_METRICS_MEASURE_H
#define MLC_RUNTIME_METRICS_MEASURE_H

#include "Metrics/Judgement.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// A figure that can be asked for by its name, the same name in options,
/// files, reports and `--json`:
///
///   of classes: accuracy, balanced_accuracy (not MultiLabel), precision,
///     recall, f1 (of the positive class, or the macro average where there are
///     more than two), f1_micro and f1_weighted (more than two), mcc (not
///     MultiLabel), subset_accuracy and hamming_loss (MultiLabel),
///     top_k_accuracy (three classes and more; k = 2), roc_auc,
///     average_precision, log_loss, brier, ece
///   of one class: precision:NAME, recall:NAME, f1:NAME, roc_auc:NAME,
///     average_precision:NAME
///   of the positive class: precisionAtRecall:R, the highest precision of a
///     threshold whose recall is at least R in (0, 1]; recallAtPrecision:P
///     likewise, 0 where no threshold reaches P (named as in fastText)
///   of numbers: rmse, mae, median_ae, r2
///
/// They equal scikit-learn's of these names; its log_loss clips, ours does
/// not, and its accuracy of several labels is our subset_accuracy.
class Measure {
public:
  /// Throws UsageError, with `option` in front, that lists the names where
  /// there is none of this name for this task. `classNames`: of the columns, or
  /// of both answers of Binary; empty where they are just numbered.
  Measure(std::string_view name, Task task, std::int64_t columns,
          std::span<const std::string> classNames, std::string_view option);

  const std::string &name() const { return name_; }
  bool isHigherBetter() const { return isHigherBetter_; }
  /// NaN where it is undefined.
  double of(Judgement &judgement) const;

private:
  bool takeBound(std::string_view name, Task task, std::int64_t columns,
                 std::string_view option);

  std::string name_;
  bool isHigherBetter_ = true;
  double (*figure_)(Judgement &) = nullptr;
  double (*figureOfClass_)(Judgement &, std::int64_t number) = nullptr;
  std::int64_t class_ = 0;
  double (*figureAtBound_)(const Ranking &, double bound) = nullptr;
  double bound_ = 0;
};

/// Whether less is better, of the loss and of every figure's name.
bool isLowerBetter(std::string_view name);

/// A number with its name; NaN where it is undefined.
struct Figure {
  std::string name;
  double value;
};

/// What the measures ask for, in their order.
std::vector<Figure> figuresOf(Judgement &judgement,
                              std::span<const Measure> measures);

/// All that can be asked for without a class.
std::vector<Figure> figuresOf(Judgement &judgement);

/// All names without a class, in the order in which they are told.
std::vector<std::string> measureNames(Task task, std::int64_t columns);

/// The name of a class or column; its number where there are no names.
std::string className(std::span<const std::string> classNames,
                      std::int64_t number);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_METRICS_MEASURE_H
