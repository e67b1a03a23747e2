//===- GlobalReport.h - explain --global ------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_GLOBALREPORT_H
#define MLC_RUNTIME_COMMANDS_GLOBALREPORT_H

#include "Commands/ExplainCommands.h"
#include "Program/Examples.h"
#include "Program/Prediction.h"
#include "Program/Predictor.h"

#include <string>
#include <string_view>

namespace mlc::runtime {

/// Prints what counts over all rows of the data: of each class, or of the one
/// that was asked for, the columns with the largest parts where they occur, and
/// those with the largest sums. Throws InputError.
void tellGlobal(const MlcProgram &program, const ExplainCommand &command,
                const Predictor &predictor, const OutputTerms &terms);

/// The same as a piece of HTML, for a page of figures: of each output the
/// columns with the largest mean parts. Empty where parts have no closed form,
/// so that a page never waits for them, and where there are many outputs.
std::string tellingHtml(const MlcProgram &program, const Predictor &predictor,
                        const OutputTerms &terms, const Examples &examples,
                        std::int64_t threads);

/// The outputs to tell: that of `className` or, without, all, of which there
/// may be at most 20. Throws UsageError.
std::vector<std::int64_t> outputsToTell(const MlcProgram &program,
                                        const OutputTerms &terms,
                                        const std::string &className);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_GLOBALREPORT_H
