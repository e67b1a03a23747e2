//===- Replay.cpp - Trains again as a record says -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/Replay.h"

#include "Commands/ContinuedRun.h"
#include "Commands/FirstWeights.h"
#include "Commands/TrainData.h"
#include "Data/NumbersInText.h"
#include "Error.h"
#include "Import/ReadWhole.h"
#include "Program/AveragedParameters.h"
#include "Program/Weights.h"
#include "System/Interrupt.h"

#include <cstring>
#include <fmt/format.h>
#include <limits>

namespace mlc::runtime {

namespace {

/// An option of the record as a number.
template <typename Number>
void readOption(const RunRecord &record, const std::string &path,
                const char *name, Number &number) {
  const std::string text = record.option(name);
  if (!readWhole(text, number))
    throw InputError(fmt::format("{}: expected a number as its option {:?}, "
                                 "but got {:?}; give a record that train wrote",
                                 path, name, text));
}

/// Looks at the model after so many steps.
class Witness : public TrainObserver {
public:
  Witness(const MlcProgram &program, std::int64_t steps,
          const SafetensorsFile &weights,
          const std::vector<const TensorView *> &tensors, Model &model)
      : program_(program), steps_(steps), weights_(weights), tensors_(tensors),
        model_(model) {}

  bool wantsPoint(const TrainingPoint &point, bool) override {
    return point.step == steps_ && !difference_;
  }
  void onPoint(const TrainingPoint &) override {
    const AveragedParameters saved(program_, model_, steps_);
    difference_ = compare();
  }
  bool wantsEnd() const override { return difference_.has_value(); }

  const std::optional<std::string> &difference() const { return difference_; }

private:
  std::string compare() const {
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      const auto kept = tensors_[i]->as<float>();
      const auto made = model_.parameter(std::int64_t(i));
      for (std::size_t at = 0; at < kept.size(); ++at)
        if (std::memcmp(&kept[at], &made[at], sizeof kept[at]) != 0)
          return fmt::format("element {} of {} is {} in {}, and {} after the "
                             "same training",
                             at, tensors_[i]->name, kept[at], weights_.path(),
                             made[at]);
    }
    return "";
  }

  const MlcProgram &program_;
  std::int64_t steps_;
  const SafetensorsFile &weights_;
  const std::vector<const TensorView *> &tensors_;
  Model &model_;
  std::optional<std::string> difference_;
};

} // namespace

TrainCommand replayOf(const RunRecord &record, const std::string &path) {
  TrainCommand command;
  TrainerOptions &trainer = command.trainer;
  readOption(record, path, "epochs", trainer.epochs);
  readOption(record, path, "learning_rate", trainer.learningRate);
  readOption(record, path, "seed", trainer.seed);
  readOption(record, path, "validation", command.validation);
  if (!record.option("max_steps").empty())
    readOption(record, path, "max_steps", trainer.maxSteps);
  trainer.shuffle = record.option("shuffle") == "yes";
  // Not said where all rows were in one, nor before there were any.
  trainer.window = std::numeric_limits<std::int64_t>::max();
  if (!record.option("window").empty())
    readOption(record, path, "window", trainer.window);
  if (const std::string schedule = record.option("schedule");
      !schedule.empty()) {
    if (!readSchedule(schedule.substr(0, schedule.find(" over ")),
                      trainer.schedule))
      throw InputError(fmt::format("{}: expected a schedule as its option "
                                   "\"schedule\", but got {:?}; give a record "
                                   "that train wrote",
                                   path, schedule));
    ScheduleSpan &span = trainer.scheduleSpan;
    if (const std::size_t at = schedule.find(" over "); at != schedule.npos) {
      std::int64_t epochs = 0, steps = 0, before = 0;
      if (afterNumbers(std::string_view(schedule).substr(at),
                       {{" over ", epochs},
                        {" epochs of ", steps},
                        {" steps from step ", before}}))
        span = {steps, epochs, before};
    }
    if (trainer.schedule.kind == ScheduleKind::Plateau)
      throw InputError(fmt::format("{}: its learning rate went by test losses "
                                   "(plateau), which training as a record "
                                   "says does not compute; verify without "
                                   "--retrain, and to forget rows take them "
                                   "out of the data and train anew",
                                   path));
  }
  if (!record.option("skip_outliers").empty())
    readOption(record, path, "skip_outliers", trainer.skipOutliers.emplace());
  if (const std::string weights = record.option("class_weight");
      !weights.empty())
    if (const std::string wrong =
            readClassWeights(weights, command.classWeights);
        !wrong.empty())
      throw InputError(
          fmt::format("{}: its option class_weight: {}", path, wrong));
  if (const std::string map = record.option("init_map"); !map.empty()) {
    command.first.map = map;
    if (const std::string wrong = readWeightNames(map, command.first.names);
        !wrong.empty())
      throw InputError(fmt::format("{}: its option init_map: {}", path, wrong));
  }
  command.first.into = record.option("into");
  command.first.names.mayMiss = record.option("init_missing") == "random";
  return command;
}

std::optional<std::string> replay(const MlcProgram &program,
                                  const TrainCommand &command,
                                  std::unique_ptr<LoadedDevice> device,
                                  std::int64_t steps,
                                  const SafetensorsFile &weights) {
  const TrainData data(program, command);
  const auto tensors = checkWeights(weights, program);
  Model model(program);
  TrainerOptions options = command.trainer;
  TrainingPoint begin;
  if (command.continued.empty()) {
    setFirstWeights(program, command, data.file(), model);
  } else {
    const SafetensorsFile earlier = openEarlier(program, command.continued);
    begin = goOnFrom(earlier, program, data, model);
    options.earlier = earlierRunOf(earlier);
  }
  Executor executor(program, model, command.threads,
                    data.nonzeroCapacity(program.batch),
                    data.parts ? nullptr : std::move(device));
  options.pointEvery = std::max<std::int64_t>(steps, 1);
  Witness witness(program, steps, weights, tensors, model);
  Trainer trainer(executor, data.trainingOn(executor, options), options,
                  nullptr, witness);
  trainer.continueFrom(begin);
  const InterruptGuard guard;
  trainer.run();
  if (pendingSignal())
    return std::nullopt;
  if (!witness.difference())
    return fmt::format("the training ends after {} steps, but the record says "
                       "{}",
                       trainer.stepsDone(), steps);
  return witness.difference();
}

} // namespace mlc::runtime
