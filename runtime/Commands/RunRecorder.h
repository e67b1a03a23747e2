//===- RunRecorder.h - Writes the record of a training ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_RUNRECORDER_H
#define MLC_RUNTIME_COMMANDS_RUNRECORDER_H

#include "Audit/BackgroundDigests.h"
#include "Audit/Energy.h"
#include "Audit/RunRecord.h"
#include "Commands/Commands.h"
#include "Commands/RunOrigin.h"
#include "Commands/TrainData.h"
#include "Train/Trainer.h"

#include <optional>
#include <string>
#include <vector>

namespace mlc::runtime {

/// A file that a training reads, in the words of RecordedFile.
struct SourceFile {
  std::string role, path;
};

/// What a run did.
struct RunWork {
  std::int64_t steps = 0, examples = 0; ///< Of this process alone.
  double nonzerosPerExample = 0;
  std::string device; ///< `cpu`, or the name of a GPU.
};

/// Collects what the record of a training says, and writes it beside weights
/// once these are saved (Audit/RunRecord.h). Hears of epochs.
class RunRecorder : public TrainObserver {
public:
  /// Begins to read the files. Throws InputError, of the key too.
  RunRecorder(const MlcProgram &program, const TrainCommand &command,
              const RunOrigin &origin, const TrainData &data);

  void onEpoch(const EpochResult &epoch) override;

  /// Takes the time that training ended.
  void stop();
  /// For weights that the run has saved. Throws InputError.
  void write(const std::string &weights, const RunWork &work);

private:
  std::vector<RecordedFile> sources();
  RunCost cost(const RunWork &work) const;

  const MlcProgram &program_;
  const TrainCommand &command_;
  const RunOrigin &origin_;
  const std::optional<SigningKey> key_;
  const std::vector<SourceFile> files_;
  BackgroundDigests digests_;
  EnergyMeter energy_;
  std::vector<Figure> figures_; ///< Of the last epoch.
  std::string started_, finished_;
  std::chrono::steady_clock::time_point start_;
  double seconds_ = 0;
  Distribution distribution_; ///< Of the counting thread until it is done.
  IdleThread counting_;       ///< Last, since it uses what is above.
};

/// The options of a run that the bits of its weights depend on, as its record
/// has them.
std::map<std::string, std::string> recordedOptions(const TrainCommand &command,
                                                   const RunOrigin &origin);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_RUNRECORDER_H
