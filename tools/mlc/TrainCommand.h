//===- TrainCommand.h - The command mlc train -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_TRAINCOMMAND_H
#define MLC_TOOLS_MLC_TRAINCOMMAND_H

namespace mlc {

/// Runs `mlc train`, which runs `mlc data`, `mlc new`, `mlc compile` and the
/// program one after another and shows each command; argv[0] is its name in
/// messages. Returns the exit status: that of the first command that fails, 0
/// otherwise, 2 for wrong usage of its own.
int trainMain(int argc, char **argv);

} // namespace mlc

#endif // MLC_TOOLS_MLC_TRAINCOMMAND_H
