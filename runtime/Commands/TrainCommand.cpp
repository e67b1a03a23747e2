//===- TrainCommand.cpp - PROGRAM train -----------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/Peak.h"
#include "Commands/Commands.h"
#include "Commands/ContinuedRun.h"
#include "Commands/FirstWeights.h"
#include "Commands/MeasureOptions.h"
#include "Commands/PrivateRun.h"
#include "Commands/RunObservers.h"
#include "Commands/RunOrigin.h"
#include "Commands/RunRecorder.h"
#include "Commands/ScheduleOptions.h"
#include "Commands/TrainChecks.h"
#include "Commands/TrainNotes.h"
#include "Commands/TrialRun.h"
#include "Error.h"
#include "Program/AveragedParameters.h"
#include "Program/StoredFigures.h"
#include "Program/Weights.h"
#include "System/Console.h"
#include "System/Interrupt.h"
#include "Train/BestWeights.h"
#include "Train/Checkpoint.h"
#include "Train/CheckpointFolder.h"
#include "Train/CheckpointSaver.h"
#include "Train/DataWarnings.h"
#include "Train/EpochFigures.h"
#include "Train/ProfileReport.h"
#include "Train/TrainReport.h"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <iterator>

namespace mlc::runtime {

namespace {

/// A training run from its first weights or its last checkpoint to its end.
class TrainRun {
public:
  TrainRun(const MlcProgram &program, const TrainCommand &command)
      : program_(program), command_(command), data_(program, command),
        classNames_(answerNames(data_.file())),
        measures_(runMeasures(program, command, classNames_)), model_(program) {
    if (!command.first.init.empty())
      init_.emplace(command.first.init);
    if (!command.continued.empty())
      continued_.emplace(openEarlier(program, command.continued));
    if (!command.checkpoints.empty())
      folder_.emplace(command.checkpoints);
    if (command.privacy.epsilon)
      privacy_.emplace(program, command, data_,
                       command.resume && folder_->newest());
    origin_.emplace(program, command, data_, init_ ? &*init_ : nullptr,
                    continued_ ? &*continued_ : nullptr,
                    privacy_ ? &*privacy_ : nullptr);
    if (!command.reportAfter.empty())
      page_.addEarlier(command.reportAfter);
    if (folder_ && !command.resume)
      folder_->expectNone();
    start();
    // A record tells of the rows, so that private training writes none.
    if (!privacy_ && (!command.output.empty() || !command.best.empty()))
      recorder_.emplace(program, command, *origin_, data_);
  }

  /// Returns the exit status.
  int run();

private:
  void start();
  bool train(Executor &executor);
  void writePage(Executor &executor, bool isJudged,
                 const std::string &weights = "") {
    writeRunPage(command_.report, page_, isJudged, weights,
                 {program_, command_, data_, *origin_, classNames_, executor});
  }
  void tellEnd(const TrainReport &report, const BestWeights &best,
               const TrainingPoint &end);
  void save(const std::string &path, std::int64_t steps) const {
    saveWeights(path, program_, model_, origin_->provenance(steps),
                data_.vectorizer);
  }
  /// With what the epoch is worth.
  void saveBest(const std::string &path, const EpochResult &epoch) const {
    auto provenance = origin_->provenance(epoch.step);
    std::vector<Figure> figures = {{"epoch", double(epoch.epoch)}};
    std::ranges::copy(figuresOf(program_, epoch), std::back_inserter(figures));
    storeFigures(figures, provenance);
    // Which epoch is best depends on all of them.
    if (privacy_)
      for (auto &[name, value] : privacy_->metadataOfAll())
        provenance.insert_or_assign(name, value);
    saveWeights(path, program_, model_, std::move(provenance),
                data_.vectorizer);
  }

  void record(Executor &executor);
  std::string windowsText() const;

  /// What is no warning.
  void tell(const std::string &note) const {
    if (!command_.isQuiet)
      printNote(note);
  }

  void printProfile(const StepProfile &profile, const TrainingPoint &begin,
                    const TrainingPoint &end) const {
    printResult(describeProfile(program_, profile,
                                {.steps = end.step - begin.step,
                                 .examples = end.position - begin.position,
                                 .nonzerosPerExample = data_.nonzerosPerRow(),
                                 .threads = command_.threads,
                                 .peakOfThread = measurePeak()}));
  }

  /// Of the checkpoint; 0 where a run was stopped before its first one.
  std::int64_t stepsBefore() const {
    return checkpoint_ ? checkpoint_->point.step : 0;
  }

