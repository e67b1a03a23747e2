//===- RunPage.h - The page of a training run -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_RUNPAGE_H
#define MLC_RUNTIME_COMMANDS_RUNPAGE_H

#include "Commands/EvalReport.h"
#include "Commands/RunOrigin.h"
#include "Commands/TrainData.h"
#include "Report/TrainPage.h"
#include "Train/Trainer.h"

#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Collects a run's epochs for --report.
class RunPage {
public:
  /// `tellsRate`: with the learning rate of each epoch. `firstEpoch`: of the
  /// run, which may go on from another.
  RunPage(const MlcProgram &program, bool tellsRate, std::int64_t firstEpoch)
      : program_(program), tellsRate_(tellsRate), firstEpoch_(firstEpoch) {}

  void addEpoch(const EpochResult &epoch, bool isBest);
  /// Of the training before this one, from its metrics file. Throws InputError.
  void addEarlier(const std::string &metrics);
  void addWarning(std::string text) { warnings_.push_back(std::move(text)); }

  /// The page of all that was added. `judgement` is of the last test, or null,
  /// and `score` its score as the lines of the run tell it; `telling` is
  /// tellingHtml's, or empty; `facts` say what the run was made from.
  std::string text(Judgement *judgement, double score,
                   std::span<const std::string> classNames,
                   const std::string &telling, const Facts &facts) const;

private:
  std::vector<EpochFigures> allEpochs() const;
  std::int64_t epochsBefore() const;

  const MlcProgram &program_;
  bool tellsRate_;
  std::int64_t firstEpoch_;
  std::vector<EpochFigures> epochs_, earlier_;
  std::vector<std::string> warnings_;
  std::int64_t best_ = 0;
};

/// What a page's figures and settings come from.
struct RunSources {
  const MlcProgram &program;
  const TrainCommand &command;
  const TrainData &data;
  const RunOrigin &origin;
  std::span<const std::string> classNames;
  Executor &executor;
};

/// Writes the page, where `path` is not empty. `isJudged`: with what the
/// weights as they are now say of the test or validation rows, and what counts
/// by the weights in the file `weights`, of the last epoch or of the best one,
/// unless it is empty. Throws InputError.
void writeRunPage(const std::string &path, const RunPage &page, bool isJudged,
                  const std::string &weights, const RunSources &sources);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_RUNPAGE_H
