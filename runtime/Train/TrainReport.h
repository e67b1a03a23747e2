//===- TrainReport.h - Tells people and files how training goes -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_TRAINREPORT_H
#define MLC_RUNTIME_TRAIN_TRAINREPORT_H

#include "System/Console.h"
#include "Train/BestWeights.h"
#include "Train/MetricsFile.h"
#include "Train/Trainer.h"

#include <chrono>
#include <optional>
#include <string>

namespace mlc::runtime {

/// Progress on stderr, a line an epoch on stdout (with a * behind the best so
/// far), and the metrics file. Of more than 40 epochs that take less
/// than 0.1 s each, some 20 have a line, or one a second, and those that were
/// best until the next line, and the last.
class TrainReport : public TrainObserver {
public:
  /// `testName`: "test" or "validation". `metrics`: null for none. `best` is
  /// told of an epoch after this. `tellsRate`: lines have the learning rate.
  /// `isQuiet`: for the metrics file alone.
  TrainReport(const MlcProgram &program, std::int64_t epochs,
              std::string testName, MetricsFile *metrics, bool metricsEveryStep,
              const BestWeights &best, bool tellsRate, bool isQuiet)
      : program_(program), epochs_(epochs), testName_(std::move(testName)),
        metrics_(metrics), metricsEveryStep_(metricsEveryStep), best_(best),
        tellsRate_(tellsRate), isQuiet_(isQuiet) {}

  void onSteps(const StepsResult &steps) override;
  void onEpoch(const EpochResult &epoch) override;
  /// Training is over, be it before its last epoch: tells of the epochs that
  /// should have a line and have none yet.
  void finish();

  /// The last epoch, where it was tested.
  const std::optional<EpochResult> &lastTested() const { return lastTested_; }
  /// The first epoch of this process with the least test loss, where one was
  /// tested.
  const std::optional<EpochResult> &leastTested() const { return leastTested_; }

private:
  std::string rateText(double rate) const;
  void tellSkipped(std::span<const SkippedStep> steps);
  bool isOneOfMany(const EpochResult &epoch) const;
  std::string lineOf(const EpochResult &epoch) const;

  const MlcProgram &program_;
  std::int64_t epochs_;
  std::string testName_;
  MetricsFile *metrics_;
  bool metricsEveryStep_;
  const BestWeights &best_;
  bool tellsRate_, isQuiet_;
  std::int64_t skipped_ = 0; ///< Steps, by this process.
  std::optional<EpochResult> lastTested_, leastTested_;
  ProgressLine progress_;
  using Clock = std::chrono::steady_clock;
  Clock::time_point lastLine_; ///< When an epoch was told last.
  /// Lines that were not told: of the best epoch, and of a later one.
  std::string untoldBest_, untoldLast_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_TRAINREPORT_H
