//===- Workplace.h - A folder with all that a run needs ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_FAULT_WORKPLACE_H
#define MLC_TEST_UNIT_FAULT_WORKPLACE_H

#include "AllocationFaults.h"
#include "FaultySystem.h"
#include "Support/TestData.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mlc::test {

using Arguments = std::vector<std::string>;
/// Paths from a folder to contents. Metrics are without what tells of time.
using Files = std::map<std::string, std::string>;

/// Where files are in memory, if there is such a place: these tests make and
/// remove hundreds of thousands.
std::filesystem::path memoryFolder();

/// All files below a folder. `.metrics` files lose their times, and records of
/// training all they say.
Files filesBelow(const std::string &folder);

/// Copies a folder's contents into another, which is emptied first.
void copyFolder(const std::string &from, const std::string &to);

/// Runs `mlc data` or a compiled program inside this process; `start` is called
/// right before its `main`.
int runTool(const Arguments &arguments, void (*start)() = nullptr);

/// How a command ended in a process of its own.
struct Ending {
  int status = -1; ///< 128 + n where signal n ended it.
  bool wasHit = false;
  std::string error; ///< What it said on stderr.
};

/// Runs it in a fork of this process, with a fault of the system (`reason` of
/// allocations is ENOMEM).
enum class Failing { Calls, Allocations };
Ending runForked(const Arguments &arguments, Failing failing = Failing::Calls,
                 Fault fault = {});

} // namespace mlc::test

#endif // MLC_TEST_UNIT_FAULT_WORKPLACE_H
