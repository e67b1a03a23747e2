//===- TrainData.cpp - The rows of a training run -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/TrainData.h"

#include "Audit/RowList.h"
#include "Error.h"
#include "Program/ForwardPass.h"
#include "Program/Weights.h"
#include "System/Console.h"
#include "Train/RowWeights.h"
#include "Train/Split.h"

#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

namespace mlc::runtime {

/// Half of this machine's memory, beyond which a file is read in windows.
static std::uintmax_t muchMemory() {
  return std::uintmax_t(::sysconf(_SC_PHYS_PAGES)) *
         std::uintmax_t(::sysconf(_SC_PAGESIZE)) / 2;
}

/// Why all rows must be in memory; empty where they need not.
static std::string wantsAll(const MlcProgram &program,
                            const TrainCommand &command) {
  if (command.validation > 0)
    return "--validation sets rows of one file aside: give --test FILE, which "
           "mlc data --split makes";
  if (!command.forgotten.empty())
    return "the rows of --rows are those of one file: give that, or make the "
           "parts again without these rows and train anew";
  if (hasTeacher(program))
    return "the model learns from a teacher, whose answers mlc cv --teacher "
           "writes into one file: give that";
  if (program.private_clip > 0)
    return "each step of private training draws from all rows: give one file "
           "with all";
  if (command.device.kind == DeviceRequest::Cuda ||
      (command.device.kind == DeviceRequest::Auto && !hasCpuCode(program)))
    return "a GPU takes all rows into its memory: give one file, or --device "
           "cpu";
  return "";
}

/// Whether the rows are read window by window. What is learned is the same.
static bool isStreamed(const MlcProgram &program, const TrainCommand &command) {
  const std::string why = wantsAll(program, command);
  if (command.data.size() > 1) {
    if (!why.empty())
      throw UsageError(fmt::format("--data: names {} files, but {}",
                                   command.data.size(), why));
    return true;
  }
  std::error_code error;
  const std::uintmax_t bytes =
      std::filesystem::file_size(command.data.front(), error);
  return why.empty() && !error && bytes > muchMemory();
}

static std::unique_ptr<ExampleParts> openParts(const MlcProgram &program,
                                               const TrainCommand &command) {
  if (!isStreamed(program, command))
    return nullptr;
  auto parts = std::make_unique<ExampleParts>(program, command.data);
  if (!parts->first().weights().empty() && !hasWeights(program))
    throw InputError(fmt::format(
        "{}: the rows have weights, but the loss of program '{}' takes none; "
        "give graph.loss an argument %w: tensor<?xf32> and its loss op "
        "weight(%w), as mlc new --data does, or make the data set without "
        "--weight-column",
        parts->first().path(), program.name));
  constexpr double gigabyte = 1e9; // Some seconds, in which people wonder.
  const double bytes = double(parts->bytesOf({0, parts->rows()}));
  if (bytes > gigabyte && !command.isQuiet)
    printNote(fmt::format("reading all {} rows once, {:.1f} GB, to check them",
                          parts->rows(), bytes / gigabyte));
  parts->check();
  return parts;
}

/// Rows for what looks at some of them: as many as a record's figures of
/// features are made of (Audit/Distribution.h).
static constexpr std::int64_t sampledRows = 4096;

TrainData::TrainData(const MlcProgram &program, const TrainCommand &command)
    : parts(openParts(program, command)),
      training(program,
               parts ? parts->sample(sampledRows)
                     : Dataset(command.data.front()),
               parts ? LabelUse::Needed : LabelUse::Taught),
      vectorizer(vectorizerTensors(file(), program)) {
  if (!command.test.empty()) {
    test.emplace(program, command.test, LabelUse::Needed);
    test->expectSameVectorizer(file());
    testRows = allRows(test->rows());
  }
  if (command.validation > 0) {
    Split split = splitRows(training, command.validation, command.trainer.seed);
    trainingRows = std::move(split.training);
    testRows = std::move(split.validation);
  } else {
    trainingRows = allRows(training.rows());
  }
  if (!command.forgotten.empty())
    leaveOut(readRowList(command.forgotten, training.rows()), trainingRows);
  if (!hasWeights(program))
    return;
  if (parts)
    weights = trainingWeights(*parts, command.classWeights);
  training.setWeights(
      trainingWeights(training, program, trainingRows, command.classWeights));
}

std::vector<const SafetensorsFile *> TrainData::files() const {
  if (!parts)
    return {training.data().file()};
  std::vector<const SafetensorsFile *> files;
  for (const Dataset &part : parts->parts())
    files.push_back(part.file());
  return files;
}

double TrainData::nonzerosPerRow() const {
  if (parts)
    return parts->isSparse() ? double(parts->nonzeros()) / double(rows()) : 0;
  const std::span<const std::int64_t> indptr = training.data().indptr();
  std::int64_t nonzeros = 0;
  if (!indptr.empty())
    for (const std::int32_t row : trainingRows)
      nonzeros += indptr[std::size_t(row) + 1] - indptr[std::size_t(row)];
  return double(nonzeros) / double(rows());
}

std::unique_ptr<TrainingRows>
TrainData::trainingOn(Executor &executor, const TrainerOptions &options) const {
  if (parts)
    return std::make_unique<StreamedRows>(executor, *parts, weights,
                                          options.rowOrder());
  return std::make_unique<ResidentRows>(executor, training, trainingRows,
                                        options.rowOrder());
}

} // namespace mlc::runtime
