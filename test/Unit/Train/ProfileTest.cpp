//===- ProfileTest.cpp - Where the time of training goes ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/Peak.h"
#include "Support/HandmadeProgram.h"
#include "Train/ProfileReport.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sstream>
#include <thread>

namespace mlc::test {
namespace {

using namespace mlc::runtime;
using namespace std::chrono_literals;

/// Waits at least `time`.
void pass(StepProfile::Clock::duration time) {
  std::this_thread::sleep_for(time);
}

TEST(ProfileTest, ARegionLastsFromTheLastOnesEnd) {
  StepProfile profile(/*workers=*/1, /*regions=*/2);
  const auto start = StepProfile::Clock::now();
  profile.begin(0);
  pass(2ms);
  profile.end(0, 1);
  pass(4ms);
  profile.end(0, 0);
  pass(2ms);
  profile.end(0, 1);
  const std::chrono::duration<double> all = StepProfile::Clock::now() - start;
  EXPECT_GE(profile.seconds(0), 4e-3);
  EXPECT_GE(profile.seconds(1), 4e-3);
  EXPECT_LE(profile.seconds(0) + profile.seconds(1), all.count());
}

TEST(ProfileTest, TimeBetweenCallsIsNoRegions) {
  StepProfile profile(1, 1);
  profile.begin(0);
  profile.end(0, 0);
  const double before = profile.seconds(0);
  pass(20ms);
  profile.begin(0);
  profile.end(0, 0);
  EXPECT_LT(profile.seconds(0) - before, 20e-3);
}

TEST(ProfileTest, WorkersAreAveraged) {
  StepProfile profile(2, 1);
  profile.begin(0);
  profile.begin(1);
  profile.end(0, 0);
  pass(20ms);
  profile.end(1, 0);
  EXPECT_GE(profile.seconds(0), 10e-3);
}

TEST(ProfileTest, TheReportCountsWorkPerStep) {
  // Regions "%y" and "update(%w)"; see HandmadeProgram.cpp.
  const MlcProgram program = sparseProgram();
  StepProfile profile(1, program.region_count);
  profile.begin(0);
  pass(10ms);
  profile.end(0, 1);
  profile.end(0, 0);
  const std::string text = describeProfile(program, profile,
                                           {.steps = 2,
                                            .examples = 16,
                                            .nonzerosPerExample = 3,
                                            .threads = 1,
                                            .peakOfThread = 1e9});
  const double seconds = profile.seconds(0) / 2;
  // 100 operations, 10 a row and 2 a non-zero: 8 rows, 24 non-zeros.
  const double rate = (100 + 10 * 8 + 2 * 24) / seconds;
  std::istringstream lines(text);
  std::string heading, columns, update, first, whole;
  std::getline(lines, heading);
  std::getline(lines, columns);
  std::getline(lines, update);
  std::getline(lines, first);
  std::getline(lines, whole);
  EXPECT_EQ(heading,
            "a step's time, mean of 2 steps and 1 thread; peak 1.0 GFLOP/s a "
            "thread");
  EXPECT_TRUE(update.ends_with("  update(%w)")) << update; // the longest first
  EXPECT_TRUE(first.ends_with("  %y")) << first;
  EXPECT_TRUE(whole.ends_with("  the whole step")) << whole;
  EXPECT_NE(first.find(fmt::format("{:.2f} ", 1e-9 * rate)), std::string::npos)
      << first;
  EXPECT_NE(first.find(fmt::format("{:.1f} %", 100 * rate / 1e9)),
            std::string::npos)
      << first;
}

TEST(ProfileTest, NoStepsHaveNoProfile) {
  const MlcProgram program = sparseProgram();
  EXPECT_EQ(describeProfile(program, StepProfile(1, program.region_count), {}),
            "no step was trained, so there is no profile\n");
}

TEST(ProfileTest, ThePeakIsThatOfACpu) {
  EXPECT_GT(measurePeak(), 1e8);
  EXPECT_LT(measurePeak(), 1e13);
}

} // namespace
} // namespace mlc::test
