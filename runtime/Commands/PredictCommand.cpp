//===- PredictCommand.cpp - PROGRAM predict -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/Commands.h"
#include "Commands/LineObject.h"
#include "Commands/TextInput.h"
#include "Commands/TextStream.h"
#include "Error.h"
#include "Program/ForwardPass.h"
#include "Program/OwnWeights.h"
#include "Program/Prediction.h"
#include "Program/Predictor.h"
#include "Program/StoredDecision.h"
#include "System/Console.h"

#include <fmt/format.h>

namespace mlc::runtime {

/// Prints the predictions of all rows, numbered from `firstRow`; `ids` has one
/// for each, or none at all.
static void predictRows(Executor &executor, const Examples &examples,
                        const PredictionWriter &writer, bool json,
                        std::int64_t firstRow = 0,
                        std::span<const std::string> ids = {}) {
  const MlcProgram &program = executor.program();
  fmt::memory_buffer text;
  ForwardPass(executor, examples)
      .run(ProgramStep::Predict, allRows(examples.rows()),
           [&](const ForwardChunk &chunk) {
             text.clear();
             for (std::size_t i = 0; i < chunk.rows.size(); ++i) {
               const auto outputs = chunk.outputs.subspan(
                   i * columnsOf(program), columnsOf(program));
               if (json)
                 writer.appendJson(text, firstRow + chunk.rows[i], outputs,
                                   ids.empty() ? "" : ids[chunk.rows[i]],
                                   examples.data().hasEntries(chunk.rows[i]));
               else
                 writer.appendPlain(text, outputs);
             }
             printResult({text.data(), text.size()});
           });
}

int runCommand(const MlcProgram &program, const PredictCommand &command) {
  const Predictor predictor(program, openWeights(command.weights));
  const SafetensorsFile &weights = predictor.weights();
  const OutputTerms terms = outputTermsOf(program, weights);
  const PredictionWriter writer(program, terms);
  if (const std::string text = decisionText(terms.decision); !text.empty())
    printNote(fmt::format("with {}, as {} says", text, weights.path()));
  if (command.text) {
    TextStream stream(*command.text,
                      streamOptions(command.documents, command.threads),
                      weights);
    std::optional<Executor> executor;
    std::int64_t row = 0;
    std::string firstError;
    while (true) {
      const std::optional<Examples> examples = stream.next(program);
      if (examples) {
        if (!executor)
          executor.emplace(predictor, command.threads,
                           chooseDevice(program, command.device));
        predictRows(*executor, *examples, writer, /*json=*/true, row,
                    stream.ids());
        row += examples->rows();
      }
      const std::optional<std::string> error = stream.takeError();
      if (!error && !examples)
        break;
      if (error) {
        printResult(lineErrorJson(row++, stream.errorId(), *error));
        firstError = firstError.empty() ? *error : firstError;
      }
    }
    finishOutput();
    if (!firstError.empty())
      throw InputError(firstError);
  } else {
    const Examples examples =
        openExamples(program, command.data, command.documents, weights,
                     LabelUse::Ignored, command.threads);
    Executor executor(predictor, command.threads,
                      chooseDevice(program, command.device));
    predictRows(executor, examples, writer, command.json);
  }
  finishOutput();
  return 0;
}

} // namespace mlc::runtime
