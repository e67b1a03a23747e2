//===- TrialRunner.h - Trains one configuration -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_TRIALRUNNER_H
#define MLC_TOOLS_MLC_TRIALRUNNER_H

#include "TrialLog.h"
#include "Tuning.h"

#include <functional>
#include <string>
#include <vector>

namespace mlc {

/// Makes data sets, models and programs in the folder trials of a search, and
/// trains as the first pass of `mlc train` does (Learner).
class TrialRunner {
public:
  explicit TrialRunner(const TuneOptions &options) : options_(options) {}

  /// Makes the data sets: one part to learn from and one to judge by, or one
  /// such pair a fold. Those that are there are taken as they are.
  void makeData();
  /// The model's own text; where none was given, one with these units and this
  /// dropout.
  std::string modelText(const TrialSettings &settings, std::size_t fold) const;
  /// The epochs that the model itself says.
  std::int64_t ownEpochs() const;
  std::string dataHash() const;

  /// Trains up to the plan's epochs, going on at the full rate from where an
  /// earlier trial of this configuration paused, and fills in the value.
  /// Returns false where the time was not enough; it can be gone on with.
  /// Throws Failed.
  bool run(Trial &trial, const std::function<double()> &secondsLeft);

  /// The `mlc train` of the trial's settings, into the folder of the search.
  Words trainingOf(const Trial &trial) const;

private:
  std::string in(const std::string &name) const;
  std::string folderOf(const Trial &trial, std::size_t fold) const;
  std::size_t pairs() const {
    return options_.folds > 0 ? std::size_t(options_.folds) : 1;
  }
  std::string training(std::size_t fold) const;
  std::string judging(std::size_t fold) const;
  void compile(const Trial &trial, std::size_t fold);
  bool runFold(Trial &trial, std::size_t fold,
               const std::function<double()> &secondsLeft);

  const TuneOptions &options_;
};

} // namespace mlc

#endif // MLC_TOOLS_MLC_TRIALRUNNER_H
