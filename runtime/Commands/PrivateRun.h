//===- PrivateRun.h - What a private run promises and keeps -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_PRIVATERUN_H
#define MLC_RUNTIME_COMMANDS_PRIVATERUN_H

#include "Commands/TrainData.h"
#include "Private/Ledger.h"
#include "Train/OriginEntry.h"
#include "Train/PrivateDescent.h"

#include <map>
#include <string>
#include <vector>

namespace mlc::runtime {

/// The privacy of a run: its secret, its noise, and what it costs. Adjacent
/// data sets differ in one row, which is replaced by nothing; how many rows
/// there are is no secret.
class PrivateRun {
public:
  /// Finds the noise for the steps that the command asks for. Takes the secret
  /// from --keep-key where there is a checkpoint to go on from, else draws one:
  /// no secret is ever used for two runs. Throws InputError, and UsageError
  /// where the data set's columns were learned from rows.
  PrivateRun(const MlcProgram &program, const TrainCommand &command,
             const TrainData &data, bool hasCheckpoint);

  /// Before the first step: keeps the secret where that is asked for, and
  /// enters the run in the ledger of the data. Throws InputError.
  void begin();
  /// After the last: tells the ledger where there were fewer than planned,
  /// unless the run can go on.
  void end(std::int64_t steps) const;

  const PrivateTraining &training() const { return training_; }
  /// Of the steps that were done.
  double epsilonOf(std::int64_t steps) const {
    return training_.epsilonOf(steps);
  }
  /// What is promised, in a line.
  std::string promise() const;

  /// What must agree for a run to be resumed.
  std::vector<OriginEntry> entries() const;
  /// For `__metadata__` of weights after so many steps.
  std::map<std::string, std::string> metadata(std::int64_t steps) const;
  /// The same where weights were chosen among those of all steps.
  std::map<std::string, std::string> metadataOfAll() const {
    return metadata(steps_);
  }
  /// What weights say of the data in the place of its hash: one that only who
  /// has the secret can make.
  std::string commitmentTo(const std::string &hash) const;

private:
  const MlcProgram &program_;
  const TrainCommand &command_;
  std::int64_t rows_, steps_;
  PrivateTraining training_;
  bool hasCheckpoint_;
  LedgerEntry entry_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_PRIVATERUN_H
