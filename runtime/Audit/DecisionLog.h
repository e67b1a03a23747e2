//===- DecisionLog.h - A log that is written beside answering ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_DECISIONLOG_H
#define MLC_RUNTIME_AUDIT_DECISIONLOG_H

#include "Audit/DecisionQueue.h"
#include "Audit/LogWriter.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace mlc::runtime {

/// A log of decisions: those who answer add to it, and a thread of its own
/// brings what they added to the disk, once a second at most. Where it cannot,
/// no more answers are to be given until it can.
class DecisionLog {
public:
  /// Opens it. Throws InputError.
  DecisionLog(const LogSettings &settings, const std::string &name,
              std::string program)
      : writer_(settings, name, std::move(program)) {}
  ~DecisionLog() { stop(); }
  DecisionLog(const DecisionLog &) = delete;

  /// Starts the thread. Throws InputError.
  void start();
  /// Brings what was added to the disk, once more if that fails, and ends the
  /// thread. Nothing is added after it.
  void stop();

  /// Why decisions cannot be recorded now; empty where they can.
  std::string failure() const;
  bool isFailing() const { return isFailing_.load(std::memory_order_relaxed); }

  /// To be called with all decisions of a request, by any thread: copies them.
  /// False, and none is added, where so many wait that there is no room.
  bool add(std::span<const DecidedRow> decisions);

  bool isSigned() const { return writer_.isSigned(); }

private:
  void run();
  void publish(const DecisionQueue &taken);
  void tell(const std::string &failure);

  LogWriter writer_; ///< The thread's.
  std::thread thread_;
  std::atomic<bool> isFailing_ = false;

  mutable std::mutex mutex_; ///< Of what follows.
  std::condition_variable wake_;
  DecisionQueue queue_;
  std::string failure_;
  bool isStopping_ = false;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_DECISIONLOG_H
