//===- Trainer.cpp - The training loop ------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Trainer.h"

#include "Error.h"
#include "Train/Interrupt.h"
#include "Train/Random.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

using Clock = ChunkSize::Clock;

static double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// How far an epoch has come.
struct Trainer::EpochProgress {
  std::int64_t epoch;
  Clock::time_point start = Clock::now();
  std::int64_t examples = 0; ///< Trained on in this epoch.
  double lossSum = 0;        ///< Over these examples.
};

Trainer::Trainer(Executor &executor, const Examples &examples,
                 std::vector<std::int32_t> rows, const TrainerOptions &options,
                 Evaluator *test, TrainObserver &observer)
    : executor_(executor), options_(options), test_(test), observer_(observer),
      batch_(executor.program().batch),
      stepsPerEpoch_((std::int64_t(rows.size()) + batch_ - 1) / batch_),
      rows_(std::move(rows)), order_(rows_.size()), losses_(stepsPerEpoch_),
      call_(executor.callOn(examples)),
      chunk_(std::min(stepsPerEpoch_, options.maxStepsPerCall)) {
  if (__builtin_mul_overflow(stepsPerEpoch_, options.epochs, &stepsTotal_))
    stepsTotal_ = std::numeric_limits<std::int64_t>::max();
  stepsTotal_ = std::min(stepsTotal_, options.maxSteps);
  call_.learning_rate = options.learningRate;
  call_.seed = std::int64_t(options.seed);
}

bool Trainer::run() {
  for (std::int64_t epoch = 1; step_ < stepsTotal_; ++epoch)
    if (!runEpoch(epoch))
      return false;
  return true;
}

bool Trainer::runEpoch(std::int64_t epoch) {
  EpochProgress progress{.epoch = epoch};
  makeOrder(epoch);
  const std::int64_t rows = order_.size();
  while (progress.examples < rows && step_ < stepsTotal_) {
    if (pendingSignal())
      return false;
    runSteps(progress);
  }
  EpochResult result{.epoch = epoch,
                     .step = step_,
                     .loss = progress.lossSum / progress.examples,
                     .test = std::nullopt,
                     .seconds = secondsSince(progress.start),
                     .examplesPerSecond = 0};
  result.examplesPerSecond = progress.examples / result.seconds;
  if (test_)
    result.test = test_->run();
  if (result.test && !std::isfinite(result.test->loss))
    failDiverged(result.test->loss, "test loss", epoch, step_);
  observer_.onEpoch(result);
  return !pendingSignal();
}

/// Fills the order of an epoch, each worker a part of it.
void Trainer::makeOrder(std::int64_t epoch) {
  if (!options_.shuffle) {
    order_ = rows_;
    return;
  }
  const std::int64_t rows = rows_.size();
  const Permutation permutation(rows, options_.seed, RandomPurpose::Shuffle,
                                std::uint32_t(epoch));
  const std::int64_t workers = executor_.workers().count();
  executor_.workers().run([&](std::int64_t worker) {
    const std::int64_t end = rows * (worker + 1) / workers;
    for (std::int64_t place = rows * worker / workers; place < end; ++place)
      order_[place] = rows_[permutation(place)];
  });
}

/// Runs the next steps of the epoch in one call of compiled code: for each
/// batch its forward pass, its backward pass and the update of all parameters.
void Trainer::runSteps(EpochProgress &progress) {
  const std::int64_t rowsLeft = order_.size() - progress.examples;
  const std::int64_t steps = std::min(
      {chunk_.steps(), stepsTotal_ - step_, (rowsLeft + batch_ - 1) / batch_});
  const std::span<const float> losses = std::span(losses_).first(steps);

  call_.rows = &order_[progress.examples];
  call_.row_count = std::min(steps * batch_, rowsLeft);
  call_.losses = losses_.data();
  call_.step = step_;
  call_.position = position_;
  const auto start = Clock::now();
  executor_.run(executor_.program().train, call_);
  chunk_.observe(steps, Clock::now() - start);

  addLosses(progress, losses);
  step_ += steps;
  position_ += call_.row_count;
  const double total =
      double(rows_.size()) * (double(stepsTotal_) / double(stepsPerEpoch_));
  observer_.onSteps(
      {.epoch = progress.epoch,
       .firstStep = step_ - steps + 1,
       .losses = losses,
       .meanLoss = progress.lossSum / progress.examples,
       .examplesDone = position_,
       .examplesTotal = std::int64_t(total),
       .examplesPerSecond = progress.examples / secondsSince(progress.start)});
}

/// Adds each batch's loss, weighted with its rows, in the order of the steps.
void Trainer::addLosses(EpochProgress &progress,
                        std::span<const float> losses) const {
  const std::int64_t rows = order_.size();
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (!std::isfinite(losses[i]))
      failDiverged(losses[i], "loss", progress.epoch, step_ + i + 1);
    const std::int64_t count = std::min(batch_, rows - progress.examples);
    progress.lossSum += double(losses[i]) * count;
    progress.examples += count;
  }
}

void Trainer::failDiverged(double loss, const char *what, std::int64_t epoch,
                           std::int64_t step) const {
  throw InputError(
      fmt::format("training diverged: the {} is {} in epoch {}, step {}; try a "
                  "--learning-rate lower than {}",
                  what, loss, epoch, step, options_.learningRate));
}

} // namespace mlc::runtime
