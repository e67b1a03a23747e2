//===- Prediction.h - What a row's outputs mean -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_PREDICTION_H
#define MLC_RUNTIME_PROGRAM_PREDICTION_H

#include "Data/TargetScale.h"
#include "Metrics/Judged.h"
#include "Signature.h"

#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// In which terms a model's outputs are told. Weights keep all of it.
struct OutputTerms {
  std::vector<double> scores; ///< Of classes that are scores (see LabelRule).
  std::vector<std::string> names;    ///< See ClassNames.h; empty without any.
  std::optional<TargetScale> target; ///< Of real outputs that are scaled.
  Decision decision;                 ///< How outputs become answers.
};

/// Writes predictions of one program.
class PredictionWriter {
public:
  explicit PredictionWriter(const MlcProgram &program, OutputTerms terms = {});

  /// A JSON object on a line: `row`; `outputs` as the program gives them, with
  /// all of their bits; binary labels: `probabilities` and `labels`, one an
  /// output; classes: `probabilities`, `class` and, where it is known, its
  /// `score`; where a row has several places with a class each, `classes`, and
  /// probabilities and the list `label` in their order. At the end `label`,
  /// which says in the data's own words what is predicted: the class's name,
  /// score or number; of several outputs a list, of labels the names (else
  /// numbers) of those that are predicted. Behind `row` stands `id`, JSON of
  /// the caller, where it is not empty. Of a row without a feature `"known":
  /// false` is at the end.
  void appendJson(fmt::memory_buffer &text, std::int64_t row,
                  std::span<const float> outputs, std::string_view id = {},
                  bool isKnown = true) const;

  /// Columns separated by tabs. Binary: probability and label of each output;
  /// class: the class (of each place), then all probabilities; real: the
  /// values. A label or class that has a name is written by it.
  void appendPlain(fmt::memory_buffer &text,
                   std::span<const float> outputs) const;

private:
  void appendLabel(fmt::memory_buffer &text,
                   std::span<const float> outputs) const;
  /// Of class `number`, or of the label 0 or 1: null where it has none.
  const std::string *nameOf(std::int64_t number) const;

  /// A real output in the units of its target.
  float targetOf(float output) const {
    return terms_.target ? float(terms_.target->undo(output)) : output;
  }

  const MlcProgram &program_;
  OutputTerms terms_;
  std::vector<std::string> quoted_; ///< Names as JSON has them.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_PREDICTION_H
