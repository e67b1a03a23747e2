//===- CalibrateCommand.cpp - PROGRAM calibrate ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/Digest.h"
#include "Commands/Commands.h"
#include "Commands/EarlierOptions.h"
#include "Commands/MeasureOptions.h"
#include "Commands/OutputPaths.h"
#include "Commands/RecordFile.h"
#include "Commands/TextInput.h"
#include "Error.h"
#include "Metrics/Temperature.h"
#include "Metrics/Threshold.h"
#include "Program/KeptAnswers.h"
#include "Program/OwnWeights.h"
#include "Program/Predictor.h"
#include "Program/StoredDecision.h"
#include "Program/StoredFigures.h"
#include "Report/Figures.h"
#include "System/Console.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <optional>

namespace mlc::runtime {

namespace {

void checkOptions(const MlcProgram &program, const CalibrateCommand &command) {
  if (taskOf(program) == Task::Regression)
    throw UsageError(fmt::format("program '{}' predicts numbers, not "
                                 "probabilities; there is nothing to calibrate",
                                 program.name));
  if (!command.threshold.empty() && taskOf(program) == Task::MultiClass &&
      columnsOf(program) != 2)
    throw UsageError(fmt::format(
        "--threshold: program '{}' tells {} classes, of which the most likely "
        "is the answer, and a threshold decides between two; leave it out: the "
        "temperature makes their probabilities true",
        program.name, columnsOf(program)));
  if (command.ofEachLabel && taskOf(program) != Task::MultiLabel)
    throw UsageError(fmt::format("--each-label: program '{}' has not several "
                                 "labels; leave it out",
                                 program.name));
  if (command.ofEachLabel && fixedThreshold(command.threshold, "--threshold"))
    throw UsageError("--each-label: expected a rule by which to choose, such "
                     "as f1, but --threshold is a probability; leave one out");
  const std::string earlier =
      command.weights.empty() ? "" : recordPath(command.weights);
  for (const std::string &path : {command.output, recordPath(command.output)}) {
    expectDistinct("-o", path,
                   {command.data, command.weights, earlier, command.sign});
    expectWritable(path);
  }
}

/// The record of the training that these weights are of, if they have one.
std::optional<RunRecord> trainingRecord(const CalibrateCommand &command) {
  const std::string path = recordPath(command.weights);
  const bool isThere =
      !command.weights.empty() && std::filesystem::exists(path);
  if (!isThere && !command.sign.empty())
    throw UsageError(fmt::format(
        "--sign: what is signed is a record, and {} has none beside it; leave "
        "it out, or give the weights as train wrote them",
        command.weights.empty() ? "this program" : command.weights));
  if (!isThere)
    return std::nullopt;
  RunRecord record = OpenedRecord(path).record;
  if (sha256OfFile(command.weights) != record.weights.sha256)
    throw InputError(fmt::format(
        "{}: is no record of {}; give the weights that were written beside it, "
        "or remove it, and what is written has no record either",
        path, command.weights));
  return record;
}

/// Calibrating changes no parameter: the record of the training goes on, and
/// `verify --retrain` proves as much as before.
void writeRecordOf(const CalibrateCommand &command,
                   const std::optional<SigningKey> &key,
                   std::optional<RunRecord> record,
                   std::vector<Figure> figures) {
  if (!record) {
    removeRecord(command.output);
    return;
  }
  record->maker = WeightsMaker::Calibration;
  // Of several calibrations the last one is what counts.
  std::erase_if(record->sources, [](const RecordedFile &source) {
    return source.role == "earlier weights" ||
           source.role == "calibration data";
  });
  record->sources.push_back(recordedFile("earlier weights", command.weights));
  // Of a folder there is no hash.
  if (!std::filesystem::is_directory(command.data))
    record->sources.push_back(recordedFile("calibration data", command.data));
  record->options["threshold"] = command.threshold;
  record->options["each_label"] = command.ofEachLabel ? "yes" : "";
  record->finished = timeText();
  record->figures = std::move(figures);
  writeRecord(*std::move(record), command.output, key);
}

/// Rows that were learned tell nothing of how sure the program may be.
void expectHeldOut(const SafetensorsFile &weights, const std::string &path) {
  if (hasLearned(weights.metadata(), path))
    throw InputError(fmt::format(
        "{}: {} was trained on these rows, so it is surer of them than of "
        "others; give rows that were held out (mlc data --split), or let "
        "mlc train choose before it learns from all (--threshold, "
        "--calibrate)",
        path, weights.path()));
}

double temperatureOf(const Judged &judged, const std::string &path) {
  if (const auto temperature = bestTemperature(judged))
    return *temperature;
  printNote(fmt::format(
      "warning: {}: the surer, the better (or the worse) on all of these rows, "
      "so no temperature is best; it stays 1: give more rows",
      path));
  return 1;
}

/// `names` are those of the labels, where they have any.
void chooseThreshold(const CalibrateCommand &command, const Judged &judged,
                     std::span<const std::string> names, Decision &decision) {
  if (command.threshold.empty())
    return;
  if (const auto fixed = fixedThreshold(command.threshold, "--threshold")) {
    decision.threshold = fixed;
    return;
  }
  const ThresholdRule rule(command.threshold, "--threshold");
  const auto chosen = [&](std::optional<std::int64_t> column) {
    if (const auto threshold = bestThreshold(judged, rule, column))
      return *threshold;
    std::string label;
    if (column)
      label = std::size_t(*column) < names.size()
                  ? fmt::format(" of {:?}", names[std::size_t(*column)])
                  : fmt::format(" of label {}", *column);
    throw InputError(fmt::format("{}: no threshold gives {}{}; ask for less, "
                                 "or train further",
                                 command.data, rule.text(), label));
  };
  if (command.ofEachLabel)
    for (std::int64_t column = 0; column < judged.columns; ++column)
      decision.thresholds.push_back(chosen(column));
  else
    decision.threshold = chosen(std::nullopt);
}

void tell(const CalibrateCommand &command, const Decision &decision,
          std::span<const Figure> before, std::span<const Figure> after) {
  if (command.json) {
    printResult(fmt::format(
        "{{\"temperature\": {}, \"threshold\": {}, \"before\": {{{}}}, "
        "\"after\": {{{}}}}}\n",
        decision.temperature,
        decision.hasThreshold() ? thresholdJson(decision) : "null",
        jsonFigures(before), jsonFigures(after)));
    return;
  }
  std::string text = fmt::format("temperature {:.4g}", decision.temperature);
  if (decision.threshold)
    text += fmt::format("  threshold {:.4g}", *decision.threshold);
  if (!decision.thresholds.empty())
    text += fmt::format("  thresholds {:.4g}",
                        fmt::join(decision.thresholds, ", "));
  text += fmt::format("\n\n{:<20}{:>10}{:>10}\n", "", "before", "after");
  for (std::size_t i = 0; i < before.size(); ++i)
    text += fmt::format("{:<20}{:>10}{:>10}\n", before[i].name,
                        figureText(before[i], Task::Binary),
                        figureText(after[i], Task::Binary));
  printResult(text);
}

} // namespace

int runCommand(const MlcProgram &program, const CalibrateCommand &command) {
  checkOptions(program, command);
  if (!command.threshold.empty() &&
      !fixedThreshold(command.threshold, "--threshold"))
    ThresholdRule(command.threshold, "--threshold");
  const std::optional<SigningKey> key = keyFor(command.sign);
  std::optional<RunRecord> record = trainingRecord(command);
  const Predictor predictor(program, openWeights(command.weights));
  const SafetensorsFile &weights = predictor.weights();
  expectHeldOut(weights, command.data);
  const Examples examples =
      openExamples(program, command.data, command.documents, weights,
                   LabelUse::Needed, command.threads);
  Executor executor(predictor, command.threads,
                    chooseDevice(program, command.device));
  KeptAnswers kept(program, examples);
  kept.reserve(examples.rows());
  const Evaluation evaluation =
      *Evaluator(executor, examples, allRows(examples.rows()))
           .run([&](const ForwardChunk &chunk) { kept.add(chunk); });
  if (!std::isfinite(evaluation.loss))
    throw InputError(fmt::format("{}: the loss is {}; the weights or the data "
                                 "are too large for 32-bit numbers",
                                 command.data, evaluation.loss));
  Decision decision;
  decision.temperature = temperatureOf(kept.judged(), command.data);
  chooseThreshold(command, kept.judged(decision), answerNames(weights),
                  decision);

  Judgement before(kept.judged()), after(kept.judged(decision));
  SafetensorsContents contents;
  contents.tensors = weights.tensors();
  contents.metadata = weights.metadata();
  storeDecision(decision, contents.metadata);
  std::vector<Figure> figures = {{"rows", double(examples.rows())}};
  std::ranges::copy(figuresOf(after), std::back_inserter(figures));
  storeFigures(figures, contents.metadata);
  contents.sealed = true;
  writeSafetensors(command.output, contents);
  writeRecordOf(command, key, std::move(record), std::move(figures));
  tell(command, decision, figuresOf(before), figuresOf(after));
  finishOutput();
  return 0;
}

} // namespace mlc::runtime
