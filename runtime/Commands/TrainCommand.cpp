//===- TrainCommand.cpp - PROGRAM train -----------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/Peak.h"
#include "Commands/Commands.h"
#include "Commands/OutputPaths.h"
#include "Commands/RunOrigin.h"
#include "Error.h"
#include "Program/Weights.h"
#include "System/Console.h"
#include "System/Interrupt.h"
#include "Train/BestWeights.h"
#include "Train/Checkpoint.h"
#include "Train/CheckpointFolder.h"
#include "Train/CheckpointSaver.h"
#include "Train/DataWarnings.h"
#include "Train/ProfileReport.h"
#include "Train/Split.h"
#include "Train/TrainReport.h"

#include <csignal>
#include <fmt/format.h>

namespace mlc::runtime {

namespace {

void checkOptions(const MlcProgram &program, const TrainCommand &command) {
  if (command.profile && !program.train_profiled)
    throw UsageError("--profile: this program cannot tell where its time goes; "
                     "compile the model with mlc compile --profile");
  if ((!command.best.empty() || command.patience > 0) && command.test.empty() &&
      command.validation == 0)
    throw UsageError(
        fmt::format("{} needs --test or --validation to judge by",
                    command.best.empty() ? "--patience" : "--best"));
  std::vector<std::string> used = {command.data, command.test, command.init};
  for (const auto &[option, path] : {std::pair("-o", command.output),
                                     std::pair("--metrics", command.metrics),
                                     std::pair("--best", command.best)}) {
    expectDistinct(option, path, used);
    used.push_back(path);
  }
  for (const std::string &path : {command.output, command.best})
    if (!path.empty())
      expectWritable(path);
}

/// What training and testing take their rows from.
struct Data {
  Examples training;
  std::optional<Examples> test;
  std::vector<std::int32_t> trainingRows, testRows;
  std::vector<TensorView> vectorizer; ///< For the weights file.

  Data(const MlcProgram &program, const TrainCommand &command)
      : training(program, command.data, LabelUse::Needed),
        vectorizer(vectorizerTensors(*training.data().file(), program)) {
    if (!command.test.empty()) {
      test.emplace(program, command.test, LabelUse::Needed);
      test->expectSameVectorizer(*training.data().file());
      testRows = allRows(test->rows());
    }
    if (command.validation > 0) {
      Split split =
          splitRows(training, command.validation, command.trainer.seed);
      trainingRows = std::move(split.training);
      testRows = std::move(split.validation);
    } else {
      trainingRows = allRows(training.rows());
    }
  }

  const Examples &testExamples() const { return test ? *test : training; }

  std::int64_t nonzeroCapacity(std::int64_t batch) const {
    return std::max(training.nonzeroCapacity(batch),
                    testExamples().nonzeroCapacity(batch));
  }
};

/// Tells each of them, in this order.
class Observers : public TrainObserver {
public:
  Observers(TrainReport &report, BestWeights &best, CheckpointSaver *saver)
      : report_(report), best_(best), saver_(saver) {}

  void onSteps(const StepsResult &steps) override { report_.onSteps(steps); }
  void onEpoch(const EpochResult &epoch) override {
    report_.onEpoch(epoch);
    best_.onEpoch(epoch);
  }
  bool wantsPoint(const TrainingPoint &point, bool isLast) override {
    return saver_ && saver_->wantsPoint(point, isLast);
  }
  void onPoint(const TrainingPoint &point) override { saver_->onPoint(point); }
  bool wantsEnd() const override { return best_.wantsEnd(); }

private:
  TrainReport &report_;
  BestWeights &best_;
  CheckpointSaver *saver_;
};

/// A training run from its first weights or its last checkpoint to its end.
class TrainRun {
public:
  TrainRun(const MlcProgram &program, const TrainCommand &command)
      : program_(program), command_(command), data_(program, command),
        model_(program) {
    if (!command.init.empty()) {
      init_.emplace(command.init);
      data_.training.expectSameVectorizer(*init_);
    }
    origin_.emplace(program, command, *data_.training.data().file(),
                    data_.test ? data_.test->data().file() : nullptr,
                    init_ ? &*init_ : nullptr);
    if (!command.checkpoints.empty())
      folder_.emplace(command.checkpoints);
    if (folder_ && !command.resume)
      folder_->expectNone();
    start();
  }

  /// Returns the exit status.
  int run();

private:
  void start();
  bool train(Executor &executor);
  void save(const std::string &path, std::int64_t steps) const {
    saveWeights(path, program_, model_, origin_->provenance(steps),
                data_.vectorizer);
  }

  void printProfile(const StepProfile &profile, const TrainingPoint &begin,
                    const TrainingPoint &end) const {
    printResult(describeProfile(program_, profile,
                                {.steps = end.step - begin.step,
                                 .examples = end.position - begin.position,
                                 .nonzerosPerExample = nonzerosPerExample(),
                                 .threads = command_.threads,
                                 .peakOfThread = measurePeak()}));
  }

  /// The mean over the training rows.
  double nonzerosPerExample() const {
    const std::span<const std::int64_t> indptr = data_.training.data().indptr();
    std::int64_t nonzeros = 0;
    if (!indptr.empty())
      for (std::int32_t row : data_.trainingRows)
        nonzeros += indptr[row + 1] - indptr[row];
    return double(nonzeros) / double(data_.trainingRows.size());
  }

