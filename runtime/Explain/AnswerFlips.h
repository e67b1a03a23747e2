//===- AnswerFlips.h - What must go for another answer ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_ANSWERFLIPS_H
#define MLC_RUNTIME_EXPLAIN_ANSWERFLIPS_H

#include "Explain/Explanation.h"

#include <functional>
#include <span>
#include <vector>

namespace mlc::runtime {

/// What leaving out takes: for each list of units, the outputs of the row
/// without them, one list after another.
using PredictWithout = std::function<std::vector<float>(
    std::span<const std::vector<std::size_t>> lists)>;

/// What a row's outputs answer.
using AnswerOf = std::function<std::string(std::span<const float> outputs)>;

/// The fewest units without which the answer is another, as far as a search
/// finds them: every single unit; then the first of `order`, as many as it
/// takes, of which those that are not needed are put back. Nothing where even
/// 100 do not do. `score` is that of outputs.
std::optional<AnswerFlip>
findFlip(std::size_t units, std::span<const std::size_t> order,
         const std::string &answer, const PredictWithout &predict,
         const AnswerOf &answerOf,
         const std::function<double(std::span<const float>)> &score);

/// Fills in the explanation's `flip`: units that speak for the answer are left
/// out first, those of the largest parts before others. Numbers have no answer
/// that could be another.
void seekFlip(const MlcProgram &program, const OutputTerms &terms,
              const ExplainedOutput &output, const PredictWithout &predict,
              Explanation &explanation);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_ANSWERFLIPS_H
