//===- Schedule.h - How the learning rate changes over a run ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_SCHEDULE_H
#define MLC_RUNTIME_TRAIN_SCHEDULE_H

#include "Train/TrainingPoint.h"
#include "mlc/RuntimeABI.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>

namespace mlc::runtime {

/// What the learning rate of step k, from 0, of a run of T steps is multiplied
/// with; where several steps of the program make one update of the parameters
/// (accumulate), k and T count updates. In the first W steps, the warm-up, it
/// is (k + 1) / W; then, with t = (k - W) / (T - W), f the final share, and the
/// epoch from 0:
enum class ScheduleKind {
  Constant,    ///< 1
  Linear,      ///< 1 - t (1 - f)
  Cosine,      ///< f + (1 - f) (1 + cos(pi t)) / 2
  Step,        ///< gamma^floor(epoch / every)
  Exponential, ///< gamma^epoch
  /// 1 up to step D = floor(4 T / 5), then f + (1 - f) (1 - sqrt(u)) with
  /// u = (k - D) / (T - D); this, Linear and Cosine as llm.c, schedulers.h.
  Wsd,
  /// (1 - cos(2 pi log2(1 + 15 t))) / 2 (RealMLP, arXiv:2407.04491)
  Coslog4,
  /// gamma^n, where n times so far the test loss was for `patience` epochs in a
  /// row not below the least so far by more than `minDelta` (Keras'
  /// ReduceLROnPlateau).
  Plateau,
};

/// What a kind does not use means nothing.
struct ScheduleSettings {
  ScheduleKind kind = ScheduleKind::Constant;
  double warmup = 0; ///< Steps; below 1 a share of all steps.
  double finalShare = 0;
  double gamma = 0;
  std::int64_t every = 0, patience = 0; ///< Epochs.
  double minDelta = 0;
};

/// The learning rate of each step of a run, a function of the step's number, of
/// the run's length and of the reductions before it.
class Schedule {
public:
  /// `rate` is the full one; `epochs` are all that the run is to have, whether
  /// it ends earlier or not; `accumulate` steps make an update. It begins
  /// after `stepsBefore` steps.
  Schedule(const ScheduleSettings &settings, double rate,
           std::int64_t stepsPerEpoch, std::int64_t epochs,
           std::int64_t accumulate = 1, std::int64_t stepsBefore = 0);

  /// Of the step that comes `ahead` steps after a point, in f64.
  double rateAt(const TrainingPoint &point, std::int64_t ahead = 0) const {
    // Before its first step there is none: the rate of that is told.
    return rate_ * factorAt(std::max<std::int64_t>(
                                point.step + ahead - stepsBefore_, 0),
                            point.reductions);
  }
  /// Counts, where the schedule waits for plateaus, an epoch's test loss.
  void countTest(double loss, TrainingPoint &point) const;
  /// All of the run.
  std::int64_t steps() const { return steps_; }
  std::int64_t stepsPerUpdate() const { return accumulate_; }
  /// Updates of the run, at least 1, and of its warm-up.
  std::int64_t updates() const { return updates_; }
  std::int64_t warmupUpdates() const { return warmup_; }

private:
  double factorAt(std::int64_t step, std::int64_t reductions) const;

  ScheduleSettings settings_;
  double rate_;
  std::int64_t stepsPerEpoch_, accumulate_, stepsBefore_, steps_, updates_,
      warmup_;
};

/// Whether every step has the same rate.
bool isConstant(const ScheduleSettings &schedule);
/// Whether a step's rate depends on how many steps the run is to have.
bool dependsOnLength(const ScheduleSettings &schedule);
/// `cosine(warmup = 0.1, final = 0)`.
std::string scheduleText(const ScheduleSettings &schedule);

/// Reads such a text back; false where it is none, or more follows.
bool readSchedule(std::string_view text, ScheduleSettings &schedule);

/// The model's own, which a run has unless it is told otherwise.
ScheduleSettings ownSchedule(const MlcProgram &program);

/// A kind's name, and the settings that it has besides its warm-up.
struct ScheduleForm {
  ScheduleKind kind;
  const char *name;
  bool finalShare = false, gamma = false, every = false, patience = false;
};
std::span<const ScheduleForm> scheduleForms();
const ScheduleForm &formOf(ScheduleKind kind);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_SCHEDULE_H
