//===- ServeCommand.cpp - PROGRAM serve -----------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/ServeOptions.h"
#include "Commands/TextInput.h"
#include "Error.h"
#include "Serve/Server.h"

#include <cstdlib>

namespace mlc::runtime {

int runCommand(const MlcProgram &program, const ServeCommand &command) {
  ServeOptions options = command.options;
  for (const std::string &key : command.keys)
    options.keys.add(key, "--api-key");
  if (!command.keyFile.empty())
    options.keys.addFile(command.keyFile);
  if (const char *key = std::getenv("MLC_API_KEY"))
    options.keys.add(key, "MLC_API_KEY");
  return serve(program, options, [&](const SafetensorsFile &weights) {
    return outputTermsOf(program, weights);
  });
}

} // namespace mlc::runtime
