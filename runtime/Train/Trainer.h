//===- Trainer.h - The training loop ----------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_TRAINER_H
#define MLC_RUNTIME_TRAIN_TRAINER_H

#include "CPU/StepProfile.h"
#include "Program/ChunkSize.h"
#include "Program/Executor.h"
#include "Program/ForwardPass.h"
#include "Train/LastSound.h"
#include "Train/ModelCopy.h"
#include "Train/Outliers.h"
#include "Train/PrivateDescent.h"
#include "Train/Schedule.h"
#include "Train/TrainingPoint.h"
#include "Train/TrainingRows.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace mlc::runtime {

/// Whether training tells the norm of each step's gradient.
bool trainTellsNorms(const MlcProgram &program);
/// What a run that goes on with other rows has behind it.
struct EarlierRun {
  std::int64_t epochs = 0, steps = 0; ///< That were begun, and done.
};

/// The part of training that a schedule is over.
struct ScheduleSpan {
  std::int64_t stepsPerEpoch = 0; ///< 0: the span is that of the run.
  std::int64_t epochs = 0;
  std::int64_t stepsBefore = 0; ///< That were done when it began.
};

struct TrainerOptions {
  std::int64_t epochs = 1;
  double learningRate = 0;
  /// How it changes.
  ScheduleSettings schedule = {};
  std::uint64_t seed = 0;
  bool shuffle = true;
  /// Rows of a window (WindowedOrder).
  std::int64_t window = defaultWindow;
  EarlierRun earlier = {};
  ScheduleSpan scheduleSpan = {};
  /// Training ends after so many steps, be it within an epoch, of which those
  /// of an earlier run are none.
  std::int64_t maxSteps = std::numeric_limits<std::int64_t>::max();
  /// The most steps that a call runs; never changes results.
  std::int64_t maxStepsPerCall = std::numeric_limits<std::int64_t>::max();
  /// Calls end at multiples of so many steps, where TrainObserver::onPoint is
  /// wanted; never changes results.
  std::int64_t pointEvery = std::numeric_limits<std::int64_t>::max();
  /// A step is not applied where the z-score of its loss, or of the norm of
  /// its gradient, is above this (see Outliers.h).
  std::optional<double> skipOutliers = std::nullopt;
  /// Training ends between two steps after this time, as if it were stopped.
  std::optional<ChunkSize::Clock::time_point> deadline = std::nullopt;
  /// Where to keep the time of the steps' regions, for programs that tell it.
  StepProfile *profile = nullptr;
  /// Where training is private; the program has a `private_clip`. Then `seed`
  /// and `shuffle` have no say in which rows a step takes, and nothing is told
  /// of losses.
  const PrivateTraining *privacy = nullptr;

  RowOrder rowOrder() const { return {shuffle, seed, window}; }
};

/// What the schedule of a run of so many steps an epoch is over.
ScheduleSpan spanOf(const TrainerOptions &options, std::int64_t stepsPerEpoch);
Schedule scheduleOfRun(const TrainerOptions &options,
                       std::int64_t stepsPerEpoch, std::int64_t accumulate);

/// The number of a run's last step, of which those of an earlier run are a
/// part; the most that there is where it is more.
std::int64_t lastStep(const TrainerOptions &options,
                      std::int64_t stepsPerEpoch);

/// Some steps that were just run.
struct StepsResult {
  std::int64_t epoch;     ///< From 1.
  std::int64_t firstStep; ///< From 1, over all epochs.
  /// Of each step, before its update; empty where training is private.
  std::span<const float> losses;
  std::span<const double> learningRates; ///< Of each step.
  /// Of the gradient in each step, before it is clipped; empty where the
  /// program does not tell it.
  std::span<const float> gradientNorms = {};
  /// Those among them that were not applied.
  std::span<const SkippedStep> skipped = {};
  /// Over the epoch's examples so far; nothing where training is private.
  std::optional<double> meanLoss;
  std::int64_t examplesDone, examplesTotal; ///< Over all epochs.
  double examplesPerSecond;                 ///< In this epoch.
};

/// An epoch that has ended.
struct EpochResult {
  std::int64_t epoch; ///< From 1.
  std::int64_t step;  ///< Steps done over all epochs.
  /// Mean over the epoch's examples; nothing where training is private.
  std::optional<double> loss;
  double learningRate; ///< Of its last step.
  /// Of its last step, where the program tells it.
  std::optional<double> gradientNorm = std::nullopt;
  /// Its steps that were not applied, where outliers are skipped.
  std::optional<std::int64_t> skipped = std::nullopt;
  /// What the run has cost so far, where training is private.
  std::optional<double> epsilon = std::nullopt;
  std::optional<Evaluation> test; ///< Where there are rows to test on.
  double seconds;                 ///< Of training, without the test.
  double examplesPerSecond;
  bool isComplete = true; ///< False where the run ends within the epoch.
};

