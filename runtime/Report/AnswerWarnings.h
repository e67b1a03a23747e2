//===- AnswerWarnings.h - What is odd about answers -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_REPORT_ANSWERWARNINGS_H
#define MLC_RUNTIME_REPORT_ANSWERWARNINGS_H

#include "Metrics/Judgement.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// That all rows were told one class, though some are of another; and what to
/// do. `place`: whose rows they are, for example "DATA: ".
std::string oneAnswerWarning(const std::string &place,
                             const std::string &answer, std::int64_t rows,
                             std::int64_t otherRows);

/// What to know of the answers before their figures are believed, each as a
/// line for people.
std::vector<std::string>
answerWarnings(const std::string &place, Judgement &judgement,
               std::span<const std::string> classNames);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_REPORT_ANSWERWARNINGS_H
