//===- TrainReport.cpp - Tells people and files how training goes ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/TrainReport.h"

#include "Program/KeptAnswers.h"
#include "Report/Figures.h"

#include <fmt/format.h>
#include <utility>

namespace mlc::runtime {

/// "1:05" or "2:01:05".
static std::string clockText(double seconds) {
  const auto whole = std::int64_t(seconds + 0.5);
  const std::int64_t hours = whole / 3600, minutes = whole / 60 % 60;
  if (hours == 0)
    return fmt::format("{}:{:02}", minutes, whole % 60);
  return fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60);
}

static bool isShort(const EpochResult &epoch) {
  constexpr double shortSeconds = 0.1;
  return epoch.seconds < shortSeconds;
}

/// How long an epoch took. Of one that is soon over the rate is chance, so it
/// is left out.
static std::string timeText(const EpochResult &epoch) {
  if (isShort(epoch))
    return fmt::format("{:.1f} ms", 1000 * epoch.seconds);
  return fmt::format("{:.2f} s  {:.0f} examples/s", epoch.seconds,
                     epoch.examplesPerSecond);
}

/// Whether an epoch is one of many that are soon over, of which some are told:
/// each twentieth part of them, and one a second.
bool TrainReport::isOneOfMany(const EpochResult &epoch) const {
  using namespace std::chrono_literals;
  constexpr std::int64_t told = 20, many = 2 * told;
  return epochs_ > many && isShort(epoch) && epoch.epoch != 1 &&
         epoch.epoch != epochs_ && epoch.epoch % (epochs_ / told) != 0 &&
         Clock::now() - lastLine_ < 1s;
}

/// "loss 0.1234  ", where it is told.
static std::string lossText(std::optional<double> loss) {
  return loss ? fmt::format("loss {:.4f}  ", *loss) : "";
}

/// "rate 0.001  ", where rates are told.
std::string TrainReport::rateText(double rate) const {
  return tellsRate_ ? fmt::format("rate {:.4g}  ", rate) : "";
}

void TrainReport::onSteps(const StepsResult &steps) {
  if (metrics_ && metricsEveryStep_)
    metrics_->writeSteps(steps);
  if (!isQuiet_)
    tellSkipped(steps.skipped);
  if (isQuiet_ || !progress_.isDue())
    return;
  const double left = double(steps.examplesTotal - steps.examplesDone) /
                      steps.examplesPerSecond;
  progress_.show(fmt::format(
      "epoch {}/{}  {:.0f} %  {}{}{:.0f} examples/s  {} left", steps.epoch,
      epochs_, 100.0 * double(steps.examplesDone) / double(steps.examplesTotal),
      lossText(steps.meanLoss), rateText(steps.learningRates.back()),
      steps.examplesPerSecond, clockText(left)));
}

/// The first of a run one by one; of all, lines of epochs have the number.
void TrainReport::tellSkipped(std::span<const SkippedStep> steps) {
  constexpr std::int64_t told = 10;
  for (const SkippedStep &step : steps) {
    if (++skipped_ > told)
      return;
    progress_.clear();
    printNote(fmt::format(
        "step {} is skipped: {} {:.4g} is {:.3g} standard deviations above the "
        "mean of the last {} (--skip-outliers){}",
        step.step, step.isNorm ? "the norm of its gradient," : "its loss,",
        step.value, step.score, RecentValues::size,
        skipped_ == told ? "; of later ones, lines of epochs tell the number"
                         : ""));
  }
}

void TrainReport::onEpoch(const EpochResult &epoch) {
  if (metrics_)
    metrics_->writeEpoch(epoch);
  lastTested_.reset();
  if (epoch.test) {
    lastTested_ = epoch;
    if (!leastTested_ || epoch.test->loss < leastTested_->test->loss)
      leastTested_ = epoch;
  }
  if (isQuiet_)
    return;
  std::string line = lineOf(epoch);
  const bool isBest = best_.isBest(epoch);
  if (isBest)
    untoldBest_.clear(); // Better than what it told of.
  if (isOneOfMany(epoch)) {
    untoldLast_ = isBest ? "" : line;
    if (isBest)
      untoldBest_ = std::move(line);
    return;
  }
  lastLine_ = Clock::now();
  untoldLast_ = std::move(line);
  finish();
}

void TrainReport::finish() {
  progress_.clear();
  for (std::string *line : {&untoldBest_, &untoldLast_})
    if (!line->empty())
      printResult(std::exchange(*line, {}));
}

std::string TrainReport::lineOf(const EpochResult &epoch) const {
  std::string test;
  if (epoch.test) {
    test = fmt::format("{0} loss {1:.4f}  {0} {2} {3}  ", testName_,
                       epoch.test->loss, scoreName(program_),
                       scoreText(program_, epoch.test->score));
    for (const Figure &figure : epoch.test->figures)
      test += fmt::format("{} {} {}  ", testName_, figure.name,
                          figureText(figure, taskOf(program_)));
  }
  std::string norm;
  if (epoch.gradientNorm)
    norm = fmt::format("grad norm {:.4g}  ", *epoch.gradientNorm);
  if (epoch.skipped)
    norm += fmt::format("skipped {}  ", *epoch.skipped);
  const std::string epsilon =
      epoch.epsilon ? fmt::format("epsilon {:.4g}  ", *epoch.epsilon) : "";
  return fmt::format("epoch {}/{}  {}{}{}{}{}{}{}\n", epoch.epoch, epochs_,
                     lossText(epoch.loss), epsilon,
                     rateText(epoch.learningRate), norm, test, timeText(epoch),
                     best_.isBest(epoch) ? " *" : "");
}

} // namespace mlc::runtime
