//===- ScheduleOptions.cpp - How the learning rate is to change -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/ScheduleOptions.h"

#include "Commands/NumberOptions.h"
#include "Error.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

namespace mlc::runtime {

static std::vector<std::string> scheduleNames() {
  std::vector<std::string> names;
  for (const ScheduleForm &form : scheduleForms())
    names.emplace_back(form.name);
  return names;
}

/// Adds a real that is kept only where it is given.
static void addOptionalReal(CLI::App &command, const char *name,
                            std::optional<double> &number, const char *help,
                            const char *expected, bool (*isGood)(double)) {
  command
      .add_option_function<std::string>(
          name,
          [&number, expected, isGood, name](const std::string &text) {
            double value = 0;
            const char *end = text.data() + text.size();
            const auto read = std::from_chars(text.data(), end, value);
            if (read.ec != std::errc() || read.ptr != end ||
                !std::isfinite(value) || !isGood(value))
              throw CLI::ValidationError(
                  name, fmt::format("expected {}, but got {}", expected, text));
            number = value;
          },
          help)
      ->type_name("X");
}

void addScheduleOptions(CLI::App &command, ScheduleRequest &schedule) {
  command
      .add_option("--schedule", schedule.kind,
                  fmt::format("how the learning rate changes: {}",
                              fmt::join(scheduleNames(), ", ")))
      ->check([](const std::string &text) {
        for (const std::string &name : scheduleNames())
          if (text == name)
            return std::string();
        return fmt::format("expected one of {}, but got {}",
                           fmt::join(scheduleNames(), ", "), text);
      })
      ->type_name("KIND");
  addOptionalReal(
      command, "--warmup", schedule.warmup,
      "steps in which the rate rises to the full one, or below 1 a share of "
      "all steps",
      "a share in [0, 1) or a whole number of steps", [](double steps) {
        return steps >= 0 && (steps < 1 || steps == std::floor(steps)) &&
               steps < 0x1p53;
      });
  addOptionalReal(command, "--final-rate", schedule.finalShare,
                  "the rate at the end, as a share of the full one",
                  "a share in [0, 1]",
                  [](double share) { return share >= 0 && share <= 1; });
  addOptionalReal(command, "--rate-gamma", schedule.gamma,
                  "what the rate is multiplied with, of step, exponential and "
                  "plateau",
                  "a number above 0 and at most 1",
                  [](double gamma) { return gamma > 0 && gamma <= 1; });
  addWhole<std::int64_t>(&command, "--rate-every", schedule.every,
                         "epochs between two changes of the rate, of step", 1,
                         1000000);
  addWhole<std::int64_t>(&command, "--rate-patience", schedule.patience,
                         "epochs without a lower test loss before the rate is "
                         "reduced, of plateau",
                         1, 1000000);
  addOptionalReal(command, "--rate-min-delta", schedule.minDelta,
                  "by how much a test loss must be lower to count, of plateau",
                  "a number of at least 0",
                  [](double delta) { return delta >= 0; });
}

bool isGiven(const ScheduleRequest &request) {
  return !request.kind.empty() || request.warmup || request.finalShare ||
         request.gamma || request.minDelta || request.every > 0 ||
         request.patience > 0;
}

/// "linear, cosine or wsd": the kinds that have a setting.
static std::string kindsWith(bool ScheduleForm::*setting) {
  std::vector<std::string> kinds;
  for (const ScheduleForm &form : scheduleForms())
    if (form.*setting)
      kinds.emplace_back(form.name);
  const std::string last = kinds.back();
  kinds.pop_back();
  return kinds.empty() ? last
                       : fmt::format("{} or {}", fmt::join(kinds, ", "), last);
}

/// A kind with the settings that it has where none are given.
static ScheduleSettings withDefaults(const ScheduleForm &form) {
  ScheduleSettings schedule{.kind = form.kind};
  if (form.every || form.patience)
    schedule.gamma = 0.1; // As PyTorch's StepLR and ReduceLROnPlateau.
  if (form.patience) {
    schedule.patience = 10; // As that and Keras have it.
    schedule.minDelta = 1e-4;
  }
  return schedule;
}

ScheduleSettings scheduleOf(const ScheduleSettings &own,
                            const ScheduleRequest &request) {
  ScheduleSettings schedule = own;
  for (const ScheduleForm &form : scheduleForms())
    if (request.kind == form.name)
      schedule = withDefaults(form);
  const ScheduleForm &form = formOf(schedule.kind);
  for (const auto &[option, isGiven, setting] :
       {std::tuple("--final-rate", request.finalShare.has_value(),
                   &ScheduleForm::finalShare),
        std::tuple("--rate-gamma", request.gamma.has_value(),
                   &ScheduleForm::gamma),
        std::tuple("--rate-every", request.every > 0, &ScheduleForm::every),
        std::tuple("--rate-patience", request.patience > 0,
                   &ScheduleForm::patience),
        std::tuple("--rate-min-delta", request.minDelta.has_value(),
                   &ScheduleForm::patience)})
    if (isGiven && !(form.*setting))
      throw UsageError(fmt::format("{}: the schedule is {}, which has no such "
                                   "setting; leave it out, or give --schedule "
                                   "{}",
                                   option, form.name, kindsWith(setting)));
  schedule.warmup = request.warmup.value_or(schedule.warmup);
  schedule.finalShare = request.finalShare.value_or(schedule.finalShare);
  schedule.gamma = request.gamma.value_or(schedule.gamma);
  schedule.minDelta = request.minDelta.value_or(schedule.minDelta);
  if (request.every > 0)
    schedule.every = request.every;
  if (request.patience > 0)
    schedule.patience = request.patience;
  if (form.gamma && schedule.gamma == 0)
    throw UsageError(fmt::format(
        "--schedule {} needs --rate-gamma, such as 0.9", form.name));
  if (form.every && schedule.every == 0)
    throw UsageError(
        fmt::format("--schedule {} needs --rate-every, such as 10", form.name));
  return schedule;
}

std::string scheduleWarning(const Schedule &schedule) {
  const std::int64_t accumulate = schedule.stepsPerUpdate();
  if (accumulate > 1 && schedule.steps() < accumulate)
    return fmt::format("the run has {} steps, but parameters change after {}, "
                       "as the model's accumulate({}) says; give more "
                       "--epochs, or compile the model with a smaller one",
                       schedule.steps(), accumulate, accumulate);
  const std::int64_t warmup = schedule.warmupUpdates();
  if (warmup == 0 || warmup < schedule.updates())
    return "";
  return fmt::format("the warm-up of {} {} is not shorter than the run, "
                     "which has {}; lower --warmup, or give more --epochs",
                     warmup, accumulate == 1 ? "steps" : "updates",
                     schedule.updates());
}

} // namespace mlc::runtime
