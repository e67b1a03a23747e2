//===- BestWeights.h - The weights that tested best -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_BESTWEIGHTS_H
#define MLC_RUNTIME_TRAIN_BESTWEIGHTS_H

#include "Program/Model.h"
#include "Train/EpochSelection.h"
#include "Train/Trainer.h"

#include <functional>
#include <map>
#include <string>

namespace mlc::runtime {

/// The epoch of the least test loss so far, the first of several.
struct BestSoFar {
  std::int64_t epoch = 0; ///< 0: none yet.
  double value = 0;       ///< Of EpochSelection.
};

/// Keeps the weights of the epoch that is best on the test set or the
/// validation part, and ends training when none was better for long.
class BestWeights : public TrainObserver {
public:
  /// Writes the weights of an epoch to a file.
  using Save =
      std::function<void(const std::string &path, const EpochResult &epoch)>;

  /// Writes to `path` (empty: nowhere) by `save`. Training ends after
  /// `patience` epochs in a row without a new best (0: never).
  BestWeights(const MlcProgram &program, EpochSelection selection,
              std::string path, std::int64_t patience, Save save)
      : program_(program), selection_(std::move(selection)),
        path_(std::move(path)), patience_(patience), save_(std::move(save)) {}

  /// Goes on from what an earlier part of the run found in its first
  /// `epochsDone` epochs. Throws InputError where the best weights are not in
  /// their file any more.
  void continueFrom(const BestSoFar &best, std::int64_t epochsDone);

  const BestSoFar &best() const { return best_; }
  const EpochSelection &selection() const { return selection_; }

  /// Whether this epoch, which onEpoch was not yet told of, is the best.
  bool isBest(const EpochResult &epoch) const;

  /// Throws InputError where the weights cannot be written; those of an earlier
  /// epoch are then still in the file.
  void onEpoch(const EpochResult &epoch) override;
  bool wantsEnd() const override;

private:
  const MlcProgram &program_;
  EpochSelection selection_;
  std::string path_;
  std::int64_t patience_;
  Save save_;
  BestSoFar best_;
  std::int64_t epochsDone_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_BESTWEIGHTS_H
