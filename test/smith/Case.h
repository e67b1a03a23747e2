//===- Case.h - One model put to the test -----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_SMITH_CASE_H
#define MLC_TEST_SMITH_CASE_H

#include "Program.h"

#include <string>

namespace mlc::smith {

struct Verdict {
  enum Kind {
    Agrees,
    Diverged, ///< The numbers left the range of f32; what came before agrees.
    Differs,  ///< Compiled code and reference, or two runs.
    Invalid,  ///< The model does not verify.
    Refused,  ///< A verified model does not compile.
    Crashed,  ///< The compiler or compiled code.
    TimedOut,
  };
  Kind kind = Crashed;
  std::string message; ///< For people: what failed, or was closest to it.
  double quotient = 0; ///< CheckResult's.
  int64_t steps = 0;   ///< CheckResult's.

  bool isFailure() const { return kind != Agrees && kind != Diverged; }
};

/// Does once what the processes of all cases would do each for itself: binds
/// the symbols of the compiler's libraries and loads them into memory.
void warmUp();

/// Checks a model (lib/Check/Check.h) on data made by `settings`, in a process
/// of its own, so that neither a crash nor an endless loop ends this one. It
/// may take `secondsAllowed` of processor time.
Verdict checkCase(const std::string &model, const RunSettings &settings,
                  unsigned secondsAllowed);

} // namespace mlc::smith

#endif // MLC_TEST_SMITH_CASE_H
