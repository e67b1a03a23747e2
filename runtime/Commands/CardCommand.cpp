//===- CardCommand.cpp - PROGRAM card -------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/Digest.h"
#include "Audit/ModelCard.h"
#include "Commands/AuditCommands.h"
#include "Commands/CardFigures.h"
#include "Commands/MeasureOptions.h"
#include "Commands/OutputPaths.h"
#include "Commands/ProgramSummary.h"
#include "Commands/RecordFile.h"
#include "Commands/SharedOptions.h"
#include "Commands/TextInput.h"
#include "Error.h"
#include "Program/Executor.h"
#include "Program/KeptAnswers.h"
#include "Program/OwnWeights.h"
#include "Program/Predictor.h"
#include "Signature.h"
#include "System/Console.h"
#include "System/MappedFile.h"
#include "Table/Table.h"
#include "Text/Vectorizer.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>

namespace mlc::runtime {

void addCardOptions(CLI::App &command, CardCommand &card) {
  command
      .add_option("WEIGHTS", card.weights,
                  "weights that train wrote, with WEIGHTS.run.json beside them")
      ->required()
      ->type_name("FILE");
  addFile(command, "--test", card.test,
          "rows to measure them on: a data set, or what mlc data reads with "
          "the columns that were learned");
  addFile(command, "--record", card.record,
          "the record of the training, where it lies elsewhere");
  std::string names;
  for (const auto &[name, meaning] : ProviderNotes::names())
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  addFile(command, "--notes", card.notes,
          ("what no program can know, an object of JSON with texts: " + names)
              .c_str());
  command
      .add_option("--name", card.name, "of the model (default: the program's)")
      ->type_name("NAME");
  command
      .add_option("--format", card.format,
                  "md for Hugging Face; cyclonedx, a bill of materials; "
                  "annex-iv, the technical documentation of the EU AI Act; or "
                  "filing-cn, China's filing")
      ->check(CLI::IsMember({"md", "cyclonedx", "annex-iv", "filing-cn"}))
      ->capture_default_str()
      ->type_name("md|cyclonedx|annex-iv|filing-cn");
  CLI::Option *output =
      command.add_option("-o,--output", card.output, "instead of stdout")
          ->type_name("FILE");
  addFile(command, "--check", card.check,
          "make the card anew, and compare each line with the one in this "
          "file")
      ->excludes(output);
  addThreads(command, card.threads);
}

namespace {

/// Nothing where none is given and none lies beside the weights.
std::optional<RunRecord> recordOf(const CardCommand &command,
                                  const std::string &sha256) {
  const std::string path =
      command.record.empty() ? recordPath(command.weights) : command.record;
  std::error_code error;
  if (command.record.empty() && !std::filesystem::exists(path, error))
    return std::nullopt;
  return readRecord(path, command.weights, sha256);
}

std::string inputText(const MlcProgram &program,
                      const SafetensorsFile &weights) {
  if (Table::load(weights))
    return "rows of a table";
  if (weights.metadata().contains("vectorizer") &&
      Vectorizer::load(weights).isText())
    return "text";
  return fmt::format("{} rows of {} features",
                     isSparse(program) ? "sparse" : "dense", widthOf(program));
}

/// As Hugging Face names tasks.
const char *taskName(Task task, const std::string &input) {
  if (task == Task::Regression)
    return "tabular-regression";
  return input == "text" ? "text-classification" : "tabular-classification";
}

std::string outputText(Task task, std::int64_t columns,
                       std::span<const std::string> names) {
  switch (task) {
  case Task::Regression:
    return fmt::format("{} numbers", columns);
  case Task::Binary:
    return names.size() == 2 ? fmt::format("{} or {}", names[0], names[1])
                             : std::string("yes or no");
  case Task::MultiLabel:
    return fmt::format("yes or no, for each of {} labels", columns);
  case Task::MultiClass:
    return fmt::format("one of {} classes", columns);
  }
  __builtin_unreachable();
}

CardTest measure(const MlcProgram &program, const CardCommand &command,
                 const Predictor &predictor,
                 std::span<const std::string> names) {
  const Examples examples =
      openExamples(program, command.test, DocumentOptions(),
                   predictor.weights(), LabelUse::Needed, command.threads);
  if (examples.rows() == 0)
    throw InputError(fmt::format("{}: has no rows to measure", command.test));
  Executor executor(predictor, command.threads, nullptr);
  KeptAnswers kept(program, examples);
  kept.reserve(examples.rows());
  Evaluator evaluator(executor, examples, allRows(examples.rows()));
  evaluator.run([&](const ForwardChunk &chunk) { kept.add(chunk); });
  const Decision decision =
      outputTermsOf(program, predictor.weights()).decision;
  const std::optional<TextWords> words =
      wordsOfTexts(command.test, predictor.weights());
  std::error_code error;
  return {.name = recordedName(command.test),
          .sha256 = std::filesystem::is_regular_file(command.test, error)
                        ? sha256OfFile(command.test)
                        : "",
          .slices = cardSlices(kept.judged(decision), examples.data(), names,
                               words ? &*words : nullptr)};
}

ModelCard makeCard(const MlcProgram &program, const CardCommand &command) {
  const Predictor predictor(program, openWeights(command.weights));
  const SafetensorsFile &weights = predictor.weights();
  const std::vector<std::string> names = answerNames(weights);
  const Task task = taskOf(program);
  ModelCard card;
  card.name = command.name.empty() ? program.name : command.name;
  card.input = inputText(program, weights);
  card.output = outputText(task, columnsOf(program), names);
  card.task = taskName(task, card.input);
  card.compiler = program.compiler;
  card.target = program.target;
  card.parameters = countParameters(program);
  card.architecture = summaryText(program);
  card.weights = {"weights", recordedName(command.weights),
                  sha256Of(weights.storedBytes())};
  card.record = recordOf(command, card.weights.sha256);
  if (!command.test.empty())
    card.test = measure(program, command, predictor, names);
  if (!command.notes.empty())
    card.notes =
        ProviderNotes::parse(command.notes, MappedFile(command.notes).text());
  return card;
}

std::string inFormat(const ModelCard &card, const std::string &format) {
  if (format == "cyclonedx")
    return card.cycloneDx();
  if (format == "annex-iv")
    return card.annexIv();
  return format == "filing-cn" ? card.chinaFiling() : card.markdown();
}

} // namespace

int runCommand(const MlcProgram &program, const CardCommand &command) {
  expectDistinct(
      "--output", command.output,
      {command.weights, command.test, command.record, command.notes});
  const ModelCard card = makeCard(program, command);
  const std::string text = inFormat(card, command.format);
  if (!command.check.empty()) {
    if (const std::string difference = cardDifference(
            command.check, MappedFile(command.check).text(), text);
        !difference.empty())
      throw InputError(difference);
    printResult(fmt::format("{}: all that it says was made anew and agrees\n",
                            command.check));
  } else if (!command.output.empty()) {
    writeText(command.output, text);
  } else {
    printResult(text);
  }
  finishOutput();
  return 0;
}

} // namespace mlc::runtime
