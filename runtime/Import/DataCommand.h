//===- DataCommand.h - The command mlc data ---------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_DATACOMMAND_H
#define MLC_RUNTIME_IMPORT_DATACOMMAND_H

namespace mlc::runtime {

/// Runs `mlc data` with its arguments; argv[0] is "mlc data". Returns the exit
/// status: 0 done, 1 an input is at fault, 2 wrong usage. Throws nothing.
/// Ignores SIGXFSZ from then on, so that a size limit is an ordinary error.
int dataMain(int argc, char **argv);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_DATACOMMAND_H
