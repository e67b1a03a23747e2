//===- Trainer.cpp - The training loop ------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Trainer.h"

#include "Error.h"
#include "System/Interrupt.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

using Clock = ChunkSize::Clock;

static double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Whether training tells the norm of each step's gradient.
static bool tellsNorms(const MlcProgram &program) {
  const MlcEntryPoint *train = findEntry(program, "train");
  return train && (train->flags & MLC_ENTRY_NORMS);
}

Trainer::Trainer(Executor &executor, const Examples &examples,
                 std::vector<std::int32_t> rows, const TrainerOptions &options,
                 Evaluator *test, TrainObserver &observer)
    : executor_(executor), options_(options), test_(test), observer_(observer),
      batch_(executor.program().batch),
      stepsPerEpoch_((std::int64_t(rows.size()) + batch_ - 1) / batch_),
      rows_(std::move(rows)), order_(rows_.size()),
      placed_{executor.place(rows_), executor.place(order_)},
      losses_(stepsPerEpoch_),
      schedule_(options.schedule, options.learningRate, stepsPerEpoch_,
                options.epochs, executor.program().accumulate),
      learningRates_(stepsPerEpoch_),
      gradientNorms_(tellsNorms(executor.program()) ? stepsPerEpoch_ : 0),
      call_(executor.callOn(examples)),
      chunk_(std::min(stepsPerEpoch_, options.maxStepsPerCall)),
      dataPath_(examples.data().path()), lastSound_(executor.model()) {
  stepsTotal_ = std::min(schedule_.steps(), options.maxSteps);
  call_.learning_rates = learningRates_.data();
  call_.gradient_norms = gradientNorms_.data();
  call_.seed = std::int64_t(options.seed);
  call_.profile = options.profile;
  if (executor.program().private_clip > 0)
    privateDescent_.emplace(executor, examples, rows_, options_.privacy);
}

void Trainer::continueFrom(const TrainingPoint &point) {
  if (point.step > stepsTotal_)
    throw InputError(fmt::format(
        "{} steps are done already, but this run would end after {}; raise "
        "--epochs or --max-steps",
        point.step, stepsTotal_));
  point_ = point;
}

TrainingPoint Trainer::point() const {
  TrainingPoint point = point_;
  point.seconds = secondsOfEpoch();
  return point;
}

double Trainer::secondsOfEpoch() const {
  return point_.seconds + secondsSince(epochStart_);
}

bool Trainer::run() {
  epochStart_ = Clock::now();
  // Weights from a file were checked when they were read.
  lastSound_.update(point_);
  const bool complete = runEpochs();
  expectSound();
  return complete;
}

bool Trainer::isStopped() const {
  return pendingSignal() ||
         (options_.deadline && Clock::now() >= *options_.deadline);
}

bool Trainer::runEpochs() {
  while (!observer_.wantsEnd()) {
    // An epoch of which only the end is left is ended.
    if (point_.step == stepsTotal_ && point_.examples == 0)
      return true;
    if (!runEpoch())
      return false;
    if (point_.step == stepsTotal_)
      return true;
  }
  return true;
}

bool Trainer::runEpoch() {
  epochStart_ = Clock::now();
  makeOrder();
  const std::int64_t rows = order_.size();
  while (point_.examples < rows && point_.step < stepsTotal_) {
    if (isStopped())
      return false;
    runSteps();
  }
  EpochResult result{.epoch = point_.epoch,
                     .step = point_.step,
                     .loss = std::nullopt,
                     .learningRate = schedule_.rateAt(point_, -1),
                     .gradientNorm = std::nullopt,
                     .epsilon = std::nullopt,
                     .test = std::nullopt,
                     .seconds = secondsOfEpoch(),
                     .examplesPerSecond = 0,
                     .isComplete = point_.examples == rows};
  result.examplesPerSecond = point_.examples / result.seconds;
  if (options_.privacy)
    result.epsilon = options_.privacy->epsilonOf(point_.step);
  else
    result.loss = point_.lossSum / point_.examples;
  if (!gradientNorms_.empty())
    result.gradientNorm = point_.gradientNorm;
  if (test_) {
    result.test = test_->run();
    if (!result.test)
      return false;
    if (!std::isfinite(result.test->loss)) {
      expectSound();
      fail(fmt::format("the test loss is {} after epoch {} (step {}) although "
                       "every parameter is finite",
                       result.test->loss, point_.epoch, point_.step));
    }
  }
  observer_.onEpoch(result);
  if (result.isComplete) {
    if (result.test)
      schedule_.countTest(result.test->loss, point_);
    point_.startEpoch(point_.epoch + 1);
    epochStart_ = Clock::now();
    offerPoint(/*isLast=*/false);
  }
  return !pendingSignal();
}

