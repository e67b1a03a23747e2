//===- ChunkSize.h - How many steps to run at once --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_CHUNKSIZE_H
#define MLC_RUNTIME_TRAIN_CHUNKSIZE_H

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace mlc::runtime {

/// Chooses how many steps one call runs, so that the program answers to
/// Ctrl-C and shows progress several times a second, and yet spends its time
/// in compiled code. Results never depend on the choice.
class ChunkSize {
public:
  using Clock = std::chrono::steady_clock;

  /// `limit`: the most steps that buffers have room for.
  explicit ChunkSize(std::int64_t limit) : limit_(limit) {}

  std::int64_t steps() const { return steps_; }

  /// Learns from a call that ran `steps` steps in `time`.
  void observe(std::int64_t steps, Clock::duration time) {
    constexpr double aim = 0.05; // seconds
    // The first calls are slow, and short times inexact: grow step by step.
    constexpr double largestGrowth = 16;
    const double seconds = std::chrono::duration<double>(time).count();
    const double wanted = seconds * largestGrowth <= aim
                              ? steps * largestGrowth
                              : steps * (aim / seconds);
    steps_ = std::int64_t(std::clamp(wanted, 1.0, double(limit_)));
  }

private:
  std::int64_t limit_;
  std::int64_t steps_ = 1;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_CHUNKSIZE_H
