//===- PrivateOptions.h - What train is told of privacy ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_PRIVATEOPTIONS_H
#define MLC_RUNTIME_COMMANDS_PRIVATEOPTIONS_H

#include "Commands/Commands.h"

#include <CLI/App.hpp>

namespace mlc::runtime {

/// --epsilon, --delta, --keep-key, --public-test, --public-vocabulary.
void addPrivateOptions(CLI::App &command, TrainCommand &train);

/// Throws UsageError, with the reason, where a private program is to be trained
/// in a way that tells more of its data than epsilon says, or another one is
/// to be trained privately.
void checkPrivateOptions(const MlcProgram &program,
                         const TrainCommand &command);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_PRIVATEOPTIONS_H
