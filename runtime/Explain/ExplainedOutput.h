//===- ExplainedOutput.h - Which number is explained ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_EXPLAINEDOUTPUT_H
#define MLC_RUNTIME_EXPLAIN_EXPLAINEDOUTPUT_H

#include "Program/Prediction.h"
#include "Signature.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// The number that an explanation divides up: scale times the sum of the
/// program's outputs, each times its entry in `direction`, plus offset.
struct ExplainedOutput {
  std::vector<float> direction; ///< [outputs]
  double scale = 1, offset = 0;
  std::string name; ///< Of the class or the column; empty where there is one.
  /// What speaks for a positive part: "positive", "class comedy", or "".
  std::string meaning;

  double scoreOf(std::span<const float> outputs) const;
  /// How far baseline + parts may miss the score: a thousandth of the
  /// program's own units, of a target those that it was scaled to, so that the
  /// target's units make no difference.
  double tolerance() const;
};

/// The score of one output: of a binary output its logit (the logarithm of the
/// odds, before any temperature); of a class how far its output lies above the
/// mean of the others; of a number the number, in the units of its target.
ExplainedOutput explainedOutput(const MlcProgram &program,
                                const OutputTerms &terms, std::int64_t column);

/// Which output `name` means, a name or a number. Throws UsageError that lists
/// the names, with `option` in front.
std::int64_t columnNamed(const MlcProgram &program, const OutputTerms &terms,
                         const std::string &name, const std::string &option);

/// Which one is explained where none was asked for: the class that is told, of
/// several binary outputs the most probable, else the first.
std::int64_t toldColumn(const MlcProgram &program, const OutputTerms &terms,
                        std::span<const float> outputs);

/// What a row is told, in the data's own words: a class, "0" or "1", a number;
/// of several binary outputs, what `column` is told.
std::string answerOf(const MlcProgram &program, const OutputTerms &terms,
                     std::span<const float> outputs, std::int64_t column);

/// The probability that goes with the answer; nothing of numbers.
std::optional<double> probabilityOf(const MlcProgram &program,
                                    const OutputTerms &terms,
                                    std::span<const float> outputs,
                                    std::int64_t column);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_EXPLAINEDOUTPUT_H
