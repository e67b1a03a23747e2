//===- Trainer.cpp - The training loop ------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Trainer.h"

#include "Error.h"
#include "Program/AveragedParameters.h"
#include "System/Interrupt.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

using Clock = ChunkSize::Clock;

static double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

bool trainTellsNorms(const MlcProgram &program) {
  const MlcEntryPoint *train = findEntry(program, "train");
  return train && (train->flags & MLC_ENTRY_NORMS);
}

ScheduleSpan spanOf(const TrainerOptions &options, std::int64_t stepsPerEpoch) {
  return options.scheduleSpan.stepsPerEpoch > 0
             ? options.scheduleSpan
             : ScheduleSpan{stepsPerEpoch, options.epochs,
                            options.earlier.steps};
}

Schedule scheduleOfRun(const TrainerOptions &options,
                       std::int64_t stepsPerEpoch, std::int64_t accumulate) {
  const ScheduleSpan span = spanOf(options, stepsPerEpoch);
  return {options.schedule, options.learningRate, span.stepsPerEpoch,
          span.epochs,      accumulate,           span.stepsBefore};
}

std::int64_t lastStep(const TrainerOptions &options,
                      std::int64_t stepsPerEpoch) {
  std::int64_t steps = 0;
  if (__builtin_mul_overflow(stepsPerEpoch, options.epochs, &steps))
    steps = std::numeric_limits<std::int64_t>::max();
  steps = std::min(steps, options.maxSteps);
  if (__builtin_add_overflow(steps, options.earlier.steps, &steps))
    steps = std::numeric_limits<std::int64_t>::max();
  return steps;
}

Trainer::Trainer(Executor &executor, std::unique_ptr<TrainingRows> rows,
                 const TrainerOptions &options, Evaluator *test,
                 TrainObserver &observer)
    : executor_(executor), rows_(std::move(rows)), options_(options),
      test_(test), observer_(observer), batch_(executor.program().batch),
      stepsPerEpoch_((rows_->size() + batch_ - 1) / batch_),
      stepsTotal_(lastStep(options, stepsPerEpoch_)), losses_(stepsPerEpoch_),
      schedule_(scheduleOfRun(options, stepsPerEpoch_,
                              executor.program().accumulate)),
      learningRates_(stepsPerEpoch_),
      gradientNorms_(trainTellsNorms(executor.program()) ? stepsPerEpoch_ : 0),
      call_(rows_->call()),
      chunk_(std::min(stepsPerEpoch_, options.maxStepsPerCall)),
      lastSound_(executor.model()) {
  call_.seed = std::int64_t(options.seed);
  call_.profile = options.profile;
  if (executor.program().private_clip > 0)
    privateDescent_.emplace(executor, *rows_->resident(), options.privacy);
  if (options.skipOutliers) {
    beforeSteps_.allocate(executor.model());
    skipped_.reserve(stepsPerEpoch_);
  }
}

Trainer::Trainer(Executor &executor, const Examples &examples,
                 std::vector<std::int32_t> rows, const TrainerOptions &options,
                 Evaluator *test, TrainObserver &observer)
    : Trainer(executor,
              std::make_unique<ResidentRows>(
                  executor, examples, std::move(rows), options.rowOrder()),
              options, test, observer) {}

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
  rows_->startEpoch(point_.epoch);
  const std::int64_t rows = rows_->size();
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
                     .skipped = std::nullopt,
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
  if (options_.skipOutliers)
    result.skipped = point_.skippedOfEpoch;
  if (test_) {
    result.test = test();
    if (!result.test)
      return false;
    if (!std::isfinite(result.test->loss)) {
      expectSound();
      fail(fmt::format("the test loss is {} after epoch {} (step {}) although "
                       "every parameter is finite",
                       result.test->loss, point_.epoch, point_.step));
    }
  }
  {
    const AveragedParameters kept(executor_.program(), executor_.model(),
                                  point_.step);
    observer_.onEpoch(result);
  }
  if (result.isComplete) {
    if (result.test)
      schedule_.countTest(result.test->loss, point_);
    point_.startEpoch(point_.epoch + 1);
    epochStart_ = Clock::now();
    offerPoint(/*isLast=*/false);
  }
  return !pendingSignal();
}

std::optional<Evaluation> Trainer::test() {
  const AveragedParameters averaged(executor_.program(), executor_.model(),
                                    point_.step);
  return test_->run();
}

