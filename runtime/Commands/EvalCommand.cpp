//===- EvalCommand.cpp - PROGRAM eval -------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/Commands.h"
#include "Commands/OutputPaths.h"
#include "Commands/TextInput.h"
#include "Program/ForwardPass.h"
#include "Program/Prediction.h"
#include "Program/Predictor.h"
#include "System/Console.h"

#include "Error.h"
#include "System/AtomicFile.h"

#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

/// All outputs, as `predict --json` prints them.
static Evaluation evaluate(Executor &executor, const Examples &examples,
                           const PredictionWriter &writer, AtomicFile *file) {
  const MlcProgram &program = executor.program();
  fmt::memory_buffer text;
  Evaluator evaluator(executor, examples, allRows(examples.rows()));
  if (!file)
    return *evaluator.run();
  return *evaluator.run([&](const ForwardChunk &chunk) {
    text.clear();
    for (std::size_t i = 0; i < chunk.rows.size(); ++i)
      writer.appendJson(
          text, chunk.rows[i],
          chunk.outputs.subspan(i * program.outputs, program.outputs));
    file->write(std::as_bytes(std::span(text.data(), text.size())));
  });
}

int runCommand(const MlcProgram &program, const EvalCommand &command) {
  expectDistinct("--predictions", command.predictions,
                 {command.data, command.weights});
  const Predictor predictor(program, SafetensorsFile(command.weights));
  const SafetensorsFile &weights = predictor.weights();
  const Examples examples =
      openExamples(program, command.data, command.documents, weights,
                   LabelUse::Needed, command.threads);
  Executor executor(predictor, command.threads,
                    chooseDevice(program, command.device));
  std::optional<AtomicFile> predictions;
  if (!command.predictions.empty())
    predictions.emplace(command.predictions);
  const Evaluation result =
      evaluate(executor, examples, PredictionWriter(program, scoresOf(weights)),
               predictions ? &*predictions : nullptr);
  if (!std::isfinite(result.loss))
    throw InputError(fmt::format("{}: the loss is {}; the weights or the data "
                                 "are too large for 32-bit numbers",
                                 command.data, result.loss));
  printResult(command.json
                  ? fmt::format("{{\"rows\": {}, \"loss\": {}, \"{}\": {}}}\n",
                                examples.rows(), result.loss,
                                scoreName(program), result.score)
                  : fmt::format("loss {:.4f}  {} {}  {} rows\n", result.loss,
                                scoreName(program),
                                scoreText(program, result.score),
                                examples.rows()));
  if (predictions) {
    predictions->prepare();
    predictions->commit();
  }
  finishOutput();
  return 0;
}

} // namespace mlc::runtime
