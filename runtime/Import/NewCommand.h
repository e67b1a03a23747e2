//===- NewCommand.h - The command mlc new -----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_NEWCOMMAND_H
#define MLC_RUNTIME_IMPORT_NEWCOMMAND_H

namespace mlc::runtime {

/// Runs `mlc new`; argv[0] is its name in messages. Returns the exit status: 0
/// done, 1 the data set is at fault, 2 wrong usage.
int newMain(int argc, char **argv);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_NEWCOMMAND_H
