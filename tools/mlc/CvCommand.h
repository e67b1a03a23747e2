//===- CvCommand.h - The command mlc cv -------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_CVCOMMAND_H
#define MLC_TOOLS_MLC_CVCOMMAND_H

namespace mlc {

/// Runs `mlc cv`: trains a model on all but one of k folds, and judges it by
/// that one, for each of them; argv[0] is its name in messages. Returns the
/// exit status: that of the first command that fails, 0 otherwise, 2 for wrong
/// usage of its own.
int cvMain(int argc, char **argv);

} // namespace mlc

#endif // MLC_TOOLS_MLC_CVCOMMAND_H
