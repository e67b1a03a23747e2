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
#include <fmt/format.h>
#include <sys/stat.h>

namespace mlc::runtime {

/// Without slashes at its end. Throws UsageError for what was meant for another
/// option.
static std::string folderOfLog(std::string folder) {
  struct stat status = {};
  if (folder == "-" ||
      (::stat(folder.c_str(), &status) == 0 && !S_ISDIR(status.st_mode)))
    throw UsageError(fmt::format("--log {} is no folder, in which decisions "
                                 "are recorded; requests are listed by "
                                 "--requests {}",
                                 folder, folder));
  while (folder.size() > 1 && folder.back() == '/')
    folder.pop_back();
  return folder;
}

int runCommand(const MlcProgram &program, const ServeCommand &command) {
  ServeOptions options = command.options;
  for (const std::string &key : command.keys)
    options.keys.add(key, "--api-key");
  if (!command.keyFile.empty())
    options.keys.addFile(command.keyFile);
  if (const char *key = std::getenv("MLC_API_KEY"))
    options.keys.add(key, "MLC_API_KEY");
  options.log.folder = folderOfLog(options.log.folder);
  return serve(program, options, [&](const SafetensorsFile &weights) {
    return outputTermsOf(program, weights);
  });
}

} // namespace mlc::runtime
