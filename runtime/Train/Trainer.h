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
#include "Train/PrivateDescent.h"
#include "Train/Schedule.h"
#include "Train/TrainingPoint.h"

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace mlc::runtime {

struct TrainerOptions {
  std::int64_t epochs = 1;
  double learningRate = 0;
  /// How it changes.
  ScheduleSettings schedule = {};
  std::uint64_t seed = 0;
  bool shuffle = true;
  /// Training ends after so many steps, be it within an epoch.
  std::int64_t maxSteps = std::numeric_limits<std::int64_t>::max();
  /// The most steps that a call runs; never changes results.
  std::int64_t maxStepsPerCall = std::numeric_limits<std::int64_t>::max();
  /// Calls end at multiples of so many steps, where TrainObserver::onPoint is
  /// wanted; never changes results.
  std::int64_t pointEvery = std::numeric_limits<std::int64_t>::max();
  /// Training ends between two steps after this time, as if it were stopped.
  std::optional<ChunkSize::Clock::time_point> deadline = std::nullopt;
  /// Where to keep the time of the steps' regions, for programs that tell it.
  StepProfile *profile = nullptr;
  /// Where training is private; the program has a `private_clip`. Then `seed`
  /// and `shuffle` have no say in which rows a step takes, and nothing is told
  /// of losses.
  const PrivateTraining *privacy = nullptr;
};

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
  /// `rows`: the rows to train on, not empty. `test`: null for none.
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
  EpochOrder epochOrder() const {
    return {rows_, options_.shuffle, options_.seed, point_.epoch};
  }
  void makeOrder() { executor_.order(epochOrder(), order_); }
  void runSteps();
  std::span<const float> callTrain(std::int64_t steps);
  void runPrivately(std::int64_t steps);
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
  TrainerOptions options_;
  Evaluator *test_;
  TrainObserver &observer_;
  std::int64_t batch_;
  std::int64_t stepsPerEpoch_, stepsTotal_;
  /// Where it stands, but for the seconds since epochStart_.
  TrainingPoint point_;
  ChunkSize::Clock::time_point epochStart_;
  std::int64_t explodingSteps_ = 0; ///< In a row.
  std::vector<std::int32_t> rows_;  ///< [rows] as given.
  /// [rows] as this epoch takes them; where a GPU has them, only their place.
  std::vector<std::int32_t> order_;
  std::array<std::shared_ptr<PlacedRows>, 2> placed_; ///< Both, for a GPU.
  std::vector<float> losses_;                         ///< [stepsPerEpoch_]
  Schedule schedule_;
  std::vector<double> learningRates_; ///< [stepsPerEpoch_], of a call's steps.
  /// The same of gradients; empty where the program does not tell them.
  std::vector<float> gradientNorms_;
  MlcCall call_;
  std::optional<PrivateDescent>
      privateDescent_; ///< Of programs that clip rows.
  ChunkSize chunk_;
  std::string dataPath_;
  LastSound lastSound_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_TRAINER_H
