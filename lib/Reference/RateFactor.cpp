//===- RateFactor.cpp - A schedule's factor of a step ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/RateFactor.h"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace mlc;
using namespace mlc::reference;
using graph::ScheduleKind;

double mlc::reference::rateFactor(graph::TrainOp train, int64_t step,
                                  int64_t stepsPerEpoch, int64_t steps) {
  graph::ScheduleAttr schedule = train.getScheduleAttr();
  if (!schedule)
    return 1;
  const auto together = static_cast<double>(train.getStepsOfUpdate());
  const double k = std::floor(static_cast<double>(step) / together);
  const double all =
      std::max(1.0, std::floor(static_cast<double>(steps) / together));
  double warmup = schedule.getWarmup();
  if (warmup < 1)
    warmup = std::round(warmup * all);
  if (k < warmup)
    return (k + 1) / warmup;
  const double t = std::min(1.0, (k - warmup) / (all - warmup));
  const int64_t ended = step / stepsPerEpoch;
  const auto epoch = static_cast<double>(ended);
  const double f = schedule.getFinalShare(), pi = std::numbers::pi;
  switch (schedule.getKind()) {
  case ScheduleKind::Constant:
  case ScheduleKind::Plateau: // Nothing is tested here.
    return 1;
  case ScheduleKind::Linear:
    return 1 - t * (1 - f);
  case ScheduleKind::Cosine:
    return f + (1 - f) * (1 + std::cos(pi * t)) / 2;
  case ScheduleKind::Step:
    return std::pow(schedule.getGamma(),
                    std::floor(epoch / schedule.getEvery()));
  case ScheduleKind::Exponential:
    return std::pow(schedule.getGamma(), epoch);
  case ScheduleKind::Wsd: {
    const double decay = std::floor(4 * all / 5);
    return k < decay
               ? 1
               : f + (1 - f) * (1 - std::sqrt(std::min(
                                        1.0, (k - decay) / (all - decay))));
  }
  case ScheduleKind::Coslog4:
    return (1 - std::cos(2 * pi * std::log2(1 + 15 * t))) / 2;
  }
  llvm_unreachable("a schedule is one of the above");
}
