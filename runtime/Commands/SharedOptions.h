//===- SharedOptions.h - Options that several commands have -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_SHAREDOPTIONS_H
#define MLC_RUNTIME_COMMANDS_SHAREDOPTIONS_H

#include "Device/DeviceChoice.h"

#include <CLI/App.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace mlc::runtime {

/// --threads.
void addThreads(CLI::App &command, std::int64_t &threads);
/// --device.
void addDevice(CLI::App &command, DeviceRequest &device);
/// An option that takes a path.
CLI::Option *addFile(CLI::App &command, const char *name, std::string &path,
                     const char *help);
/// --data with one file, or with several that are the parts of a set; patterns
/// are matched once the command runs (matchFiles).
CLI::Option *addParts(CLI::App &command, std::vector<std::string> &paths,
                      const char *help);
/// A set for people: "FILE", or "FILE and 11 more".
std::string partsText(const std::vector<std::string> &paths);
/// --weights, which a program that has its own can do without.
void addWeights(CLI::App &command, std::string &path);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_SHAREDOPTIONS_H
