//===- RunObservers.h - All who are told how training goes ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_RUNOBSERVERS_H
#define MLC_RUNTIME_COMMANDS_RUNOBSERVERS_H

#include "Commands/RunPage.h"
#include "Commands/RunRecorder.h"
#include "Train/BestWeights.h"
#include "Train/CheckpointSaver.h"
#include "Train/EventFile.h"
#include "Train/TrainReport.h"

namespace mlc::runtime {

/// Tells each of them, in this order.
class RunObservers : public TrainObserver {
public:
  /// `events`, `saver` and `recorder` may be null.
  RunObservers(TrainReport &report, EventFile *events, RunPage &page,
               BestWeights &best, CheckpointSaver *saver, RunRecorder *recorder)
      : report_(report), events_(events), page_(page), best_(best),
        saver_(saver), recorder_(recorder) {}

  void onSteps(const StepsResult &steps) override { report_.onSteps(steps); }
  void onEpoch(const EpochResult &epoch) override {
    report_.onEpoch(epoch);
    if (events_)
      events_->writeEpoch(epoch);
    page_.addEpoch(epoch, best_.isBest(epoch));
    best_.onEpoch(epoch);
    if (recorder_)
      recorder_->onEpoch(epoch);
  }
  bool wantsPoint(const TrainingPoint &point, bool isLast) override {
    return saver_ && saver_->wantsPoint(point, isLast);
  }
  void onPoint(const TrainingPoint &point) override { saver_->onPoint(point); }
  bool wantsEnd() const override { return best_.wantsEnd(); }

private:
  TrainReport &report_;
  EventFile *events_;
  RunPage &page_;
  BestWeights &best_;
  CheckpointSaver *saver_;
  RunRecorder *recorder_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_RUNOBSERVERS_H
