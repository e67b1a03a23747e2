//===- CommandLine.h - The command line of compiled programs ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_COMMANDLINE_H
#define MLC_RUNTIME_COMMANDS_COMMANDLINE_H

#include "mlc/RuntimeABI.h"

namespace mlc::runtime {

/// All that a compiled program does: parses the arguments (`argv[0]` is its
/// name) and runs the command they name. Returns the exit status:
///   0 done    1 the input is at fault    2 wrong usage
///   128 + n   stopped by signal n, in good order
int programMain(const MlcProgram &program, int argc, char **argv);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_COMMANDLINE_H
