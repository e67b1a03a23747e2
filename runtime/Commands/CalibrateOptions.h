//===- CalibrateOptions.h - The options of calibrate ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_CALIBRATEOPTIONS_H
#define MLC_RUNTIME_COMMANDS_CALIBRATEOPTIONS_H

#include "Commands/Commands.h"

#include <CLI/App.hpp>

namespace mlc::runtime {

/// Adds the options of `calibrate`.
void addCalibrateOptions(CLI::App &command, CalibrateCommand &calibrate);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_CALIBRATEOPTIONS_H
