//===- Tuning.cpp - A search for settings ---------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tuning.h"

#include "Data/Hash.h"
#include "Error.h"
#include "Folders.h"
#include "Halving.h"
#include "Metrics/Measure.h"
#include "Report/Figures.h"
#include "System/Console.h"
#include "TrialLog.h"
#include "TrialRunner.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <span>

using namespace mlc;
using namespace mlc::runtime;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

namespace {
class Tuning {
public:
  explicit Tuning(const TuneOptions &options)
      : options_(options), runner_(options) {}
  void run();

private:
  void makeSpace();
  std::string header() const;
  void search(TrialLog &log);
  void take(const Trial &trial);
  void tell(const Trial &trial) const;
  double secondsLeft() const;
  std::uint64_t seed() const;
  /// Lower is better.
  double costOf(double value) const {
    return isLowerBetter(options_.learning.selectBy) ? value : -value;
  }

  const TuneOptions &options_;
  TrialRunner runner_;
  SearchSpace space_;
  std::int64_t epochs_ = 0;
  std::optional<Halving> halving_;
  std::optional<Trial> best_;
  std::int64_t trials_ = 0;
  double secondsBefore_ = 0; ///< Of trials that stood in the file.
  Clock::time_point start_ = Clock::now();
};
} // namespace

std::uint64_t Tuning::seed() const { return wholeSeed(options_.learning.seed); }

/// What was given stays as it is.
void Tuning::makeSpace() {
  if (!options_.spaceFile.empty())
    space_.read(options_.spaceFile);
  const LearningOptions &given = options_.learning;
  if (!options_.learning.model.empty() || !given.hidden.empty() ||
      given.isLinear)
    space_.hidden.reset();
  if (!given.rate.empty())
    space_.learningRate.reset();
  const std::string text = runner_.modelText({}, 0);
  if (!options_.learning.model.empty() || !given.dropout.empty() ||
      given.isLinear) {
    SearchSpace restricted = space_;
    restrictTo(restricted, text);
    space_ = restricted;
    if (!given.dropout.empty())
      space_.dropout.reset();
    return;
  }
  // A model that is made here has dropout where it is asked for.
  const auto dropout = space_.dropout;
  restrictTo(space_, text);
  space_.dropout = dropout;
}

/// What the trials follow from, but for the budget.
std::string Tuning::header() const {
  const std::string model = runner_.modelText({}, 0);
  return fmt::format(
      "{{\"search\": 1, \"seed\": {}, \"metric\": {}, \"epochs\": {}, "
      "\"folds\": {}, \"validation\": {}, \"max_bytes\": {}, \"space\": {}, "
      "\"data\": {}, \"model\": {}}}",
      seed(), jsonText(options_.learning.selectBy), epochs_, options_.folds,
      options_.validation, jsonNumber(options_.mostBytes), space_.text(),
      jsonText(runner_.dataHash()),
      jsonText(hashText(hashOf(std::as_bytes(std::span(model))))));
}

double Tuning::secondsLeft() const {
  if (options_.seconds == 0)
    return std::numeric_limits<double>::infinity();
  return options_.seconds - secondsBefore_ -
         std::chrono::duration<double>(Clock::now() - start_).count();
}

void Tuning::take(const Trial &trial) {
  ++trials_;
  halving_->add(costOf(trial.value));
  if (!std::isnan(trial.value) &&
      (!best_ || costOf(trial.value) < costOf(best_->value)))
    best_ = trial;
}

void Tuning::tell(const Trial &trial) const {
  const bool isBest = best_ && best_->plan == trial.plan;
  printResult(fmt::format(
      "trial {}  {} {}  {} epoch{}  {}{}\n", trials_,
      options_.learning.selectBy,
      std::isnan(trial.value) ? "failed" : fmt::format("{:.4f}", trial.value),
      trial.plan.epochs, trial.plan.epochs == 1 ? "" : "s",
      trial.plan.configuration == 0 ? "as the model is"
                                    : settingsJson(trial.settings),
      isBest ? " *" : ""));
}

void Tuning::search(TrialLog &log) {
  halving_.emplace(epochs_);
  for (const Trial &trial : log.earlier()) {
    if (trial.plan != halving_->next())
      throw InputError(fmt::format(
          "{}: trial {} is not the one that comes there; remove it and those "
          "behind it",
          (fs::path(options_.folder) / "trials.jsonl").string(), trials_ + 1));
    secondsBefore_ += trial.seconds;
    take(trial);
  }
  if (trials_ > 0)
    printNote(fmt::format("going on after {} trials, which took {:.0f} s",
                          trials_, secondsBefore_));
  start_ = Clock::now();
  while (trials_ < options_.mostTrials && secondsLeft() > 0) {
    Trial trial;
    trial.plan = halving_->next();
    if (trial.plan.configuration > 0)
      trial.settings = space_.draw(seed(), trial.plan.configuration);
    const auto start = Clock::now();
    try {
      if (!runner_.run(trial, [&] { return secondsLeft(); }))
        break;
    } catch (const Failed &failed) {
      // A rate that was too high; but the model itself must do.
      if (failed.status != 1 || trial.plan.configuration == 0)
        throw;
      trial.value = std::numeric_limits<double>::quiet_NaN();
    }
    trial.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    log.add(trial);
    take(trial);
    if (!options_.json)
      tell(trial);
  }
}

void Tuning::run() {
  makeFolder(options_.folder);
  seed();
  const std::string path = fs::path(options_.folder) / "trials.jsonl";
  // Before data sets that others use are written anew.
  if (!options_.isResumed && fs::exists(path))
    throw InputError(fmt::format("{}: a search was here already; go on with it "
                                 "by --resume, or name another folder",
                                 path));
  runner_.makeData();
  makeSpace();
  epochs_ = runner_.ownEpochs();
  TrialLog log(path, header(), options_.isResumed);
  search(log);
  if (!best_)
    throw InputError(fmt::format("{}: no trial was completed in that time; go "
                                 "on with --resume and a larger --budget",
                                 path));
  const Words command = runner_.trainingOf(*best_);
  std::string shown;
  for (const std::string &word : command)
    shown += (shown.empty() ? "" : " ") + quoted(word);
  const std::string &metric = options_.learning.selectBy;
  if (!options_.json)
    printResult(fmt::format("best of {} trials: {} {:.4f}, by the rows that "
                            "chose it\n",
                            trials_, metric, best_->value));
  execute(command, fs::path(options_.folder) / "train.txt");
  if (options_.json)
    printResult(fmt::format(
        "{{\"trials\": {}, \"configuration\": {}, \"metric\": {}, \"value\": "
        "{}, \"epochs\": {}, \"settings\": {}, \"command\": {}}}\n",
        trials_, best_->plan.configuration, jsonText(metric),
        jsonNumber(best_->value), best_->plan.epochs,
        settingsJson(best_->settings), jsonText(shown)));
  else
    printResult(shown + "\n");
}

void mlc::tune(const TuneOptions &options) { Tuning(options).run(); }
