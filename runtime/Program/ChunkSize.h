//===- ChunkSize.h - How many steps to run at once --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_CHUNKSIZE_H
#define MLC_RUNTIME_PROGRAM_CHUNKSIZE_H

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

  /// `limit`: the most steps that buffers have room for. `unit`: steps that
  /// run at the same time; a call runs a multiple of them, if there is room.
  explicit ChunkSize(std::int64_t limit, std::int64_t unit = 1)
      : limit_(limit), unit_(std::min(unit, limit)), steps_(unit_) {}

  std::int64_t steps() const { return steps_; }

  /// Learns from a call that ran `steps` steps in `time`.
  void observe(std::int64_t steps, Clock::duration time) {
    constexpr double aim = 0.2; // seconds
    // What a call does besides its steps, above all to lay parameters out for
    // them, is to be little beside these: a few long steps, if they end soon
    // enough for a signal.
    constexpr std::int64_t fewSteps = 8;
    constexpr double soon = 1; // second
    // The first calls are slow, and short times inexact: grow step by step.
    constexpr double largestGrowth = 16;
    const double seconds = std::chrono::duration<double>(time).count();
    const double wanted = seconds * largestGrowth <= aim
                              ? steps * largestGrowth
                              : steps * (aim / seconds);
    const double few = std::min(double(fewSteps), steps * (soon / seconds));
    const auto most =
        std::int64_t(std::min(std::max(wanted, few), double(limit_)));
    steps_ = std::max(most / unit_ * unit_, unit_);
  }

private:
  std::int64_t limit_, unit_, steps_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_CHUNKSIZE_H
