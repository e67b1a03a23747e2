//===- Workers.h - Threads that run compiled code ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_CPU_WORKERS_H
#define MLC_RUNTIME_CPU_WORKERS_H

#include "mlc/RuntimeABI.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace mlc::runtime {

/// The most workers that a program runs on.
constexpr std::int64_t maxWorkers = 64;

/// Cores that this process may use (its affinity mask), at most maxWorkers.
std::int64_t usableCores();

/// Where a fixed number of threads meet, again and again. A waiting thread
/// spins for a while, since its partners are usually microseconds away, and
/// then sleeps; while spinning proves vain, it sleeps at once. Allocates
/// nothing.
class Barrier {
public:
  explicit Barrier(std::int64_t parties) : parties_(parties) {}

  /// Returns when all parties have entered; what any of them wrote before is
  /// then visible to all.
  void meet();

  /// Lets the barrier open for fewer; called while at least one is awaited.
  void setParties(std::int64_t parties) { parties_ = parties; }

private:
  void wait(std::uint32_t generation);
  bool trySpinning(std::uint32_t generation);

  // Three cache lines: what arrivals write, what spinning reads, the rest.
  alignas(64) std::atomic<std::int64_t> arrived_{0};
  alignas(64) std::atomic<std::uint32_t> generation_{0};
  alignas(64) std::atomic<std::int64_t> parties_;
  std::atomic<std::int32_t> sleepers_{0};
  std::atomic<std::uint32_t> spinsToSkip_{0}, vainInARow_{0};
};

/// Calls `entry` on this thread as the only worker, with denormal numbers
/// flushed to zero. Any number of threads may do so at once.
void runAlone(MlcFunction entry, const MlcCall &call);

/// A team of threads that lives as long as this object; the caller of `run` is
/// worker 0. Not for use from several threads at once.
class Workers {
public:
  /// Throws InputError where the system refuses to start so many threads.
  explicit Workers(std::int64_t count);
  ~Workers();
  Workers(const Workers &) = delete;
  Workers &operator=(const Workers &) = delete;

  std::int64_t count() const { return count_; }

  /// Calls `entry` on every worker, with `worker`, `workers` and `barrier` of
  /// `call` filled in, and with denormal numbers flushed to zero; returns when
  /// all are done.
  void run(MlcFunction entry, const MlcCall &call);

  /// Calls `task(worker)` on every worker; the task must not throw.
  void run(const std::function<void(std::int64_t)> &task);

private:
  void work(std::int64_t worker);
  void stop();

  std::int64_t count_;
  Barrier barrier_;
  /// Written by the caller, read by all; the barrier orders the accesses.
  const std::function<void(std::int64_t)> *task_ = nullptr;
  std::vector<std::thread> threads_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_CPU_WORKERS_H
