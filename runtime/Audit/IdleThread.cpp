//===- IdleThread.cpp - A thread that takes only spare time ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/IdleThread.h"

#include <csignal>
#include <pthread.h>
#include <sched.h>
#include <system_error>
#include <utility>

namespace mlc::runtime {

IdleThread::IdleThread(std::function<void()> work, bool isWorthIt)
    : work_(std::move(work)) {
  if (!isWorthIt)
    return;
  try {
    thread_ = std::thread([this] {
      // Signals are for the thread that asks whether there was one.
      sigset_t all;
      sigfillset(&all);
      // A fault of its own, as at a mapped file that is cut off, is not for
      // another; blocked, it would end the process without a word.
      for (int fault : {SIGBUS, SIGSEGV, SIGILL, SIGFPE, SIGABRT})
        sigdelset(&all, fault);
      pthread_sigmask(SIG_BLOCK, &all, nullptr);
      const sched_param none = {};
      // Where the system knows no idle class, a thread like others does.
      pthread_setschedparam(pthread_self(), SCHED_IDLE, &none);
      run();
    });
  } catch (const std::system_error &) {
    // None is to be had.
  }
}

IdleThread::~IdleThread() {
  if (thread_.joinable())
    thread_.join();
}

void IdleThread::run() {
  try {
    std::exchange(work_, nullptr)();
  } catch (...) {
    error_ = std::current_exception();
  }
}

void IdleThread::join() {
  if (thread_.joinable())
    thread_.join();
  if (work_)
    run();
  if (error_)
    std::rethrow_exception(std::exchange(error_, nullptr));
}

} // namespace mlc::runtime
