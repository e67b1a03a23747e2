//===- TrainOptions.h - The options of train --------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_TRAINOPTIONS_H
#define MLC_RUNTIME_COMMANDS_TRAINOPTIONS_H

#include "Commands/Commands.h"

#include <CLI/App.hpp>

namespace mlc::runtime {

/// Adds the options of `train`, whose defaults are the program's.
void addTrainOptions(CLI::App &command, const MlcProgram &program,
                     TrainCommand &train);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_TRAINOPTIONS_H
