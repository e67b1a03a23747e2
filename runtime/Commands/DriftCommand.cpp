//===- DriftCommand.cpp - PROGRAM drift -----------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/Digest.h"
#include "Audit/Distribution.h"
#include "Audit/RunRecord.h"
#include "Commands/AuditCommands.h"
#include "Commands/RecordFile.h"
#include "Commands/SharedOptions.h"
#include "Commands/TextInput.h"
#include "Commands/TextOptions.h"
#include "Error.h"
#include "Explain/InputColumns.h"
#include "Program/OwnWeights.h"
#include "System/Console.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>

namespace mlc::runtime {

/// Status of data that have drifted, for who is no person.
constexpr int hasDrifted = 3;
/// Above it a column has drifted.
constexpr double driftLimit = 0.2;

void addDriftOptions(CLI::App &command, DriftCommand &drift) {
  addWeights(command, drift.weights);
  addFile(command, "--data", drift.data,
          "new data: a data set, or what mlc data reads; labels are not used")
      ->required();
  addFile(command, "--record", drift.record,
          "the record of the training, where it does not lie beside the "
          "weights");
  addTextOptions(command, drift.documents, LabelUse::Ignored);
  addThreads(command, drift.threads);
  command.add_flag("--json", drift.json, "print a JSON object");
}

namespace {

/// A column of the data, a word or a number, and how far it has drifted.
struct Drift {
  std::string column;
  double index;
};

RunRecord recordFor(const DriftCommand &command) {
  if (command.weights.empty() && command.record.empty())
    throw UsageError("give --record with the record of the training: the "
                     "weights inside this program have none beside them");
  const std::string path =
      command.record.empty() ? recordPath(command.weights) : command.record;
  RunRecord record =
      command.weights.empty()
          ? OpenedRecord(path).record
          : readRecord(path, command.weights, sha256OfFile(command.weights));
  if (record.distribution.bins.empty())
    throw InputError(fmt::format("{}: does not say how the training rows were "
                                 "spread; train again",
                                 path));
  return record;
}

/// Of a column with several features, such as the values of a category, the
/// one that has drifted most.
std::vector<Drift> driftsOf(const Distribution &training,
                            const Distribution &now,
                            const InputColumns &columns) {
  std::vector<Drift> drifts;
  std::int64_t last = -1;
  for (std::size_t i = 0; i < training.bins.size(); ++i) {
    const std::int64_t column = columns.columnOf(training.bins[i].feature);
    const double index =
        stabilityIndex(training.bins[i].counts, now.bins[i].counts);
    if (column == last)
      drifts.back().index = std::max(drifts.back().index, index);
    else
      drifts.push_back({columns.name(column), index});
    last = column;
  }
  std::ranges::stable_sort(drifts, std::greater(), &Drift::index);
  return drifts;
}

std::string driftJson(const std::vector<Drift> &drifts, std::int64_t rows,
                      bool drifted) {
  boost::json::array columns;
  for (const auto &[column, index] : drifts)
    columns.push_back(
        {{"column", column}, {"psi", index}, {"drifted", index > driftLimit}});
  return boost::json::serialize(
             boost::json::object{{"drifted", drifted},
                                 {"rows", rows},
                                 {"columns", std::move(columns)}}) +
         "\n";
}

/// All that have drifted, and some that have most.
std::string driftText(const std::vector<Drift> &drifts, std::int64_t rows) {
  constexpr std::size_t some = 10;
  const auto count = std::size_t(std::ranges::count_if(
      drifts, [](const Drift &drift) { return drift.index > driftLimit; }));
  std::string text = fmt::format("{} of {} columns have drifted in {} rows\n",
                                 count, drifts.size(), rows);
  for (std::size_t i = 0; i < std::min(std::max(count, some), drifts.size());
       ++i)
    text +=
        fmt::format("{:<24}  {:8.4f}{}\n", drifts[i].column, drifts[i].index,
                    drifts[i].index > driftLimit ? "  drifted" : "");
  return text;
}

} // namespace

int runCommand(const MlcProgram &program, const DriftCommand &command) {
  const RunRecord record = recordFor(command);
  const SafetensorsFile weights = openWeights(command.weights);
  const Examples examples =
      openExamples(program, command.data, command.documents, weights,
                   LabelUse::Ignored, command.threads);
  const Distribution &training = record.distribution;
  for (const FeatureBins &bins : training.bins)
    if (bins.feature >= examples.data().width())
      throw InputError(fmt::format("{}: has {} features, and the training had "
                                   "more; give rows of as many",
                                   command.data, examples.data().width()));
  const std::vector<Drift> drifts =
      driftsOf(training, countedAs(training, examples.data()),
               InputColumns(program, weights));
  const bool drifted = !drifts.empty() && drifts.front().index > driftLimit;
  // Shares of few rows are far from those of many by chance alone: 10 ranges
  // give an index of about 9 / rows.
  constexpr std::int64_t few = 100;
  if (examples.rows() < few)
    printNote(fmt::format("warning: {}: {} rows are too few to tell drift from "
                          "chance; give {} or more",
                          command.data, examples.rows(), few));
  printResult(command.json ? driftJson(drifts, examples.rows(), drifted)
                           : driftText(drifts, examples.rows()));
  finishOutput();
  return drifted ? hasDrifted : 0;
}

} // namespace mlc::runtime
