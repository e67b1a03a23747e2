//===- DecisionLog.cpp - A log that is written beside answering -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/DecisionLog.h"

#include "Error.h"
#include "System/Console.h"

#include <chrono>
#include <csignal>
#include <fmt/format.h>
#include <new>
#include <pthread.h>
#include <system_error>
#include <utility>

using namespace std::chrono_literals;

namespace mlc::runtime {

/// How long a decision waits for others to be published with.
static constexpr auto longestWait = 1s;
/// So many bytes are worth a checkpoint of their own.
static constexpr std::size_t muchToPublish = 8 << 20;
/// Beyond this, who answers is faster than the disk.
static constexpr std::size_t mostWaiting = 64 << 20;

void DecisionLog::start() {
  // Signals are the directing thread's.
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error &error) {
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    throw InputError(fmt::format("cannot start a thread for the log of "
                                 "decisions: {}",
                                 error.what()));
  }
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
}

void DecisionLog::stop() {
  {
    const std::lock_guard lock(mutex_);
    isStopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

std::string DecisionLog::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

bool DecisionLog::add(std::span<const DecidedRow> decisions) {
  const std::lock_guard lock(mutex_);
  const std::size_t before = queue_.bytes();
  if (before > mostWaiting)
    return false;
  for (const DecidedRow &decision : decisions)
    queue_.add(decision);
  // A system call only now and then: the thread looks by itself.
  if (before < muchToPublish && queue_.bytes() >= muchToPublish)
    wake_.notify_one();
  return true;
}

/// Says once that it fails, and that it does no more.
void DecisionLog::tell(const std::string &failure) {
  std::string before;
  {
    const std::lock_guard lock(mutex_);
    before = std::exchange(failure_, failure);
    isFailing_ = !failure.empty();
  }
  if (before.empty() && !failure.empty())
    printError(fmt::format("the log of decisions: {}; nothing is answered "
                           "until they can be recorded",
                           failure));
  else if (!before.empty() && failure.empty())
    printNote("decisions are recorded again");
}

/// `taken` are added at the first attempt alone.
void DecisionLog::publish(const DecisionQueue &taken) {
  try {
    taken.forEach([&](const DecidedRow &decision) { writer_.add(decision); });
    if (writer_.isChanged())
      writer_.publish();
    writer_.eraseOld(std::chrono::duration_cast<std::chrono::milliseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count());
    tell("");
  } catch (const InputError &error) {
    tell(error.what());
  }
}

void DecisionLog::run() {
  DecisionQueue taken;
  for (bool isLast = false; !isLast;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, longestWait, [this] {
        return isStopping_ || (!isFailing_ && queue_.bytes() >= muchToPublish);
      });
      isLast = isStopping_;
      // While it fails, what waits is bounded.
      if (!isFailing_ || isLast)
        std::swap(taken, queue_);
    }
    try {
      publish(taken);
    } catch (const std::bad_alloc &) {
      // A decision may be there in part, so that nothing is published any more.
      return tell("there was not enough memory; start the server again");
    }
    taken.clear();
  }
}

} // namespace mlc::runtime
