//===- ContinuedRun.cpp - Going on from a checkpoint with new data --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/ContinuedRun.h"

#include "Commands/ScheduleOptions.h"
#include "Data/ClassNames.h"
#include "Data/Hash.h"
#include "Data/SafetensorsHeader.h"
#include "Data/Seal.h"
#include "Error.h"
#include "Import/ReadWhole.h"
#include "Train/Checkpoint.h"
#include "Train/CheckpointFolder.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace mlc::runtime {

/// Empty where the checkpoint does not say.
static std::string saidOf(const SafetensorsFile &checkpoint, const char *key) {
  const auto found = checkpoint.metadata().find(key);
  return found == checkpoint.metadata().end() ? "" : found->second;
}

template <typename Number>
static Number numberOf(const SafetensorsFile &checkpoint, const char *key) {
  const std::string text = saidOf(checkpoint, key);
  if (text.empty())
    throw InputError(fmt::format(
        "{}: does not say its {:?}, as one that an older version of mlc wrote; "
        "--continue needs one of this version: resume the run that it is of, "
        "which writes one",
        checkpoint.path(), key));
  Number number{};
  if (!readWhole(text, number))
    failDamaged(checkpoint.path(), fmt::format("its {:?} is no number", key));
  return number;
}

SafetensorsFile openEarlier(const MlcProgram &program,
                            const std::string &path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    auto newest = CheckpointFolder(path).newest();
    if (!newest)
      throw InputError(
          fmt::format("{}: expected a folder with a checkpoint, "
                      "but there is none; name that of --checkpoints "
                      "of the run to go on from",
                      path));
    return openEarlier(program, newest->path());
  }
  SafetensorsFile file(path);
  const std::string format = saidOf(file, "format");
  if (format == "mlc.weights")
    throw InputError(fmt::format("{}: expected a checkpoint, but got weights, "
                                 "which have no optimiser's state; to start "
                                 "from them alone give --init {}",
                                 path, path));
  file.expectFormat("mlc.checkpoint");
  expectSeal(file);
  if (saidOf(file, "model_hash") != hashText(std::uint64_t(program.model_hash)))
    throw InputError(fmt::format(
        "{}: was made with another model than that of program '{}'; go on with "
        "the program that made it, or start from its weights with --init",
        path, program.name));
  return file;
}

EarlierRun earlierRunOf(const SafetensorsFile &checkpoint) {
  const TrainingPoint point = pointOf(checkpoint);
  // An epoch of which nothing was learned was not begun.
  return {.epochs = point.examples > 0 ? point.epoch : point.epoch - 1,
          .steps = point.step};
}

TrainCommand withCheckpoint(const MlcProgram &program,
                            const TrainCommand &given) {
  TrainCommand command = given;
  TrainerOptions &trainer = command.trainer;
  const ScheduleRequest &request = command.schedule;
  if (command.continued.empty()) {
    trainer.schedule = scheduleOf(ownSchedule(program), request);
    return command;
  }
  const SafetensorsFile checkpoint = openEarlier(program, command.continued);
  command.continued = checkpoint.path();
  trainer.earlier = earlierRunOf(checkpoint);
  if (!command.givesRate)
    trainer.learningRate = numberOf<double>(checkpoint, "learning_rate");
  if (!command.givesSeed)
    trainer.seed = numberOf<std::uint64_t>(checkpoint, "seed");
  ScheduleSettings earlier;
  if (const std::string text = saidOf(checkpoint, "schedule"); !text.empty())
    if (!readSchedule(text.substr(0, text.find(" over ")), earlier))
      failDamaged(checkpoint.path(), "its \"schedule\" is none");
  trainer.schedule = scheduleOf(earlier, request);
  // What is asked for anew begins anew.
  if (!isGiven(request) && !isConstant(earlier))
    trainer.scheduleSpan = {
        numberOf<std::int64_t>(checkpoint, "schedule_steps_per_epoch"),
        numberOf<std::int64_t>(checkpoint, "schedule_epochs"),
        numberOf<std::int64_t>(checkpoint, "schedule_steps_before")};
  return command;
}

