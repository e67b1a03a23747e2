//===- JudgementPage.h - What a page shows of judged rows -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_REPORT_JUDGEMENTPAGE_H
#define MLC_RUNTIME_REPORT_JUDGEMENTPAGE_H

#include "Metrics/Judgement.h"
#include "Report/Html.h"

#include <span>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// Adds sections to a page: the figures given, under a heading; of classes, the
/// classification report, the confusion matrix, and the curves of ROC, of
/// precision over recall and of calibration; of numbers, what is predicted over
/// what is true. Every number is a `<data>` whose `data-figure` is its path in
/// the JSON of the same figures, joined by `/`: `f1`, `spam/recall`,
/// `confusion_matrix/0/1`.
void addJudgement(HtmlPage &page, std::string_view heading,
                  Judgement &judgement, std::span<const Figure> figures,
                  std::span<const std::string> classNames);

/// Figures as a table, named so.
std::string htmlFigureTable(std::span<const Figure> figures, Task task);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_REPORT_JUDGEMENTPAGE_H
