//===- Prediction.h - What a row's outputs mean -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_PREDICTION_H
#define MLC_RUNTIME_PROGRAM_PREDICTION_H

#include "Metrics/Judged.h"
#include "Signature.h"

#include <cstdint>
#include <fmt/format.h>
#include <span>
#include <vector>

namespace mlc::runtime {

/// Writes predictions of one program.
class PredictionWriter {
public:
  /// `scores`: what each class stands for, where classes are scores (see
  /// LabelRule); else empty. `decision`: how outputs become answers.
  explicit PredictionWriter(const MlcProgram &program,
                            std::vector<double> scores = {},
                            const Decision &decision = {})
      : program_(program), scores_(std::move(scores)), decision_(decision) {}

  /// A JSON object on a line: `row`; `outputs` as the program gives them, with
  /// all of their bits; binary labels: `probabilities` and `labels`, one an
  /// output; classes: `probabilities`, `class` and, where it is known, its
  /// `score`.
  void appendJson(fmt::memory_buffer &text, std::int64_t row,
                  std::span<const float> outputs) const;

  /// Columns separated by tabs. Binary: probability and label of each output;
  /// class: the class, then all probabilities; real: the values.
  void appendPlain(fmt::memory_buffer &text,
                   std::span<const float> outputs) const;

private:
  const MlcProgram &program_;
  std::vector<double> scores_;
  Decision decision_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_PREDICTION_H
