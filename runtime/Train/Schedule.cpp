//===- Schedule.cpp - How the learning rate changes over a run ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Schedule.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace mlc::runtime {

Schedule::Schedule(const ScheduleSettings &settings, double rate,
                   std::int64_t stepsPerEpoch, std::int64_t epochs,
                   std::int64_t accumulate, std::int64_t stepsBefore)
    : settings_(settings), rate_(rate), stepsPerEpoch_(stepsPerEpoch),
      accumulate_(accumulate), stepsBefore_(stepsBefore) {
  if (__builtin_mul_overflow(stepsPerEpoch, epochs, &steps_))
    steps_ = std::numeric_limits<std::int64_t>::max();
  updates_ = std::max<std::int64_t>(steps_ / accumulate, 1);
  // A share is of all updates; both are below 2^63.
  warmup_ = settings.warmup < 1
                ? std::int64_t(std::round(settings.warmup * double(updates_)))
                : std::int64_t(settings.warmup);
}

/// Of step `step`, from 0, of all `steps`: 1 up to four fifths of them, then
/// less, with the root of what has passed of the rest (llm.c, schedulers.h).
static double warmupStableDecay(std::int64_t step, std::int64_t steps,
                                double finalShare) {
  // floor(4 steps / 5), which cannot overflow.
  const std::int64_t decay = steps / 5 * 4 + steps % 5 * 4 / 5;
  if (step < decay)
    return 1;
  const double passed = double(step - decay) / double(steps - decay);
  return finalShare + (1 - std::sqrt(passed)) * (1 - finalShare);
}

void Schedule::countTest(double loss, TrainingPoint &point) const {
  if (settings_.kind != ScheduleKind::Plateau)
    return;
  // As Keras' ReduceLROnPlateau, without cooldown.
  if (loss < point.plateauBest - settings_.minDelta) {
    point.plateauBest = loss;
    point.plateauWait = 0;
  } else if (++point.plateauWait >= settings_.patience) {
    ++point.reductions;
    point.plateauWait = 0;
  }
}

double Schedule::factorAt(std::int64_t step, std::int64_t reductions) const {
  const std::int64_t update = step / accumulate_;
  if (update < warmup_)
    return double(update + 1) / double(warmup_);
  // A run that goes on beyond its end, as a resumed one may, keeps the last.
  const double t = std::min(1.0, double(update - warmup_) /
                                     std::max(1.0, double(updates_ - warmup_)));
  const double finalShare = settings_.finalShare;
  const std::int64_t epoch = step / stepsPerEpoch_;
  switch (settings_.kind) {
  case ScheduleKind::Constant:
    return 1;
  case ScheduleKind::Linear:
    return 1 - t * (1 - finalShare);
  case ScheduleKind::Cosine:
    return finalShare +
           (1 - finalShare) * (1 + std::cos(std::numbers::pi * t)) / 2;
  case ScheduleKind::Step:
    return std::pow(settings_.gamma, double(epoch / settings_.every));
  case ScheduleKind::Exponential:
    return std::pow(settings_.gamma, double(epoch));
  case ScheduleKind::Wsd:
    return warmupStableDecay(std::min(update, updates_), updates_, finalShare);
  case ScheduleKind::Coslog4:
    return (1 - std::cos(2 * std::numbers::pi * std::log2(1 + 15 * t))) / 2;
  case ScheduleKind::Plateau:
    return std::pow(settings_.gamma, double(reductions));
  }
  return 1;
}

bool isConstant(const ScheduleSettings &schedule) {
  return schedule.kind == ScheduleKind::Constant && schedule.warmup == 0;
}

bool dependsOnLength(const ScheduleSettings &schedule) {
  return (schedule.warmup > 0 && schedule.warmup < 1) ||
         (schedule.kind != ScheduleKind::Constant &&
          schedule.kind != ScheduleKind::Step &&
          schedule.kind != ScheduleKind::Plateau &&
          schedule.kind != ScheduleKind::Exponential);
}

std::span<const ScheduleForm> scheduleForms() {
  using enum ScheduleKind;
  static constexpr ScheduleForm forms[] = {
      {.kind = Constant, .name = "constant"},
      {.kind = Linear, .name = "linear", .finalShare = true},
      {.kind = Cosine, .name = "cosine", .finalShare = true},
      {.kind = Step, .name = "step", .gamma = true, .every = true},
      {.kind = Exponential, .name = "exponential", .gamma = true},
      {.kind = Wsd, .name = "wsd", .finalShare = true},
      {.kind = Coslog4, .name = "coslog4"},
      {.kind = Plateau, .name = "plateau", .gamma = true, .patience = true}};
  return forms;
}

const ScheduleForm &formOf(ScheduleKind kind) {
  return *std::ranges::find(scheduleForms(), kind, &ScheduleForm::kind);
}

std::string scheduleText(const ScheduleSettings &schedule) {
  const ScheduleForm &form = formOf(schedule.kind);
  std::string settings = fmt::format("warmup = {}", schedule.warmup);
  if (form.finalShare)
    settings += fmt::format(", final = {}", schedule.finalShare);
  if (form.gamma)
    settings += fmt::format(", gamma = {}", schedule.gamma);
  if (form.every)
    settings += fmt::format(", every = {}", schedule.every);
  if (form.patience)
    settings += fmt::format(", patience = {}, min_delta = {}",
                            schedule.patience, schedule.minDelta);
  return fmt::format("{}({})", form.name, settings);
}

ScheduleSettings ownSchedule(const MlcProgram &program) {
  ScheduleSettings schedule;
  if (program.schedule && !readSchedule(program.schedule, schedule))
    throw std::logic_error(
        fmt::format("a program with the schedule {}", program.schedule));
  return schedule;
}

bool readSchedule(std::string_view text, ScheduleSettings &schedule) {
  const std::size_t open = text.find('(');
  if (open == text.npos || !text.ends_with(')'))
    return false;
  const auto form = std::ranges::find(scheduleForms(), text.substr(0, open),
                                      &ScheduleForm::name);
  if (form == scheduleForms().end())
    return false;
  schedule = {.kind = form->kind};
  text = text.substr(open + 1, text.size() - open - 2);
  while (!text.empty()) {
    constexpr std::string_view equals = " = ", comma = ", ";
    const std::size_t sign = text.find(equals);
    if (sign == text.npos)
      return false;
    const std::string_view name = text.substr(0, sign);
    text.remove_prefix(sign + equals.size());
    double number = 0;
    const auto read =
        std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc())
      return false;
    text.remove_prefix(std::size_t(read.ptr - text.data()));
    if (name == "warmup")
      schedule.warmup = number;
    else if (name == "final")
      schedule.finalShare = number;
    else if (name == "gamma")
      schedule.gamma = number;
    else if (name == "every")
      schedule.every = std::int64_t(number);
    else if (name == "patience")
      schedule.patience = std::int64_t(number);
    else if (name == "min_delta")
      schedule.minDelta = number;
    else
      return false;
    if (!text.empty() && !text.starts_with(comma))
      return false;
    text.remove_prefix(std::min(text.size(), comma.size()));
  }
  return true;
}

} // namespace mlc::runtime
