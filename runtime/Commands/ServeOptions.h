//===- ServeOptions.h - How the server is told what to do -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_SERVEOPTIONS_H
#define MLC_RUNTIME_COMMANDS_SERVEOPTIONS_H

#include "Serve/ServeOptions.h"
#include "mlc/RuntimeABI.h"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace mlc::runtime {

struct ServeCommand {
  ServeOptions options;
  std::vector<std::string> keys;
  std::string keyFile;
};

/// Returns the exit status, or throws InputError.
int runCommand(const MlcProgram &program, const ServeCommand &command);

/// Adds the options of `serve`, but `--weights` and `--threads`.
void addServeOptions(CLI::App &command, ServeCommand &serve);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_SERVEOPTIONS_H
