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

namespace mlc::runtime {

/// --threads.
void addThreads(CLI::App &command, std::int64_t &threads);
/// --device.
void addDevice(CLI::App &command, DeviceRequest &device);
/// An option that takes a path.
CLI::Option *addFile(CLI::App &command, const char *name, std::string &path,
                     const char *help);
/// --weights, which a program that has its own can do without.
void addWeights(CLI::App &command, std::string &path);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_SHAREDOPTIONS_H
