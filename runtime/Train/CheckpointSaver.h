//===- CheckpointSaver.h - When checkpoints are made ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_CHECKPOINTSAVER_H
#define MLC_RUNTIME_TRAIN_CHECKPOINTSAVER_H

#include "Train/Checkpoint.h"
#include "Train/CheckpointFolder.h"
#include "Train/CheckpointInterval.h"
#include "Train/Trainer.h"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Saves a run's checkpoints while it goes on. Told of an epoch after those
/// whose figures a checkpoint holds (the metrics, the best weights).
class CheckpointSaver : public TrainObserver {
public:
  /// `facts`: what the file says besides. `metrics`: null for none. All must
  /// outlive this.
  CheckpointSaver(const CheckpointFolder &folder, CheckpointInterval interval,
                  const MlcProgram &program, const Model &model,
                  std::vector<OriginEntry> origin, const BestWeights &best,
                  MetricsFile *metrics,
                  std::map<std::string, std::string> facts = {})
      : folder_(folder), interval_(interval), program_(program), model_(model),
        origin_(std::move(origin)), facts_(std::move(facts)), best_(best),
        metrics_(metrics) {}

  /// That this point is in the folder already.
  void noteSaved(const TrainingPoint &point);

  bool wantsPoint(const TrainingPoint &point, bool isLast) override;
  void onPoint(const TrainingPoint &point) override { save(point); }

  /// Saves unless this very point was. Throws InputError.
  void save(const TrainingPoint &point);

private:
  using Clock = std::chrono::steady_clock;

  bool isSaved(const TrainingPoint &point) const {
    return savedEpoch_ == point.epoch && savedStep_ == point.step;
  }

  const CheckpointFolder &folder_;
  CheckpointInterval interval_;
  const MlcProgram &program_;
  const Model &model_;
  std::vector<OriginEntry> origin_;
  std::map<std::string, std::string> facts_; ///< Beside these.
  const BestWeights &best_;
  MetricsFile *metrics_;
  std::int64_t savedEpoch_ = 1, savedStep_ = 0;
  bool hasSaved_ = false;
  Clock::time_point savedAt_ = Clock::now();
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_CHECKPOINTSAVER_H
