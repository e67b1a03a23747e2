//===- TrainChecks.h - Refuses what train cannot do -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_TRAINCHECKS_H
#define MLC_RUNTIME_COMMANDS_TRAINCHECKS_H

#include "Commands/Commands.h"

namespace mlc::runtime {

/// Throws UsageError where options do not go together, or would overwrite one
/// another's files, and InputError where a file could not be written.
void checkOptions(const MlcProgram &program, const TrainCommand &command);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_TRAINCHECKS_H
