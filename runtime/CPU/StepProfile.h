//===- StepProfile.h - The time of a step's regions -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_CPU_STEPPROFILE_H
#define MLC_RUNTIME_CPU_STEPPROFILE_H

#include <chrono>
#include <cstdint>
#include <vector>

namespace mlc::runtime {

/// How long each worker was in each region of a program's `train_profiled`.
/// MlcCall::profile points to one.
class StepProfile {
public:
  using Clock = std::chrono::steady_clock;

  StepProfile(std::int64_t workers, std::int64_t regions)
      : workers_(workers, Worker{Clock::time_point(),
                                 std::vector(regions, Clock::duration(0))}) {}

  /// A worker begins a call.
  void begin(std::int64_t worker) { workers_[worker].since = Clock::now(); }

  /// A worker has ended a region, which began where its last one ended.
  void end(std::int64_t worker, std::int64_t region) {
    Worker &own = workers_[worker];
    const Clock::time_point now = Clock::now();
    own.seconds[region] += now - own.since;
    own.since = now;
  }

  /// Seconds in a region, the mean over workers.
  double seconds(std::int64_t region) const {
    double sum = 0;
    for (const Worker &worker : workers_)
      sum += std::chrono::duration<double>(worker.seconds[region]).count();
    return sum / double(workers_.size());
  }

private:
  /// On cache lines of its own, since each writes all the time.
  struct alignas(64) Worker {
    Clock::time_point since;
    std::vector<Clock::duration> seconds; ///< [regions]
  };
  std::vector<Worker> workers_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_CPU_STEPPROFILE_H
