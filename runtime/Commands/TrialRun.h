//===- TrialRun.h - Runs that try out and keep nothing ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_TRIALRUN_H
#define MLC_RUNTIME_COMMANDS_TRIALRUN_H

#include "Commands/Commands.h"

namespace mlc::runtime {

/// `train --dry-run`: one step, one batch evaluated, weights saved beside the
/// place where they would go, read back and removed. Keeps nothing. Returns 0,
/// or throws what the run would throw.
int dryRun(const MlcProgram &program, const TrainCommand &command);

/// `train --overfit N`: trains on N rows alone, of each class alike, until
/// their loss is hardly there (1 % of what the best constant answer has). What
/// cannot learn a few rows by heart cannot learn. Keeps nothing. Returns 0, or
/// throws InputError where the loss stays.
int overfit(const MlcProgram &program, const TrainCommand &command);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_TRIALRUN_H