  const MlcProgram &program_;
  const TrainCommand &command_;
  const Data data_;
  Model model_;
  std::optional<SafetensorsFile> init_;
  std::optional<RunOrigin> origin_;
  std::optional<CheckpointFolder> folder_;
  std::optional<Checkpoint> checkpoint_; ///< That the run goes on from.
  std::int64_t steps_ = 0;               ///< Done.
};

/// Gives the model its state at the start of the run.
void TrainRun::start() {
  if (command_.resume) {
    if (const auto file = folder_->newest()) {
      checkpoint_ = loadCheckpoint(*file, program_, origin_->entries(), model_);
      printNote(fmt::format("resuming from {}: epoch {}, step {}", file->path(),
                            checkpoint_->point.epoch, checkpoint_->point.step));
      return;
    }
    printNote(fmt::format("{}: no checkpoint yet, so training starts anew",
                          command_.checkpoints));
  }
  if (init_)
    loadWeights(*init_, program_, model_);
  else
    model_.initialize(command_.trainer.seed);
}

/// What trains: "2 threads" or "GPU 0 (NVIDIA H100)".
static std::string placeText(Executor &executor) {
  if (const CudaDevice *device = executor.device())
    return fmt::format("GPU {} ({})", device->number(), device->name());
  const std::int64_t threads = executor.threads();
  return fmt::format("{} thread{}", threads, threads == 1 ? "" : "s");
}

/// Returns false where a signal stopped it.
bool TrainRun::train(Executor &executor) {
  std::optional<Evaluator> evaluator;
  if (!data_.testRows.empty())
    evaluator.emplace(executor, data_.testExamples(), data_.testRows);
  BestWeights best(program_, command_.best, command_.patience,
                   [this](const std::string &path, std::int64_t steps) {
                     save(path, steps);
                   });
  if (checkpoint_)
    best.continueFrom(checkpoint_->best, checkpoint_->point.epoch - 1);
  // All inputs are good: from here on files are written.
  std::optional<MetricsFile> metrics;
  if (!command_.metrics.empty())
    metrics.emplace(program_, command_.metrics,
                    checkpoint_ ? &checkpoint_->metrics : nullptr);
  std::optional<CheckpointSaver> saver;
  TrainerOptions options = command_.trainer;
  if (folder_) {
    saver.emplace(*folder_, command_.checkpointEvery, program_, model_,
                  origin_->entries(), best, metrics ? &*metrics : nullptr);
    if (command_.checkpointEvery.unit == CheckpointInterval::Steps)
      options.pointEvery = command_.checkpointEvery.count;
  }
  printNote(fmt::format(
      "training {} on {} rows, batch {}, {}{}", program_.name,
      data_.trainingRows.size(), program_.batch, placeText(executor),
      command_.output.empty() ? "; weights are not saved (no -o)" : ""));
  TrainReport report(program_, options.epochs,
                     command_.test.empty() ? "validation" : "test",
                     metrics ? &*metrics : nullptr, command_.metricsEveryStep);
  std::optional<StepProfile> profile;
  if (command_.profile) {
    profile.emplace(command_.threads, program_.region_count);
    options.profile = &*profile;
  }
  Observers observers(report, best, saver ? &*saver : nullptr);
  Trainer trainer(executor, data_.training, data_.trainingRows, options,
                  evaluator ? &*evaluator : nullptr, observers);
  if (checkpoint_)
    trainer.continueFrom(checkpoint_->point);
  if (checkpoint_ && saver)
    saver->noteSaved(checkpoint_->point);
  const TrainingPoint begin = trainer.point();
  const bool complete = trainer.run();
  steps_ = trainer.stepsDone();
  const TrainingPoint end = trainer.point();
  if (profile)
    printProfile(*profile, begin, end);
  // Where --max-steps ended it within an epoch, that point was saved before
  // the figures of the part were written.
  if (saver && (!complete || end.examples == 0))
    saver->save(end);
  if (complete && best.wantsEnd())
    printNote(fmt::format("ended after epoch {}: no lower loss since epoch {} "
                          "(--patience {})",
                          end.epoch - 1, best.best().epoch, command_.patience));
  return complete;
}

int TrainRun::run() {
  for (const std::string &warning :
       dataWarnings(program_, data_.training, data_.trainingRows))
    printNote(fmt::format("warning: {}", warning));
  Executor executor(program_, model_, command_.threads,
                    data_.nonzeroCapacity(program_.batch),
                    chooseDevice(program_, command_.device));
  if (command_.profile && executor.device())
    throw UsageError("--profile: only times of a CPU can be told; use "
                     "--device cpu with it");
  // A reader of stdout that goes away must not cost the weights.
  std::signal(SIGPIPE, SIG_IGN);
  const InterruptGuard guard;
  train(executor);
  if (!command_.output.empty())
    save(command_.output, steps_);
  if (const int signal = pendingSignal()) {
    printNote(fmt::format("stopped after step {}; {}{}", steps_,
                          command_.output.empty()
                              ? "weights are not saved (no -o)"
                              : "weights saved to " + command_.output,
                          folder_ ? "; go on with --resume" : ""));
    return 128 + signal;
  }
  finishOutput();
  return 0;
}

} // namespace

int runCommand(const MlcProgram &program, const TrainCommand &command) {
  checkOptions(program, command);
  return TrainRun(program, command).run();
}

} // namespace mlc::runtime
