//===- ClassReport.h - What is told of classes ------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_REPORT_CLASSREPORT_H
#define MLC_RUNTIME_REPORT_CLASSREPORT_H

#include "Metrics/Judgement.h"

#include <span>
#include <string>

namespace mlc::runtime {

/// A line of a classification report.
struct ClassLine {
  std::string name;
  ClassScores scores;
};

/// The classes, and the averages (micro and samples of MultiLabel alone).
std::vector<ClassLine> classLines(Judgement &judgement,
                                  std::span<const std::string> classNames);
std::vector<ClassLine> averageLines(Judgement &judgement);

/// The member of this class in the JSON: its name, or `class:NAME` where a
/// figure is called so.
std::string classKey(const std::string &name);

/// Precision, recall, F1 and support of each class and their averages, as
/// scikit-learn's classification_report(digits=4) prints them. Beyond 100
/// classes only the averages.
std::string classReportText(Judgement &judgement,
                            std::span<const std::string> classNames);

/// The confusion matrix, a row for what is true; empty for more than 20
/// classes, or where there is none.
std::string confusionText(Judgement &judgement,
                          std::span<const std::string> classNames);

/// As members of an object, in this order:
///   NAME, "micro avg", "macro avg", ...: as the output_dict of scikit-learn's
///     classification_report; see classKey
///   confusion_matrix: row for row, of what is true; null where there is none
///   calibration: a list of {count, confidence, accuracy}, see Calibration
std::string classReportJson(Judgement &judgement,
                            std::span<const std::string> classNames);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_REPORT_CLASSREPORT_H
