//===- IdleThread.h - A thread that takes only spare time -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_IDLETHREAD_H
#define MLC_RUNTIME_AUDIT_IDLETHREAD_H

#include <exception>
#include <functional>
#include <thread>

namespace mlc::runtime {

/// Does something beside other work, on a thread that the system lets run only
/// where nothing else wants the CPU, so that who trains meanwhile is not held
/// up. Where there is no such thread to be had, or the work is not worth one,
/// `join` does it: a thread for spare time may be waited for.
class IdleThread {
public:
  explicit IdleThread(std::function<void()> work, bool isWorthIt = true);
  /// Waits; what `work` threw is lost.
  ~IdleThread();
  IdleThread(const IdleThread &) = delete;
  IdleThread &operator=(const IdleThread &) = delete;

  /// Waits until it is done. Throws what `work` threw.
  void join();

private:
  void run();

  std::function<void()> work_;
  std::exception_ptr error_;
  std::thread thread_; ///< Last, since it uses the others.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_IDLETHREAD_H
