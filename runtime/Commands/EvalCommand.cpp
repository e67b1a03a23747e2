//===- EvalCommand.cpp - PROGRAM eval -------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/Commands.h"
#include "Commands/EvalReport.h"
#include "Commands/MeasureOptions.h"
#include "Commands/OutputPaths.h"
#include "Commands/TextInput.h"
#include "Program/ForwardPass.h"
#include "Program/KeptAnswers.h"
#include "Program/Prediction.h"
#include "Program/Predictor.h"
#include "Report/AnswerWarnings.h"
#include "System/Console.h"

#include "Error.h"
#include "System/AtomicFile.h"

#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

/// Writes all outputs to a file, as `predict --json` prints them, and keeps
/// them; either may be null.
static Evaluation evaluate(Executor &executor, const Examples &examples,
                           const PredictionWriter &writer, AtomicFile *file,
                           KeptAnswers *kept) {
  const MlcProgram &program = executor.program();
  fmt::memory_buffer text;
  Evaluator evaluator(executor, examples, allRows(examples.rows()));
  if (!file && !kept)
    return *evaluator.run();
  return *evaluator.run([&](const ForwardChunk &chunk) {
    if (kept)
      kept->add(chunk);
    if (!file)
      return;
    text.clear();
    for (std::size_t i = 0; i < chunk.rows.size(); ++i)
      writer.appendJson(
          text, chunk.rows[i],
          chunk.outputs.subspan(i * program.outputs, program.outputs));
    file->write(std::as_bytes(std::span(text.data(), text.size())));
  });
}

/// Warns of what is odd, then prints the figures.
static void tell(const EvalCommand &command, const EvalResult &result) {
  if (!std::isfinite(result.evaluation.loss))
    throw InputError(fmt::format("{}: the loss is {}; the weights or the data "
                                 "are too large for 32-bit numbers",
                                 command.data, result.evaluation.loss));
  if (result.judgement)
    for (const std::string &warning : answerWarnings(
             command.data + ": ", *result.judgement, result.classNames))
      printNote(fmt::format("warning: {}", warning));
  printResult(command.json ? evalJson(result) : evalText(result));
}

int runCommand(const MlcProgram &program, const EvalCommand &command) {
  expectDistinct("--predictions", command.predictions,
                 {command.data, command.weights});
  const Predictor predictor(program, SafetensorsFile(command.weights));
  const SafetensorsFile &weights = predictor.weights();
  const std::vector<std::string> names = answerNames(weights);
  const std::vector<Measure> measures =
      measuresOf(program, command.measures, names);
  const Examples examples =
      openExamples(program, command.data, command.documents, weights,
                   LabelUse::Needed, command.threads);
  Executor executor(predictor, command.threads,
                    chooseDevice(program, command.device));
  std::optional<AtomicFile> predictions;
  if (!command.predictions.empty())
    predictions.emplace(command.predictions);
  std::optional<KeptAnswers> kept;
  if (command.measures.empty() || !measures.empty())
    kept.emplace(program, examples).reserve(examples.rows());
  const Evaluation evaluation =
      evaluate(executor, examples, PredictionWriter(program, scoresOf(weights)),
               predictions ? &*predictions : nullptr, kept ? &*kept : nullptr);
  std::optional<Judgement> judgement;
  if (kept)
    judgement.emplace(kept->judged());
  tell(command, {program, examples.rows(), evaluation,
                 judgement ? &*judgement : nullptr, measures, names});
  if (predictions) {
    predictions->prepare();
    predictions->commit();
  }
  finishOutput();
  return 0;
}

} // namespace mlc::runtime
