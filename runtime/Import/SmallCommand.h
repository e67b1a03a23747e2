//===- SmallCommand.h - A command of mlc that compiles nothing --*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_SMALLCOMMAND_H
#define MLC_RUNTIME_IMPORT_SMALLCOMMAND_H

namespace CLI {
class App;
} // namespace CLI

namespace mlc::runtime {

/// Parses the arguments. Returns false where they ask for help, which is
/// printed then. Throws UsageError.
bool parseOrHelp(CLI::App &app, int argc, char **argv);

/// Calls `run` and prints its InputError or UsageError, with which it ends.
/// `name` is what users type: `mlc new`. Returns the exit status.
int runReported(const char *name, void (*run)(int argc, char **argv), int argc,
                char **argv);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_SMALLCOMMAND_H
