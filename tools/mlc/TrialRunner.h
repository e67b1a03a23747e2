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

#include <optional>
#include <string>
#include <vector>

namespace mlc {

/// Makes data sets, models and programs in the folder of a search, and trains.
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

  /// Trains up to the plan's epochs, going on from where an earlier trial of
  /// this configuration paused, and fills in the value. Returns false where
  /// `seconds` were not enough; it can be gone on with. Throws Failed.
  bool run(Trial &trial, double seconds);

  /// Copies what the trial made to the folder itself: model.mlir, program and
  /// weights.safetensors. Returns the command that trains it again.
  Words keep(const Trial &trial);

private:
  std::string in(const std::string &name) const;
  std::string folderOf(const Trial &trial, std::size_t fold) const;
  std::size_t pairs() const {
    return options_.folds > 0 ? std::size_t(options_.folds) : 1;
  }
  std::string training(std::size_t fold) const;
  std::string judging(std::size_t fold) const;
  void addJudging(Words &command, std::size_t fold) const;
  void compile(const Trial &trial, std::size_t fold);
  bool train(const Trial &trial, std::size_t fold, double seconds);
  void readMetrics(Trial &trial, std::size_t fold) const;

  const TuneOptions &options_;
};

} // namespace mlc

#endif // MLC_TOOLS_MLC_TRIALRUNNER_H
