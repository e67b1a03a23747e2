//===- ImportanceCommand.cpp - PROGRAM importance -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/ExplainCommands.h"
#include "Commands/MeasureOptions.h"
#include "Commands/TextInput.h"
#include "Error.h"
#include "Explain/Importance.h"
#include "Program/KeptAnswers.h"
#include "Program/OwnWeights.h"
#include "Report/Figures.h"
#include "System/Console.h"
#include "System/Interrupt.h"
#include "System/Terminal.h"

#include <algorithm>
#include <fmt/format.h>
#include <span>

namespace mlc::runtime {

static std::string importanceJson(const ImportanceCommand &command,
                                  const Measure &measure, std::int64_t rows,
                                  const InputColumns &columns,
                                  std::span<const ColumnImportance> found) {
  std::string list;
  for (const ColumnImportance &own : found)
    list += fmt::format("{}{{\"name\": {}, \"mean\": {}, \"sd\": {}}}",
                        list.empty() ? "" : ", ",
                        jsonText(columns.name(own.column)), own.mean,
                        own.deviation);
  return fmt::format("{{\"measure\": {}, \"repeats\": {}, \"rows\": {}, "
                     "\"columns\": [{}]}}\n",
                     jsonText(measure.name()), command.repeats, rows, list);
}

static std::string importanceText(const ImportanceCommand &command,
                                  const Measure &measure,
                                  const InputColumns &columns,
                                  std::span<const ColumnImportance> found) {
  std::string text =
      fmt::format("{} worse by, with the column permuted ({} repeats)\n",
                  measure.name(), command.repeats);
  for (const ColumnImportance &own :
       found.first(std::min(found.size(), std::size_t(command.top))))
    text += fmt::format("{:>12.6f} +- {:<10.6f} {}\n", own.mean, own.deviation,
                        withoutControls(columns.name(own.column)));
  return text;
}

int runCommand(const MlcProgram &program, const ImportanceCommand &command) {
  const Predictor predictor(program, openWeights(command.weights));
  const OutputTerms terms = outputTermsOf(program, predictor.weights());
  const Measure measure(command.measure.empty() ? scoreName(program)
                                                : command.measure,
                        taskOf(program), columnsOf(program),
                        answerNames(predictor.weights()), "--measure");
  const Examples examples =
      openExamples(program, command.data, command.documents,
                   predictor.weights(), LabelUse::Needed, command.threads);
  const InputColumns columns(program, predictor.weights());
  const auto found = permutationImportance(predictor, examples, columns,
                                           measure, terms.decision,
                                           {.repeats = command.repeats,
                                            .seed = command.seed,
                                            .threads = command.threads});
  if (!found)
    return 128 + pendingSignal();
  printResult(command.json ? importanceJson(command, measure, examples.rows(),
                                            columns, *found)
                           : importanceText(command, measure, columns, *found));
  finishOutput();
  return 0;
}

} // namespace mlc::runtime