/// Runs the steps from `begin` to `end` after point_, all of one epoch, in one
/// call of compiled code: for each batch its forward pass, its backward pass
/// and the update of all parameters. The loss of each is in losses_.
void Trainer::callTrain(std::int64_t begin, std::int64_t end) {
  for (std::int64_t i = begin; i < end; ++i)
    learningRates_[i] = schedule_.rateAt(point_, i);
  if (privateDescent_) {
    runPrivately(begin, end);
    return;
  }
  const std::int64_t first = point_.examples + begin * batch_;
  call_.row_count = std::min((end - begin) * batch_, rows_->size() - first);
  rows_->describe(first, call_.row_count, call_);
  call_.losses = losses_.data() + begin;
  call_.learning_rates = learningRates_.data() + begin;
  if (!gradientNorms_.empty())
    call_.gradient_norms = gradientNorms_.data() + begin;
  call_.step = point_.step + begin;
  call_.position = point_.position + begin * batch_;
  executor_.run(options_.profile ? ProgramStep::ProfiledTrain
                                 : ProgramStep::Train,
                call_);
}

/// The same of a program that clips each row's gradient: a call for each step,
/// whose loss is 0.
void Trainer::runPrivately(std::int64_t begin, std::int64_t end) {
  for (std::int64_t i = begin; i < end; ++i) {
    const std::int64_t number = point_.step + i + 1;
    if (options_.privacy) {
      privateDescent_->run(call_, number, learningRates_[i]);
      continue;
    }
    const std::int64_t first = point_.examples + i * batch_;
    const std::int64_t count = std::min(batch_, rows_->size() - first);
    rows_->describe(first, count, call_);
    privateDescent_->run(call_, number, learningRates_[i],
                         std::span(call_.rows, std::size_t(count)));
  }
}

/// The first of the steps from `begin` to `end` after point_, which were run,
/// that is an outlier; `end` where none is, or where a loss is not finite. What
/// was looked at is from then on among the recent values.
std::int64_t Trainer::findOutlier(std::int64_t begin, std::int64_t end) {
  for (std::int64_t i = begin; i < end; ++i) {
    const float norm = gradientNorms_.empty() ? 0 : gradientNorms_[i];
    if (!std::isfinite(losses_[i]) || !std::isfinite(norm))
      return end;
    const std::optional<double> byLoss = point_.losses.add(losses_[i]);
    const std::optional<double> byNorm = point_.gradientNorms.add(norm);
    if (std::max(byLoss.value_or(0), byNorm.value_or(0)) <=
        *options_.skipOutliers)
      continue;
    const bool isNorm = *byNorm > *byLoss;
    skipped_.push_back({.step = point_.step + i + 1,
                        .value = isNorm ? norm : losses_[i],
                        .isNorm = isNorm,
                        .score = isNorm ? *byNorm : *byLoss});
    return i;
  }
  return end;
}

/// Runs the next steps of the epoch but for outliers. Whether a step is one is
/// known only after it, so a call runs them all; after an outlier the model is
/// brought back, and the steps before it, which give the same bits again, are
/// repeated. Returns each batch's loss.
std::span<const float> Trainer::trainSteps(std::int64_t steps) {
  skipped_.clear();
  if (!options_.skipOutliers) {
    callTrain(0, steps);
    return std::span(losses_).first(steps);
  }
  for (std::int64_t begin = 0; begin < steps;) {
    beforeSteps_.take(executor_.model());
    callTrain(begin, steps);
    const std::int64_t outlier = findOutlier(begin, steps);
    if (outlier < steps) {
      beforeSteps_.restore(executor_.model());
      if (outlier > begin)
        callTrain(begin, outlier);
      ++point_.skipped;
      ++point_.skippedOfEpoch;
    }
    begin = outlier + 1;
  }
  return std::span(losses_).first(steps);
}

/// Adds each batch's loss, weighted with its rows, in the order of the steps.
void Trainer::advance(std::span<const float> losses) {
  const std::int64_t rows = rows_->size();
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
  const std::int64_t rowsLeft = std::min(rows_->size() - point_.examples,
                                         rows_->mostFrom(point_.examples));
  const std::int64_t steps =
      std::min({chunk_.steps(), stepsTotal_ - point_.step,
                (rowsLeft + batch_ - 1) / batch_,
                options_.pointEvery - point_.step % options_.pointEvery});
  const auto start = Clock::now();
  const std::span<const float> losses = trainSteps(steps);
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
      double(rows_->size()) * (double(stepsTotal_) / double(stepsPerEpoch_));
  observer_.onSteps(
      {.epoch = point_.epoch,
       .firstStep = point_.step - steps + 1,
       .losses = isPrivate ? std::span<const float>() : losses,
       .learningRates = std::span(learningRates_).first(steps),
       .gradientNorms = norms,
       .skipped = skipped_,
       .meanLoss = isPrivate ? std::nullopt
                             : std::optional(point_.lossSum / point_.examples),
       .examplesDone = point_.position,
       .examplesTotal = std::int64_t(total),
       .examplesPerSecond = point_.examples / seconds});
  offerPoint(/*isLast=*/point_.step == stepsTotal_ &&
             point_.examples < rows_->size());
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
