//===- ProfileReport.cpp - Where the time of training goes ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/ProfileReport.h"

#include "Signature.h"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace mlc::runtime {

namespace {

/// One line: figures of a mean step.
struct Line {
  std::string name;
  double seconds = 0, operations = 0, bytes = 0;
};

std::string describe(const Line &line, double wholeSeconds, double peak) {
  const auto rate = [&](double amount) {
    return line.seconds > 0 ? amount / line.seconds : 0;
  };
  return fmt::format("{:9.2f} {:6.1f} % {:9.2f} {:6.1f} % {:9.2f}  {}\n",
                     1e6 * line.seconds,
                     wholeSeconds > 0 ? 100 * line.seconds / wholeSeconds : 0,
                     1e-9 * rate(line.operations),
                     peak > 0 ? 100 * rate(line.operations) / peak : 0,
                     1e-9 * rate(line.bytes), line.name);
}

} // namespace

std::string describeProfile(const MlcProgram &program,
                            const StepProfile &profile,
                            const ProfiledRun &run) {
  if (run.steps == 0)
    return "no step was trained, so there is no profile\n";
  const double rows = double(run.examples) / double(run.steps);
  const double nonzeros = rows * run.nonzerosPerExample;
  std::vector<Line> lines;
  Line whole{.name = "the whole step"};
  for (std::int64_t i = 0; i < program.region_count; ++i) {
    const MlcRegion &region = program.regions[i];
    lines.push_back({.name = region.name,
                     .seconds = profile.seconds(i) / double(run.steps),
                     .operations = amountOf(region.operations, rows, nonzeros),
                     .bytes = amountOf(region.bytes, rows, nonzeros)});
    whole.seconds += lines.back().seconds;
    whole.operations += lines.back().operations;
    whole.bytes += lines.back().bytes;
  }
  std::ranges::stable_sort(lines, std::ranges::greater(), &Line::seconds);
  const double peak = run.peakOfThread * double(run.threads);
  std::string text = fmt::format(
      "a step's time, mean of {} steps and {} thread{}; peak {:.1f} GFLOP/s a "
      "thread\n{:>9} {:>8} {:>9} {:>8} {:>9}  ops\n",
      run.steps, run.threads, run.threads == 1 ? "" : "s",
      1e-9 * run.peakOfThread, "us", "of step", "GFLOP/s", "of peak", "GB/s");
  for (const Line &line : lines)
    text += describe(line, whole.seconds, peak);
  return text + describe(whole, whole.seconds, peak);
}

} // namespace mlc::runtime
