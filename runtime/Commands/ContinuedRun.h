//===- ContinuedRun.h - Going on from a checkpoint with new data *- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_CONTINUEDRUN_H
#define MLC_RUNTIME_COMMANDS_CONTINUEDRUN_H

#include "Commands/Commands.h"
#include "Commands/TrainData.h"
#include "Program/Model.h"
#include "Train/TrainingPoint.h"

#include <string>
#include <vector>

namespace mlc::runtime {

/// `train --continue` goes on from a checkpoint with other data: the model, the
/// optimiser's state and the number of the step are kept, so that steps on the
/// new data are what they would be had they followed in the same run.
/// `--resume` is something else: it goes on with the same data as if the run
/// had never stopped.

/// The command with its schedule, and of a run that goes on with what the
/// earlier one had and the user does not name: learning rate, seed, schedule.
/// Throws InputError where --continue names no intact checkpoint of this model.
TrainCommand withCheckpoint(const MlcProgram &program,
                            const TrainCommand &command);

/// The newest checkpoint of a folder, or the file itself, whose every byte is
/// as it was written. Throws InputError, also where it is none of this model.
SafetensorsFile openEarlier(const MlcProgram &program, const std::string &path);

/// Where the earlier run stood, and how it is told of.
EarlierRun earlierRunOf(const SafetensorsFile &checkpoint);

/// Copies the earlier run's model and states, and returns where the new one
/// begins. Throws InputError where the new data are not like the old: other
/// features, vectoriser, class names or scale of targets.
TrainingPoint goOnFrom(const SafetensorsFile &checkpoint,
                       const MlcProgram &program, const TrainData &data,
                       Model &model);

/// What is to be told of it: from where it goes on, and what becomes of its
/// schedule.
std::vector<std::string> continuedNotes(const SafetensorsFile &checkpoint,
                                        const MlcProgram &program,
                                        const TrainCommand &command,
                                        const TrainData &data);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_CONTINUEDRUN_H
