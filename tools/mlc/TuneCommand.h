//===- TuneCommand.h - The command mlc tune ---------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_TUNECOMMAND_H
#define MLC_TOOLS_MLC_TUNECOMMAND_H

namespace mlc {

/// Runs `mlc tune`, which searches settings until its time is over; argv[0] is
/// its name in messages. Returns the exit status: 0 done, 1 an input is at
/// fault, 2 wrong usage, or that of the command that failed.
int tuneMain(int argc, char **argv);

} // namespace mlc

#endif // MLC_TOOLS_MLC_TUNECOMMAND_H
