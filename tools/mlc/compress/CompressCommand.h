//===- CompressCommand.h - The command mlc compress -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_COMPRESS_COMPRESSCOMMAND_H
#define MLC_TOOLS_MLC_COMPRESS_COMPRESSCOMMAND_H

namespace mlc {

/// Runs `mlc compress`; argv[0] is its name in messages. Returns the exit
/// status: 0 done, 1 an input is at fault, 2 wrong usage, or that of the
/// command that failed.
int compressMain(int argc, char **argv);

} // namespace mlc

#endif // MLC_TOOLS_MLC_COMPRESS_COMPRESSCOMMAND_H