/// Runs the next steps of the epoch in one call of compiled code: for each
/// batch its forward pass, its backward pass and the update of all parameters.
/// Returns each batch's loss.
std::span<const float> Trainer::callTrain(std::int64_t steps) {
  for (std::int64_t i = 0; i < steps; ++i)
    learningRates_[i] = schedule_.rateAt(point_, i);
  if (privateDescent_) {
    runPrivately(steps);
    return std::span(losses_).first(steps);
  }
  call_.rows = &order_[point_.examples];
  call_.row_count =
      std::min(steps * batch_, std::int64_t(order_.size()) - point_.examples);
  call_.losses = losses_.data();
  call_.step = point_.step;
  call_.position = point_.position;
  executor_.run(options_.profile ? ProgramStep::ProfiledTrain
                                 : ProgramStep::Train,
                call_);
  return std::span(losses_).first(steps);
}

/// The same of a program that clips each row's gradient: a call for each step,
/// whose loss is 0.
void Trainer::runPrivately(std::int64_t steps) {
  for (std::int64_t i = 0; i < steps; ++i) {
    const std::int64_t number = point_.step + i + 1;
    if (options_.privacy) {
      privateDescent_->run(call_, number, learningRates_[i]);
      continue;
    }
    const std::int64_t first = point_.examples + i * batch_;
    privateDescent_->run(
        call_, number, learningRates_[i],
        std::span(order_).subspan(
            first, std::min(batch_, std::ssize(order_) - first)));
  }
}

/// Adds each batch's loss, weighted with its rows, in the order of the steps.
void Trainer::advance(std::span<const float> losses) {
  const std::int64_t rows = order_.size();
  if (point_.step == 0)
    point_.firstLoss = losses.front();
  for (float loss : losses) {
    const std::int64_t count = std::min(batch_, rows - point_.examples);
    point_.lossSum += double(loss) * count;
    point_.examples += count;
    point_.position += count;
    ++point_.step;
  }
}

void Trainer::runSteps() {
  const std::int64_t rowsLeft = order_.size() - point_.examples;
  const std::int64_t steps =
      std::min({chunk_.steps(), stepsTotal_ - point_.step,
                (rowsLeft + batch_ - 1) / batch_,
                options_.pointEvery - point_.step % options_.pointEvery});
  const auto start = Clock::now();
  const std::span<const float> losses = callTrain(steps);
  chunk_.observe(steps, Clock::now() - start);
  if (!std::ranges::all_of(losses, [](float x) { return std::isfinite(x); }))
    failUnsound(losses);
  expectNoExplosion(losses);
  advance(losses);
  const std::span norms(gradientNorms_.data(),
                        gradientNorms_.empty() ? 0 : std::size_t(steps));
  if (!norms.empty())
    point_.gradientNorm = norms.back();
  if (lastSound_.isDue())
    expectSound();

  const bool isPrivate = options_.privacy;
  const double seconds = secondsOfEpoch();
  const double total =
      double(rows_.size()) * (double(stepsTotal_) / double(stepsPerEpoch_));
  observer_.onSteps(
      {.epoch = point_.epoch,
       .firstStep = point_.step - steps + 1,
       .losses = isPrivate ? std::span<const float>() : losses,
       .learningRates = std::span(learningRates_).first(steps),
       .gradientNorms = norms,
       .meanLoss = isPrivate ? std::nullopt
                             : std::optional(point_.lossSum / point_.examples),
       .examplesDone = point_.position,
       .examplesTotal = std::int64_t(total),
       .examplesPerSecond = point_.examples / seconds});
  offerPoint(/*isLast=*/point_.step == stepsTotal_ &&
             point_.examples < std::ssize(order_));
}

void Trainer::expectSound() {
  if (!lastSound_.update(point()))
    failUnsound({});
}

void Trainer::offerPoint(bool isLast) {
  if (!observer_.wantsPoint(point(), isLast))
    return;
  expectSound();
  observer_.onPoint(point());
}

/// A loss this many times that of the first step, or of 1 where that is less,
/// in this many steps in a row, comes from no batch that is merely odd.
constexpr double explosion = 1e4;
constexpr std::int64_t explosionSteps = 20;

void Trainer::expectNoExplosion(std::span<const float> losses) {
  const double first = point_.step == 0 ? losses.front() : point_.firstLoss;
  const double limit = explosion * std::max(1.0, std::abs(first));
  for (std::size_t i = 0; i < losses.size(); ++i) {
    explodingSteps_ = losses[i] > limit ? explodingSteps_ + 1 : 0;
    if (explodingSteps_ < explosionSteps)
      continue;
    const std::int64_t step = point_.step + std::int64_t(i) + 1;
    const ModelElement largest = executor_.model().largest();
    fail(fmt::format("the loss of steps {} to {} (epoch {}) is above {:.4g}, "
                     "having been {:.4g} in step 1; the largest parameter is "
                     "element {} of {}, {}",
                     step - explosionSteps + 1, step, point_.epoch, limit,
                     first, largest.index, describe(largest), largest.value));
  }
}

} // namespace mlc::runtime