/// Throws InputError where a column or a label means another thing now.
static void expectLike(const SafetensorsFile &checkpoint,
                       const TrainData &data) {
  const SafetensorsFile &file = data.file();
  const auto fail = [&](const std::string &what) {
    throw InputError(fmt::format(
        "{}: {}; make the new data set with mlc data --like of the old one",
        file.path(), what));
  };
  const auto width = numberOf<std::int64_t>(checkpoint, "features");
  if (data.training.data().width() != width)
    fail(fmt::format("has {} features, but {} learned from {}",
                     data.training.data().width(), checkpoint.path(), width));
  if (vectorizerHash(file).value_or("") !=
      saidOf(checkpoint, "vectorizer_hash"))
    fail(fmt::format("its features were not made as those that {} learned, so "
                     "a column means another thing there",
                     checkpoint.path()));
  const std::vector<std::string> names = classNamesOf(file),
                                 before = classNamesOf(checkpoint);
  for (const std::string &name : names)
    if (!before.empty() && std::ranges::find(before, name) == before.end())
      fail(fmt::format("has the class {:?}, which {} has never seen; its "
                       "classes are {}: leave its rows out, or train anew on "
                       "all data",
                       name, checkpoint.path(), showNames(before)));
  if (names != before)
    fail(fmt::format("its classes are {}, but those of {} are {}",
                     names.empty() ? "numbers" : showNames(names),
                     checkpoint.path(),
                     before.empty() ? "numbers" : showNames(before)));
  if (targetScaleOf(file) != targetScaleOf(checkpoint))
    fail(fmt::format("its labels have another scale (target_mean, target_sd) "
                     "than those that {} learned",
                     checkpoint.path()));
}

TrainingPoint goOnFrom(const SafetensorsFile &checkpoint,
                       const MlcProgram &program, const TrainData &data,
                       Model &model) {
  expectLike(checkpoint, data);
  const EarlierRun earlier = earlierRunOf(checkpoint);
  loadModel(checkpoint, program, model);
  TrainingPoint point = pointOf(checkpoint);
  point.startEpoch(earlier.epochs + 1);
  // Losses of other data are no measure for these.
  point.plateauBest = TrainingPoint().plateauBest;
  point.plateauWait = 0;
  return point;
}

/// What becomes of the earlier schedule in this run's steps; empty where that
/// is as usual.
static std::string scheduleNote(const MlcProgram &program,
                                const TrainerOptions &trainer,
                                const TrainData &data) {
  if (trainer.scheduleSpan.stepsPerEpoch == 0 ||
      !dependsOnLength(trainer.schedule))
    return "";
  const std::int64_t perEpoch =
      (data.rows() + program.batch - 1) / program.batch;
  const Schedule schedule =
      scheduleOfRun(trainer, perEpoch, program.accumulate);
  const std::int64_t end = trainer.scheduleSpan.stepsBefore + schedule.steps();
  TrainingPoint point;
  point.step = end;
  const std::string advice = fmt::format(
      "the learning rate is {:.3g}; give --schedule to begin another",
      schedule.rateAt(point));
  const std::string name = formOf(trainer.schedule.kind).name;
  if (trainer.earlier.steps >= end)
    return fmt::format("its schedule ({}) ended with step {}: in all steps now "
                       "{}",
                       name, end, advice);
  if (end - trainer.earlier.steps < perEpoch * trainer.epochs)
    return fmt::format("its schedule ({}) ends with step {}, {} steps from "
                       "here; after it {}",
                       name, end, end - trainer.earlier.steps, advice);
  return fmt::format("its schedule ({}) goes on, to end with step {}", name,
                     end);
}

std::vector<std::string> continuedNotes(const SafetensorsFile &checkpoint,
                                        const MlcProgram &program,
                                        const TrainCommand &command,
                                        const TrainData &data) {
  const EarlierRun &earlier = command.trainer.earlier;
  std::vector<std::string> notes = {fmt::format(
      "going on from {} (epoch {}, step {}) with the rows of {}; --resume "
      "would "
      "go on with its own data",
      checkpoint.path(), earlier.epochs, earlier.steps, data.file().path())};
  const auto learned = numberOf<std::int64_t>(checkpoint, "examples");
  if (learned > 0)
    notes.push_back(fmt::format("its epoch {} was not at its end: what was "
                                "left of it, after {} rows, is not learned",
                                earlier.epochs, learned));
  if (std::string note = scheduleNote(program, command.trainer, data);
      !note.empty())
    notes.push_back(std::move(note));
  return notes;
}

} // namespace mlc::runtime