  const MlcProgram &program_;
  const TrainCommand &command_;
  const ChunkSize::Clock::time_point start_ = ChunkSize::Clock::now();
  const TrainData data_;
  const std::vector<std::string> classNames_;
  const RunMeasures measures_;
  Model model_;
  std::optional<SafetensorsFile> init_, continued_;
  std::optional<PrivateRun> privacy_;
  std::optional<RunOrigin> origin_;
  std::optional<CheckpointFolder> folder_;
  std::optional<Checkpoint> checkpoint_; ///< That the run is resumed from.
  std::optional<TrainingPoint> begun_;   ///< Of a run with other data.
  std::optional<RunRecorder> recorder_;  ///< Where weights are saved.
  TrainingPoint begin_, end_;            ///< Of what this process trains.
  std::string best_; ///< The file with the best epoch's weights, if any.
  /// Whether the learning rate changes, so that people want to see it.
  const bool tellsRate_ = !isConstant(command_.trainer.schedule);
  RunPage page_{program_, tellsRate_, command_.trainer.earlier.epochs + 1};
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
    printNote(fmt::format("{}: no checkpoint yet, so training starts {}",
                          command_.checkpoints,
                          continued_ ? "as --continue says" : "anew"));
  }
  if (continued_) {
    begun_ = goOnFrom(*continued_, program_, data_, model_);
    for (const std::string &note :
         continuedNotes(*continued_, program_, command_, data_))
      printNote(note);
    return;
  }
  for (const std::string &note : setFirstWeights(
           program_, command_, data_.file(), init_ ? &*init_ : nullptr, model_))
    tell(note);
}

/// Where weights go, or that they do not.
static std::string savingText(const TrainCommand &command) {
  if (!command.output.empty())
    return "weights saved to " + command.output;
  return command.best.empty()
             ? "weights are not saved (no -o)"
             : "only the best epoch's weights are saved (no -o)";
}

/// How many files and windows there are, where it is more than one of each.
std::string TrainRun::windowsText() const {
  const std::int64_t rows = data_.rows(), window = command_.trainer.window;
  std::string text;
  if (data_.parts)
    text += fmt::format(" of {} file{}", command_.data.size(),
                        command_.data.size() == 1 ? "" : "s");
  if (rows > window)
    text +=
        fmt::format(" in {} windows of {}", (rows - 1) / window + 1, window);
  return text;
}

/// What trains: "2 threads" or "GPU 0 (NVIDIA H100)".
static std::string placeText(Executor &executor) {
  if (const CudaDevice *device = executor.device())
    return fmt::format("GPU {} ({})", device->number(), device->name());
  const std::int64_t threads = executor.threads();
  return fmt::format("{} thread{}", threads, threads == 1 ? "" : "s");
}

/// Which epoch was best, and what is odd about the last.
void TrainRun::tellEnd(const TrainReport &report, const BestWeights &best,
                       const TrainingPoint &end) {
  if (const std::string note = bestNote(command_, best, end.epoch - 1);
      !note.empty())
    tell(note);
  const std::optional<EpochResult> &last = report.lastTested();
  if (!last)
    return;
  for (const std::string &warning :
       {lastTestWarning(*last->test, std::ssize(data_.testRows), classNames_),
        overfittingWarning(command_, *report.leastTested(), *last)})
    if (!warning.empty()) {
      printNote(fmt::format("warning: {}", warning));
      page_.addWarning(warning);
    }
}

/// Returns false where a signal or --max-time stopped it.
bool TrainRun::train(Executor &executor) {
  std::optional<Evaluator> evaluator;
  if (!data_.testRows.empty())
    evaluator.emplace(executor, data_.testExamples(), data_.testRows,
                      measures_.measures);
  BestWeights best(program_, measures_.selection, command_.best,
                   command_.patience,
                   [this](const std::string &path, const EpochResult &epoch) {
                     saveBest(path, epoch);
                   });
  if (checkpoint_)
    best.continueFrom(checkpoint_->best, checkpoint_->point.epoch - 1);
  // All inputs are good: from here on files are written.
  if (privacy_)
    privacy_->begin();
  std::optional<MetricsFile> metrics;
  if (!command_.metrics.empty())
    metrics.emplace(program_, command_.metrics,
                    checkpoint_ ? &checkpoint_->metrics : nullptr);
  std::optional<EventFile> events;
  if (!command_.tensorboard.empty())
    events.emplace(program_, command_.tensorboard,
                   command_.resume ? std::optional(stepsBefore())
                                   : std::nullopt);
  std::optional<CheckpointSaver> saver;
  TrainerOptions options = command_.trainer;
  if (privacy_)
    options.privacy = &privacy_->training();
  if (command_.maxTime)
    options.deadline = start_ + *command_.maxTime;
  if (folder_) {
    saver.emplace(*folder_, command_.checkpointEvery, program_, model_,
                  origin_->entries(), best, metrics ? &*metrics : nullptr,
                  origin_->facts());
    if (command_.checkpointEvery.unit == CheckpointInterval::Steps)
      options.pointEvery = command_.checkpointEvery.count;
  }
  tell(fmt::format("training {} on {} rows{}, batch {}, {}{}", program_.name,
                   data_.rows(), windowsText(), program_.batch,
                   placeText(executor),
                   command_.output.empty() ? "; " + savingText(command_) : ""));
  if (options.skipOutliers && !trainTellsNorms(program_))
    tell("--skip-outliers goes by losses alone: this program does not compute "
         "the norm of the gradient, as one with clip_norm(c) does");
  if (privacy_)
    tell(privacy_->promise());
  TrainReport report(program_, options.earlier.epochs + options.epochs,
                     testName(command_), metrics ? &*metrics : nullptr,
                     command_.metricsEveryStep, best, tellsRate_,
                     command_.isQuiet);
  std::optional<StepProfile> profile;
  if (command_.profile) {
    profile.emplace(command_.threads, program_.region_count);
    options.profile = &*profile;
  }
  RunObservers observers(report, events ? &*events : nullptr, page_, best,
                         saver ? &*saver : nullptr,
                         recorder_ ? &*recorder_ : nullptr);
  Trainer trainer(executor, data_.trainingOn(executor, options), options,
                  evaluator ? &*evaluator : nullptr, observers);
  if (checkpoint_)
    trainer.continueFrom(checkpoint_->point);
  else if (begun_)
    trainer.continueFrom(*begun_);
  if (checkpoint_ && saver)
    saver->noteSaved(checkpoint_->point);
  begin_ = trainer.point();
  const bool complete = trainer.run();
  report.finish();
  if (recorder_)
    recorder_->stop();
  end_ = trainer.point();
  if (privacy_)
    privacy_->end(end_.step);
  const TrainingPoint &end = end_;
  if (profile)
    printProfile(*profile, begin_, end);
  // Where --max-steps ended it within an epoch, that point was saved before
  // the figures of the part were written.
  if (saver && (!complete || end.examples == 0))
    saver->save(end);
  if (options.skipOutliers)
    tell(fmt::format("skipped {} of {} steps (--skip-outliers {})", end.skipped,
                     end.step, *options.skipOutliers));
  if (complete && best.wantsEnd())
    tell(fmt::format("ended after epoch {}: no {} since epoch {} "
                     "(--patience {})",
                     end.epoch - 1,
                     command_.selectBy == "loss"
                         ? "lower loss"
                         : "better " + command_.selectBy,
                     best.best().epoch, command_.patience));
  tellEnd(report, best, end);
  if (best.best().epoch > 0)
    best_ = command_.best;
  return complete;
}

/// Beside the weights that were saved.
void TrainRun::record(Executor &executor) {
  if (!recorder_)
    return;
  const CudaDevice *device = executor.device();
  const RunWork work = {.steps = end_.step - begin_.step,
                        .examples = end_.position - begin_.position,
                        .nonzerosPerExample = data_.nonzerosPerRow(),
                        .device = device ? device->name() : "cpu"};
  for (const std::string &weights : {command_.output, best_})
    if (!weights.empty())
      recorder_->write(weights, work);
}

int TrainRun::run() {
  if (!privacy_) // They tell of the rows.
    for (const std::string &warning :
         data_.parts
             ? dataWarnings(*data_.parts)
             : dataWarnings(program_, data_.training, data_.trainingRows))
      printNote(fmt::format("warning: {}", warning));
  const TrainerOptions &options = command_.trainer;
  if (const std::string warning = scheduleWarning(scheduleOfRun(
          options, (data_.rows() + program_.batch - 1) / program_.batch,
          program_.accumulate));
      !warning.empty())
    printNote(fmt::format("warning: {}", warning));
  Executor executor(program_, model_, command_.threads,
                    data_.nonzeroCapacity(program_.batch),
                    chooseDevice(program_, data_.deviceFor(command_.device)));
  if (command_.profile && executor.device())
    throw UsageError("--profile: only times of a CPU can be told; use "
                     "--device cpu with it");
  // A reader of stdout that goes away must not cost the weights.
  std::signal(SIGPIPE, SIG_IGN);
  const InterruptGuard guard;
  bool complete = false;
  try {
    complete = train(executor);
  } catch (const InputError &error) {
    // Its curves may say why it went wrong.
    page_.addWarning(error.what());
    try {
      writePage(executor, /*isJudged=*/false);
    } catch (const InputError &other) {
      printNote(other.what());
    }
    throw;
  }
  const AveragedParameters averaged(program_, model_, end_.step);
  if (const std::string note = zerosNote(program_, model_); !note.empty())
    tell(note);
  if (!command_.output.empty())
    save(command_.output, end_.step);
  record(executor);
  writePage(executor, /*isJudged=*/true,
            command_.output.empty() ? best_ : command_.output);
  if (!complete || pendingSignal())
    printNote(fmt::format("stopped after step {}{}; {}{}", end_.step,
                          pendingSignal() ? "" : ", as --max-time is over",
                          savingText(command_),
                          folder_ ? "; go on with --resume" : ""));
  if (const int signal = pendingSignal())
    return 128 + signal;
  finishOutput();
  return 0;
}

} // namespace

int runCommand(const MlcProgram &program, const TrainCommand &command) {
  if (isQuantized(program))
    throw InputError(fmt::format(
        "program '{}' cannot be trained: its weights are whole numbers "
        "(graph.dequantize); train the model that mlc compress was given",
        program.name));
  checkOptions(program, command);
  if (command.dryRun)
    return dryRun(program, command);
  if (command.overfit > 0)
    return overfit(program, command);
  return TrainRun(program, command).run();
}

} // namespace mlc::runtime
