//===- SharedOptions.cpp - Options that several commands have -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/SharedOptions.h"

#include "CPU/Workers.h"
#include "Commands/NumberOptions.h"
#include "Program/OwnWeights.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace mlc::runtime {

void addThreads(CLI::App &command, std::int64_t &threads) {
  addWhole<std::int64_t>(&command, "--threads", threads,
                         "threads to run on; never changes results", 1,
                         maxWorkers)
      ->capture_default_str();
}

void addDevice(CLI::App &command, DeviceRequest &device) {
  command
      .add_option_function<std::string>(
          "--device",
          [&device](const std::string &text) { device = parseDevice(text); },
          "what to run on: auto (a GPU if there is one), cpu, cuda, cuda:1")
      ->default_str("auto")
      ->type_name("D");
}

CLI::Option *addFile(CLI::App &command, const char *name, std::string &path,
                     const char *help) {
  return command.add_option(name, path, help)->type_name("FILE");
}

CLI::Option *addParts(CLI::App &command, std::vector<std::string> &paths,
                      const char *help) {
  return command.add_option("--data", paths, help)->type_name("FILE");
}

std::string partsText(const std::vector<std::string> &paths) {
  return paths.size() == 1
             ? paths.front()
             : fmt::format("{} and {} more", paths.front(), paths.size() - 1);
}

void addWeights(CLI::App &command, std::string &path) {
  if (hasOwnWeights())
    addFile(command, "--weights", path,
            "weights that train wrote, instead of those inside this program");
  else
    addFile(command, "--weights", path, "weights that train wrote")->required();
}

} // namespace mlc::runtime
