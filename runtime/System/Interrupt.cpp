//===- Interrupt.cpp - Stopping in good order -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/Interrupt.h"

#include <atomic>

namespace mlc::runtime {

// A signal handler reaches nothing but globals.
static std::atomic<int> noted = 0;
static_assert(std::atomic<int>::is_always_lock_free);

int pendingSignal() { return noted.load(std::memory_order_relaxed); }

static void note(int signal) {
  int expected = 0;
  noted.compare_exchange_strong(expected, signal);
}

static void install(int signal, struct sigaction &old) {
  struct sigaction action = {};
  action.sa_handler = note;
  action.sa_flags = int(SA_RESTART | SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(signal, nullptr, &old);
  if (old.sa_handler != SIG_IGN)
    sigaction(signal, &action, nullptr);
}

InterruptGuard::InterruptGuard() {
  noted = 0;
  install(SIGINT, oldInt_);
  install(SIGTERM, oldTerm_);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &oldInt_, nullptr);
  sigaction(SIGTERM, &oldTerm_, nullptr);
  noted = 0;
}

} // namespace mlc::runtime
