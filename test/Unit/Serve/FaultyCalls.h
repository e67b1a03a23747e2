//===- FaultyCalls.h - Calls of the system that fail ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SERVE_FAULTYCALLS_H
#define MLC_TEST_UNIT_SERVE_FAULTYCALLS_H

#include <atomic>

namespace mlc::test {

/// The calls that can be made to fail.
enum class Call : int { Accept, Receive, Send, Poll, Option, File, Memory };
constexpr int callCount = 7;

/// What a process that preloads FaultyCalls.cpp and the test that watches it
/// share: a file, which the process maps (MLC_FAULTY_CALLS).
struct FaultyCalls {
  std::atomic<int> call = -1;     ///< Which fails; -1: none.
  std::atomic<int> countdown = 0; ///< It fails when this becomes 0.
  std::atomic<int> error = 0;     ///< By this errno.
  std::atomic<int> failures = 0;  ///< How many have failed.
};

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SERVE_FAULTYCALLS_H
