//===- KeepingOptions.h - Options that keep a run from being lost -*- C++
//-*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_KEEPINGOPTIONS_H
#define MLC_RUNTIME_COMMANDS_KEEPINGOPTIONS_H

#include "Commands/Commands.h"

#include <CLI/App.hpp>

namespace mlc::runtime {

/// Adds --best, --patience, --select-by, --min-delta, --max-time,
/// --checkpoints,
/// --checkpoint-every and --resume, which fill in `train`.
void addKeepingOptions(CLI::App &command, TrainCommand &train);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_KEEPINGOPTIONS_H
