//===- ForgetCommand.cpp - PROGRAM forget ---------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/Digest.h"
#include "Audit/RowList.h"
#include "Audit/RunRecord.h"
#include "Commands/AuditCommands.h"
#include "Commands/OutputPaths.h"
#include "Commands/Replay.h"
#include "Commands/SharedOptions.h"
#include "Error.h"
#include "System/Console.h"
#include "System/FilePattern.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace mlc::runtime {

void addForgetOptions(CLI::App &command, ForgetCommand &forget) {
  addParts(command, forget.training.data, "the data set that was learned")
      ->required();
  addFile(command, "--rows", forget.training.forgotten,
          "the rows of it to forget, a number from 0 on each line")
      ->required();
  addFile(command, "-o,--output", forget.training.output,
          "write the new weights here, and beside them FILE.run.json, which "
          "says what they have not learned")
      ->required();
  addFile(command, "--weights", forget.weights,
          "weights that learned these rows: train as their record says; not "
          "given: as train does without options");
  addFile(command, "--init", forget.training.first.init,
          "the weights that their training started from, if it did");
  addFile(command, "--vectors", forget.training.first.vectors,
          "the word vectors that it started from, if it did");
  addFile(command, "--sign", forget.training.sign,
          "sign the record with this secret key");
  addThreads(command, forget.training.threads);
  addDevice(command, forget.training.device);
  command.add_flag("-q,--quiet", forget.training.isQuiet,
                   "print no progress and no epochs, but warnings and errors");
}

/// Sets the options that a record tells of. Throws InputError where training
/// without some rows would not be what it was.
static void trainAs(const std::string &weights, TrainCommand &training) {
  const std::string path = recordPath(weights);
  const RunRecord record = OpenedRecord(path).record;
  if (record.maker == WeightsMaker::Compression)
    throw InputError(fmt::format(
        "{}: mlc compress made {} from {:?}; forget the rows in those, and "
        "compress what comes of it",
        path, weights,
        record.source("earlier weights")
            ? record.source("earlier weights")->name
            : "larger weights"));
  const TrainCommand before = replayOf(record, path);
  const auto expectSource = [&](const char *role, const std::string &file,
                                const char *option) {
    const RecordedFile *source = record.source(role);
    if ((source ? source->sha256 : "") !=
        (file.empty() ? "" : sha256OfFile(file)))
      throw InputError(fmt::format(
          "{}: names {} as {}; {}", path,
          source ? fmt::format("{:?}, another file,", source->name) : "none",
          role,
          source ? fmt::format("give that as {}", option)
                 : fmt::format("leave out {}", option)));
  };
  expectSource("data", training.data.front(), "--data");
  expectSource("first weights", training.first.init, "--init");
  expectSource("word vectors", training.first.vectors, "--vectors");
  if (record.source("forgotten rows"))
    throw InputError(fmt::format(
        "{}: rows were forgotten already; name the weights before that, and "
        "all rows to forget in one list",
        path));
  if (!record.option("continued_hash").empty())
    throw InputError(fmt::format(
        "{}: its training went on from an earlier one with other data; take "
        "the rows out of the data and train anew on all of it",
        path));
  if (before.validation > 0)
    throw InputError(fmt::format(
        "{}: rows were set aside by --validation, which takes others where "
        "some are gone; take the rows out of the data and train anew",
        path));
  if (record.maker == WeightsMaker::Calibration)
    printNote(fmt::format(
        "{} was calibrated; calibrate what comes of this, too", weights));
  training.trainer = before.trainer;
  training.first.map = before.first.map;
  training.first.names = before.first.names;
  training.first.into = before.first.into;
  training.classWeights = before.classWeights;
}

int runCommand(const MlcProgram &program, const ForgetCommand &command) {
  if (program.private_clip > 0)
    throw UsageError("forget: not of private training, whose weights have no "
                     "record of the rows; take the rows out of the data, and "
                     "train anew, which costs privacy anew");
  TrainCommand training = command.training;
  training.trainer.epochs = program.epochs;
  training.trainer.learningRate = program.learning_rate;
  training.data = matchFiles(training.data);
  expectDistinct("-o", training.output, {training.forgotten, command.weights});
  if (!command.weights.empty())
    trainAs(command.weights, training);
  const int status = runCommand(program, training);
  if (status == 0)
    printNote(fmt::format(
        "{0} has not learned the rows of {1}, which `verify {0} --retrain "
        "--data {2} --rows {1}` proves; other weights, checkpoints and the "
        "data itself still have them",
        training.output, training.forgotten, partsText(training.data)));
  return status;
}

} // namespace mlc::runtime
