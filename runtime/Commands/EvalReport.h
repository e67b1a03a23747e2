//===- EvalReport.h - What eval tells ---------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_EVALREPORT_H
#define MLC_RUNTIME_COMMANDS_EVALREPORT_H

#include "Metrics/Measure.h"
#include "Program/ForwardPass.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mlc::runtime {

/// All that is known of an evaluation.
struct EvalResult {
  const MlcProgram &program;
  std::int64_t rows;
  Evaluation evaluation;
  Judgement *judgement; ///< Null where outputs were not kept.
  /// All figures and the classification report, not just `measures`.
  bool isWhole;
  std::span<const Measure> measures;
  std::span<const std::string> classNames;
};

/// Loss, accuracy (or rmse) and rows in a line; then the classification report,
/// the confusion matrix and all figures.
std::string evalText(const EvalResult &result);

/// An object: rows, loss, accuracy or rmse, temperature and threshold where the
/// weights have them, the figures by their names (null
/// where undefined) and the members of classReportJson.
std::string evalJson(const EvalResult &result);

/// Names and values, as people read them.
using Facts = std::vector<std::pair<std::string, std::string>>;

/// A page of all that is known (Report/Html.h): figures, curves, warnings, and
/// `facts` of the program, its weights and the data. `result` has a judgement.
/// `telling` is HTML of what predictions are made of; it may be empty.
std::string evalPage(const EvalResult &result,
                     std::span<const std::string> warnings, const Facts &facts,
                     const std::string &telling = "");

/// Program, compiler and hash of the model.
Facts programFacts(const MlcProgram &program);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_EVALREPORT_H
