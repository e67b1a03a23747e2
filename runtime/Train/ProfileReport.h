//===- ProfileReport.h - Where the time of training goes --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_PROFILEREPORT_H
#define MLC_RUNTIME_TRAIN_PROFILEREPORT_H

#include "CPU/StepProfile.h"
#include "mlc/RuntimeABI.h"

#include <cstdint>
#include <string>

namespace mlc::runtime {

/// What was trained while a profile was taken.
struct ProfiledRun {
  std::int64_t steps = 0, examples = 0;
  double nonzerosPerExample = 0;
  std::int64_t threads = 1;
  double peakOfThread = 0; ///< Operations a second; see measurePeak.
};

/// A table with a line for each region of a step, the longest first, and one
/// for the whole step: microseconds, the share of the step, operations and
/// bytes a second of all threads, and the share of the threads' peak. A run of
/// no steps has no table, but says so.
std::string describeProfile(const MlcProgram &program,
                            const StepProfile &profile, const ProfiledRun &run);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_PROFILEREPORT_H
