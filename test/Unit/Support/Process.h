//===- Process.h - Runs a program as a user does ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SUPPORT_PROCESS_H
#define MLC_TEST_UNIT_SUPPORT_PROCESS_H

#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace mlc::test {

/// What a finished program left.
struct Result {
  int status = -1; ///< Exit status; 128 + n where signal n ended it.
  std::string out, error;
};

/// How a program is started.
struct Start {
  std::string out = {};               ///< Where stdout goes; empty: it is read.
  std::function<void()> inChild = {}; ///< Called before the program starts.
  std::function<void(pid_t)> meanwhile = {}; ///< Called while it runs.
};

/// Runs `program` with `arguments` and waits for it.
Result runProgram(const std::string &program,
                  const std::vector<std::string> &arguments,
                  const Start &start = {});

/// Returns once `condition` holds, or the child has ended and it never will.
void waitUntil(pid_t child, const std::function<bool()> &condition);

/// What is typed at a terminal once it shows something.
struct Typing {
  std::string when, keys;
};

/// Whether this system has terminals to give; a bare container without
/// /dev/pts has none.
bool hasTerminals();

/// Runs it on a terminal of its own, and returns all that it shows there.
/// Throws where there is none.
Result runOnTerminal(const std::string &program,
                     const std::vector<std::string> &arguments, int columns,
                     Typing typing = {});

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SUPPORT_PROCESS_H
