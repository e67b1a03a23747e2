//===- Trainer.h - The training loop ----------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_TRAINER_H
#define MLC_RUNTIME_TRAIN_TRAINER_H

#include "Train/ChunkSize.h"
#include "Train/Executor.h"
#include "Train/ForwardPass.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace mlc::runtime {

struct TrainerOptions {
  std::int64_t epochs = 1;
  double learningRate = 0;
  std::uint64_t seed = 0;
  bool shuffle = true;
  /// Training ends after so many steps, be it within an epoch.
  std::int64_t maxSteps = std::numeric_limits<std::int64_t>::max();
  /// The most steps that a call runs; never changes results.
  std::int64_t maxStepsPerCall = std::numeric_limits<std::int64_t>::max();
};

/// Some steps that were just run.
struct StepsResult {
  std::int64_t epoch;            ///< From 1.
  std::int64_t firstStep;        ///< From 1, over all epochs.
  std::span<const float> losses; ///< Of each step, before its update.
  double meanLoss;               ///< Over the epoch's examples so far.
  std::int64_t examplesDone, examplesTotal; ///< Over all epochs.
  double examplesPerSecond;                 ///< In this epoch.
};

/// An epoch that has ended.
struct EpochResult {
  std::int64_t epoch;             ///< From 1.
  std::int64_t step;              ///< Steps done over all epochs.
  double loss;                    ///< Mean over the epoch's examples.
  std::optional<Evaluation> test; ///< Where there are rows to test on.
  double seconds;                 ///< Of training, without the test.
  double examplesPerSecond;
};

/// Learns of what happens; called on the training thread between steps.
class TrainObserver {
public:
  virtual ~TrainObserver() = default;
  virtual void onSteps(const StepsResult &) {}
  virtual void onEpoch(const EpochResult &) {}
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

  /// Returns true when done, false where a signal stopped it between steps.
  /// Throws InputError when a loss is not finite.
  bool run();

  std::int64_t stepsDone() const { return step_; }

private:
  struct EpochProgress;

  bool runEpoch(std::int64_t epoch);
  void makeOrder(std::int64_t epoch);
  void runSteps(EpochProgress &progress);
  void addLosses(EpochProgress &progress, std::span<const float> losses) const;
  [[noreturn]] void failDiverged(double loss, const char *what,
                                 std::int64_t epoch, std::int64_t step) const;

  Executor &executor_;
  TrainerOptions options_;
  Evaluator *test_;
  TrainObserver &observer_;
  std::int64_t batch_;
  std::int64_t stepsPerEpoch_, stepsTotal_;
  std::int64_t step_ = 0;           ///< Steps done over all epochs.
  std::int64_t position_ = 0;       ///< Examples trained on over all epochs.
  std::vector<std::int32_t> rows_;  ///< [rows] as given.
  std::vector<std::int32_t> order_; ///< [rows] as this epoch takes them.
  std::vector<float> losses_;       ///< [stepsPerEpoch_]
  MlcCall call_;
  ChunkSize chunk_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_TRAINER_H
