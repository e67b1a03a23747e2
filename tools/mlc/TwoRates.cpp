//===- TwoRates.cpp - Trains at a rate, then at a tenth of it -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TwoRates.h"

#include "Data/JsonNumber.h"
#include "Metrics/Measure.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <fstream>

using namespace mlc;
using namespace mlc::runtime;

static constexpr std::int64_t patience = 10;

Epochs mlc::epochsOf(std::int64_t epochs, bool isDense, bool hasSchedule) {
  constexpr std::int64_t fineShare = 5;
  const std::int64_t fine = isDense && !hasSchedule && epochs > 1
                                ? (epochs + fineShare - 1) / fineShare
                                : 0;
  return {.full = epochs - fine, .fine = fine};
}

namespace {
/// What a file of metrics tells of a training.
struct Curve {
  std::int64_t epochs = 0, best = 0; ///< How many; the best one, from 1.
  double value = std::numeric_limits<double>::quiet_NaN(); ///< Of the best.
};
} // namespace

/// The best epoch is the one whose weights `--best` keeps.
static Curve readCurve(const std::string &metrics,
                       const std::string &selectBy) {
  Curve curve;
  const bool isLess = isLowerBetter(selectBy);
  std::ifstream lines(metrics);
  for (std::string line; std::getline(lines, line);) {
    ++curve.epochs;
    const double value = jsonNumberOf(line, "test_" + selectBy);
    const bool isBetter = std::isnan(curve.value) ||
                          (isLess ? value < curve.value : value > curve.value);
    if (!std::isnan(value) && isBetter) {
      curve.value = value;
      curve.best = curve.epochs;
    }
  }
  return curve;
}

std::optional<TwoRates::Result>
TwoRates::trainOnce(bool isFine, std::int64_t epochs, bool isLast) const {
  const bool isFirst = mayGoOn ? !isFine : !isLast;
  const std::string name = isFirst ? "full-rate" : "weights";
  const std::string weights = folder / (name + ".safetensors"),
                    metrics = folder /
                              (isFirst ? "full-rate.jsonl" : "metrics.jsonl");
  Words command = {program, "train", "--data", data};
  const auto add = [&](const Words &words) {
    command.insert(command.end(), words.begin(), words.end());
  };
  add(judging);
  if (!chooses) {
    add({"-o", weights});
  } else {
    add({"--best", weights});
    if (!isScheduled)
      add({"--patience", fmt::format("{}", patience)});
    if (learning.selectBy != "loss")
      add({"--select-by", learning.selectBy});
  }
  addGiven(command, "--seed", learning.seed);
  addGiven(command, "--threads", learning.threads);
  add({"--metrics", metrics});
  if (isFine)
    add({"--init", folder / "full-rate.safetensors"});
  add({"--epochs", fmt::format("{}", epochs)});
  constexpr double fineRate = 0.1;
  if (isFine)
    add({"--learning-rate", fmt::format("{:.6g}", fineRate * rate)});
  else
    addGiven(command, "--learning-rate", learning.rate);
  if (!isFine)
    add(first);
  if (isLast) {
    add(last);
    addGiven(command, "--report", report);
  }
  if (isLast && isFine && !report.empty())
    add({"--report-after", folder / "full-rate.jsonl"});
  const double seconds =
      secondsLeft ? secondsLeft() : std::numeric_limits<double>::infinity();
  if (!(seconds > 0))
    return std::nullopt;
  if (std::isfinite(seconds))
    add({"--max-time", fmt::format("{:.0f}s", std::ceil(seconds))});
  if (isQuiet)
    command.push_back("-q");
  execute(command, output, !isQuiet);
  if (!chooses)
    return Result{.best = {.full = epochs}};
  const Curve curve = readCurve(metrics, learning.selectBy);
  if (curve.epochs < epochs && curve.epochs - curve.best < patience)
    return std::nullopt;
  return Result{.best = {.full = std::max<std::int64_t>(curve.best, 1)},
                .value = curve.value};
}

std::optional<TwoRates::Result> TwoRates::train(Epochs epochs) const {
  const bool hasFine = epochs.fine > 0;
  auto result = trainOnce(/*isFine=*/false, epochs.full, /*isLast=*/!hasFine);
  if (!result || !hasFine)
    return result;
  const auto fine = trainOnce(/*isFine=*/true, epochs.fine, /*isLast=*/true);
  if (!fine)
    return std::nullopt;
  return Result{.best = {.full = result->best.full, .fine = fine->best.full},
                .value = fine->value};
}
