//===- CheckpointSaver.cpp - When checkpoints are made --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/CheckpointSaver.h"

namespace mlc::runtime {

void CheckpointSaver::noteSaved(const TrainingPoint &point) {
  savedEpoch_ = point.epoch;
  savedStep_ = point.step;
  hasSaved_ = true;
  savedAt_ = Clock::now();
}

bool CheckpointSaver::wantsPoint(const TrainingPoint &point, bool isLast) {
  if (isLast)
    return true;
  switch (interval_.unit) {
  case CheckpointInterval::Steps:
    // The same step may come twice, before and after the end of its epoch.
    return point.step % interval_.count == 0 && point.step != savedStep_;
  case CheckpointInterval::Seconds:
    return Clock::now() - savedAt_ >= std::chrono::seconds(interval_.count);
  case CheckpointInterval::Epochs:
    return point.examples == 0 && (point.epoch - 1) % interval_.count == 0;
  }
  __builtin_unreachable();
}

void CheckpointSaver::save(const TrainingPoint &point) {
  if (hasSaved_ && isSaved(point))
    return;
  // The metrics first: a checkpoint that is on the disk relies on them.
  const MetricsPoint metrics = metrics_ ? metrics_->point() : MetricsPoint();
  folder_.save(point.step,
               checkpointContents(program_, model_, origin_,
                                  {point, best_.best(), metrics}, facts_));
  noteSaved(point);
}

} // namespace mlc::runtime
