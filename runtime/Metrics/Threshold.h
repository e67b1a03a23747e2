//===- Threshold.h - From which probability on to say yes -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_METRICS_THRESHOLD_H
#define MLC_RUNTIME_METRICS_THRESHOLD_H

#include "Metrics/Judged.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// What a threshold is to be best in.
class ThresholdRule {
public:
  /// `f1`, `balanced_accuracy`, `accuracy`, `mcc`; `precision>=X`: the most
  /// recall with a precision of at least X, and `recall>=X` likewise;
  /// `cost:fp=X,fn=Y`: the least X for each false positive and Y for each false
  /// negative. Throws UsageError, with `option` in front, for others.
  ThresholdRule(std::string_view text, std::string_view option);

  const std::string &text() const { return text_; }

  /// What is told at a threshold.
  struct Counts {
    std::int64_t truePositives, falsePositives, positives, negatives;
  };
  /// Higher is better; NaN where the rule's bound is not kept.
  double worth(const Counts &counts) const;

private:
  enum Kind {
    F1,
    BalancedAccuracy,
    Accuracy,
    Mcc,
    PrecisionAtLeast,
    RecallAtLeast,
    Cost
  };
  std::string text_;
  Kind kind_;
  double bound_ = 0, falsePositive_ = 0, falseNegative_ = 0;
};

/// The probability that the text is; nothing where it is a rule's. Throws
/// UsageError, with `option` in front, for a number that is no probability.
std::optional<double> fixedThreshold(std::string_view text,
                                     std::string_view option);

/// The best threshold of the rule among the rows' own probabilities, at the
/// temperature of judged's decision; of equal ones the nearest to 0.5. Of
/// several labels it is that of `column`, or without one the threshold that all
/// have in common: every column of every row counts. Nothing where no threshold
/// keeps the rule's bound. `judged` is Binary, MultiLabel, or MultiClass of two
/// classes.
std::optional<double>
bestThreshold(const Judged &judged, const ThresholdRule &rule,
              std::optional<std::int64_t> column = std::nullopt);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_METRICS_THRESHOLD_H
