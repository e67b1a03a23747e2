//===- FoldFigures.h - Figures of a cross-validation ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_REPORT_FOLDFIGURES_H
#define MLC_RUNTIME_REPORT_FOLDFIGURES_H

#include "Metrics/Measure.h"
#include "Report/Html.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// What one fold's model says of the rows that it did not learn. All folds have
/// figures of the same names; NaN where one is undefined.
struct FoldFigures {
  std::string name; ///< For people: "1/5".
  std::vector<Figure> figures;
};

/// A figure over the folds in which it is defined.
struct Spread {
  std::string name;
  double mean = 0;
  double deviation = 0;   ///< Of the sample (n - 1); NaN for less than two.
  std::int64_t folds = 0; ///< In which it is defined; 0: mean is NaN.
};

std::vector<Spread> spreadOf(std::span<const FoldFigures> folds);

/// A line a figure: its name, mean and deviation.
std::string spreadText(std::span<const Spread> spreads, Task task);

/// `"mean": {NAME: ...}, "sd": {NAME: ...}`; null where undefined.
std::string spreadJson(std::span<const Spread> spreads);

/// Adds a table: means and deviations, and each fold. The numbers are `<data>`
/// of `mean/NAME`, `sd/NAME` and `folds/N/NAME`.
void addFolds(HtmlPage &page, std::span<const FoldFigures> folds,
              std::span<const Spread> spreads, Task task);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_REPORT_FOLDFIGURES_H
