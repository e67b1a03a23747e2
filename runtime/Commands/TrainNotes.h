//===- TrainNotes.h - What is told at the end of training -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_TRAINNOTES_H
#define MLC_RUNTIME_COMMANDS_TRAINNOTES_H

#include "Commands/Commands.h"
#include "Metrics/Measure.h"
#include "Train/BestWeights.h"
#include "Train/Trainer.h"

#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// What a run's epochs are judged by.
struct RunMeasures {
  std::vector<Measure> measures; ///< Of --measure, and --select-by's.
  EpochSelection selection;
};

/// Of the rows that epochs are tested on: "test" or "validation".
std::string testName(const TrainCommand &command);

/// Throws UsageError where there are no such figures.
RunMeasures runMeasures(const MlcProgram &program, const TrainCommand &command,
                        std::span<const std::string> classNames);

/// Which epoch was best, by what, and which file has whose weights; empty where
/// none was tested. `epochs`: complete ones.
std::string bestNote(const TrainCommand &command, const BestWeights &best,
                     std::int64_t epochs);

/// How many of the weights are 0, where a penalty makes zeros (l1, ftrl); empty
/// where there is none.
std::string zerosNote(const MlcProgram &program, const Model &model);

/// That all `rows` of the last test were told one class; empty where they were
/// not, or where all are of it.
std::string lastTestWarning(const Evaluation &test, std::int64_t rows,
                            std::span<const std::string> classNames);

/// That the loss of the training rows fell on while that of the test rows had
/// risen by a tenth or more since its `least`; empty where it is not so.
std::string overfittingWarning(const TrainCommand &command,
                               const EpochResult &least,
                               const EpochResult &last);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_TRAINNOTES_H