/// Learns of what happens; called on the training thread between steps.
class TrainObserver {
public:
  virtual ~TrainObserver() = default;
  virtual void onSteps(const StepsResult &) {}
  virtual void onEpoch(const EpochResult &) {}
  /// Asked after onSteps and, once the epoch is complete, after onEpoch:
  /// whether onPoint is to be called. `isLast`: the run ends within an epoch,
  /// whose onEpoch is still to come.
  virtual bool wantsPoint(const TrainingPoint &, bool /*isLast*/) {
    return false;
  }
  /// The run can go on from here: the model was checked and is sound.
  virtual void onPoint(const TrainingPoint &) {}
  /// Asked before each epoch: whether training is to end.
  virtual bool wantsEnd() const { return false; }
};

/// Trains a program's model on some rows of its examples.
///
/// Step s of the run (from 0) is the program's `train` on the next `batch` rows
/// of the epoch's order; an epoch's last batch may be smaller. Everything is a
/// function of the data, the options and the first weights: not of threads,
/// nor of how many steps a call runs.
class Trainer {
public:
  /// `rows`: the rows to train on, all in memory where the program clips each
  /// row's gradient. `test`: null for none.
  Trainer(Executor &executor, std::unique_ptr<TrainingRows> rows,
          const TrainerOptions &options, Evaluator *test,
          TrainObserver &observer);
  /// The same of some rows of examples in memory, which are not empty.
  Trainer(Executor &executor, const Examples &examples,
          std::vector<std::int32_t> rows, const TrainerOptions &options,
          Evaluator *test, TrainObserver &observer);

  /// Makes `run` go on from a point of an earlier run of the same data and
  /// options; the model holds what it held there. Throws InputError where this
  /// run ends before it.
  void continueFrom(const TrainingPoint &point);

  /// Returns true when done, false where a signal or the deadline stopped it
  /// between steps.
  /// Throws InputError that names the step, its rows and the parameter when a
  /// loss, a parameter or an optimiser's state is not finite, or when the loss
  /// explodes. The model is then of no use.
  bool run();

  std::int64_t stepsDone() const { return point_.step; }
  /// Where it stands now.
  TrainingPoint point() const;

private:
  bool isStopped() const;
  bool runEpochs();
  bool runEpoch();
  void runSteps();
  std::span<const float> trainSteps(std::int64_t steps);
  void callTrain(std::int64_t begin, std::int64_t end);
  void runPrivately(std::int64_t begin, std::int64_t end);
  std::int64_t findOutlier(std::int64_t begin, std::int64_t end);
  std::optional<Evaluation> test();
  void advance(std::span<const float> losses);
  void offerPoint(bool isLast);
  void expectSound();
  void expectNoExplosion(std::span<const float> losses);
  double secondsOfEpoch() const;

  // What went wrong, found by repeating it (TrainerReplay.cpp).
  [[noreturn]] void failUnsound(std::span<const float> losses);
  [[noreturn]] void fail(const std::string &what) const;
  std::string describeStep() const;

  Executor &executor_;
  std::unique_ptr<TrainingRows> rows_;
  TrainerOptions options_;
  Evaluator *test_;
  TrainObserver &observer_;
  std::int64_t batch_;
  std::int64_t stepsPerEpoch_, stepsTotal_;
  /// Where it stands, but for the seconds since epochStart_.
  TrainingPoint point_;
  ChunkSize::Clock::time_point epochStart_;
  std::int64_t explodingSteps_ = 0; ///< In a row.
  std::vector<float> losses_;       ///< [stepsPerEpoch_]
  Schedule schedule_;
  std::vector<double> learningRates_; ///< [stepsPerEpoch_], of a call's steps.
  /// The same of gradients; empty where the program does not tell them.
  std::vector<float> gradientNorms_;
  MlcCall call_;
  /// Of programs that clip each row's gradient.
  std::optional<PrivateDescent> privateDescent_;
  ChunkSize chunk_;
  LastSound lastSound_;
  // Where outliers are skipped: the model before the steps of a call, and those
  // that were skipped in it.
  ModelCopy beforeSteps_;
  std::vector<SkippedStep> skipped_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_TRAINER_H
