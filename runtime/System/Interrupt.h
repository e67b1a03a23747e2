//===- Interrupt.h - Stopping in good order ---------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SYSTEM_INTERRUPT_H
#define MLC_RUNTIME_SYSTEM_INTERRUPT_H

#include <csignal>

namespace mlc::runtime {

/// The signal (SIGINT or SIGTERM) that asked the program to stop; 0 while none
/// did. Loops look at it between calls of compiled code.
int pendingSignal();

/// While it lives, the first SIGINT or SIGTERM is noted; a second one ends the
/// process as usual. A signal that was ignored before (nohup) stays ignored.
class InterruptGuard {
public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard &) = delete;
  InterruptGuard &operator=(const InterruptGuard &) = delete;

private:
  struct sigaction oldInt_, oldTerm_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SYSTEM_INTERRUPT_H
