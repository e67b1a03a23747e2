//===- EvalCommand.cpp - PROGRAM eval -------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/Commands.h"
#include "Commands/EvalReport.h"
#include "Commands/GlobalReport.h"
#include "Commands/MeasureOptions.h"
#include "Commands/OutputPaths.h"
#include "Commands/TextInput.h"
#include "Program/ForwardPass.h"
#include "Program/KeptAnswers.h"
#include "Program/OwnWeights.h"
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
          chunk.outputs.subspan(i * columnsOf(program), columnsOf(program)), "",
          examples.data().hasEntries(chunk.rows[i]));
    file->write(std::as_bytes(std::span(text.data(), text.size())));
  });
}

/// What is known of how the figures came to be.
static Facts factsOf(const EvalCommand &command, const MlcProgram &program,
                     const SafetensorsFile &weights, const Examples &examples) {
  Facts facts = programFacts(program);
  facts.emplace_back("data", command.data);
  if (const SafetensorsFile *file = examples.data().file())
    facts.emplace_back("data hash", file->hash());
  facts.emplace_back("weights", weights.path());
  facts.emplace_back("weights hash", weights.hash());
  for (const auto &[name, key] : {std::pair("trained on (hash)", "data_hash"),
                                  {"options", "options"},
                                  {"seed", "seed"},
                                  {"steps", "steps"},
                                  {"temperature", "temperature"},
                                  {"threshold", "threshold"}})
    if (const auto found = weights.metadata().find(key);
        found != weights.metadata().end())
      facts.emplace_back(name, found->second);
  return facts;
}

/// Prints the figures, having warned of what is odd.
static void tell(const EvalCommand &command, const EvalResult &result,
                 std::span<const std::string> warnings) {
  for (const std::string &warning : warnings)
    printNote(fmt::format("warning: {}", warning));
  printResult(command.json ? evalJson(result) : evalText(result));
}

int runCommand(const MlcProgram &program, const EvalCommand &command) {
  expectDistinct("--predictions", command.predictions,
                 {command.data, command.weights});
  expectDistinct("--report", command.report,
                 {command.data, command.weights, command.predictions});
  if (!command.report.empty())
    expectWritable(command.report);
  const Predictor predictor(program, openWeights(command.weights));
  const SafetensorsFile &weights = predictor.weights();
  const OutputTerms terms = outputTermsOf(program, weights);
  const Decision &decision = terms.decision;
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
  if (command.measures.empty() || !measures.empty() ||
      decision.hasThreshold() || !command.report.empty())
    kept.emplace(program, examples).reserve(examples.rows());
  const Evaluation evaluation =
      evaluate(executor, examples, PredictionWriter(program, terms),
               predictions ? &*predictions : nullptr, kept ? &*kept : nullptr);
  std::optional<Judgement> judgement;
  if (kept)
    judgement.emplace(kept->judged(decision));
  if (!std::isfinite(evaluation.loss))
    throw InputError(fmt::format("{}: the loss is {}; the weights or the data "
                                 "are too large for 32-bit numbers",
                                 command.data, evaluation.loss));
  const EvalResult result{.program = program,
                          .rows = examples.rows(),
                          .evaluation = evaluation,
                          .judgement = judgement ? &*judgement : nullptr,
                          .isWhole = command.measures.empty(),
                          .measures = measures,
                          .classNames = names};
  std::vector<std::string> warnings;
  if (judgement)
    warnings = answerWarnings(command.data + ": ", *judgement, names);
  tell(command, result, warnings);
  if (!command.report.empty())
    writeText(command.report,
              evalPage(result, warnings,
                       factsOf(command, program, weights, examples),
                       tellingHtml(program, predictor, terms, examples,
                                   command.threads)));
  if (predictions) {
    predictions->prepare();
    predictions->commit();
  }
  finishOutput();
  return 0;
}

} // namespace mlc::runtime
