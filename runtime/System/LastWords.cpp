//===- LastWords.cpp - A message where nothing else is possible -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/LastWords.h"

#include "System/MappedFile.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <new>
#include <unistd.h>

namespace mlc::runtime {

// None of these may allocate, nor call what is not safe in a signal handler.

/// Several threads may come to the same end at once: one of them speaks, and
/// ends the process while the others wait.
[[noreturn]] static void endWith(std::initializer_list<const char *> texts) {
  static std::atomic_flag isSpoken = ATOMIC_FLAG_INIT;
  while (isSpoken.test_and_set())
    ::pause();
  for (const char *text : texts)
    // Nobody is left to hear of a failure.
    if (::write(STDERR_FILENO, text, std::strlen(text)) < 0)
      break;
  ::_exit(1);
}

[[noreturn]] static void onTerminate() {
  if (std::current_exception()) {
    try {
      throw;
    } catch (const std::bad_alloc &) {
      endWith({"error: not enough memory\n"});
    } catch (...) {
      // A mistake in the program: the system keeps what it looked like.
    }
  }
  std::abort();
}

static void onBusError(int signal, siginfo_t *info, void *) {
  const char *path = MappedFile::pathAt(info->si_addr);
  if (!path) {
    // Not a file: the instruction fails again, and ends the process.
    std::signal(signal, SIG_DFL);
    return;
  }
  endWith({"error: ", path,
           ": cannot be read any more; it was cut off meanwhile, or its disk "
           "has failed\n"});
}

void installLastWords() {
  std::set_terminate(onTerminate);
  struct sigaction action = {};
  action.sa_sigaction = onBusError;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, nullptr);
}

} // namespace mlc::runtime
