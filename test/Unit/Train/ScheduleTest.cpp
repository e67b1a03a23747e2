//===- ScheduleTest.cpp - The learning rate of each step ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Schedule.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <numbers>
#include <vector>

namespace mlc::runtime {
namespace {

ScheduleSettings settings(ScheduleKind kind, double warmup = 0,
                          double finalShare = 0, double gamma = 0,
                          std::int64_t every = 0) {
  return {.kind = kind,
          .warmup = warmup,
          .finalShare = finalShare,
          .gamma = gamma,
          .every = every,
          .patience = 0,
          .minDelta = 0};
}

/// Of all steps of a run.
std::vector<double> ratesOf(const ScheduleSettings &settings,
                            std::int64_t stepsPerEpoch, std::int64_t epochs,
                            double rate = 1) {
  const Schedule schedule(settings, rate, stepsPerEpoch, epochs);
  std::vector<double> rates;
  for (TrainingPoint point; point.step < schedule.steps(); ++point.step)
    rates.push_back(schedule.rateAt(point));
  return rates;
}

void expectRates(const std::vector<double> &rates,
                 const std::vector<double> &expected) {
  ASSERT_EQ(rates.size(), expected.size());
  for (std::size_t i = 0; i < rates.size(); ++i)
    EXPECT_NEAR(rates[i], expected[i], 1e-12) << "step " << i;
}

TEST(ScheduleTest, NoneLeavesTheRateToTheBit) {
  for (double rate : ratesOf({}, 3, 4, 0.1))
    EXPECT_EQ(rate, 0.1);
}

TEST(ScheduleTest, LinearFallsToWhatIsFinal) {
  expectRates(ratesOf(settings(ScheduleKind::Linear), 5, 1, 2),
              {2, 1.6, 1.2, 0.8, 0.4});
  expectRates(ratesOf(settings(ScheduleKind::Linear, 0, 0.5), 5, 1, 2),
              {2, 1.8, 1.6, 1.4, 1.2});
}

TEST(ScheduleTest, CosineIsHalfAWave) {
  const double root = std::sqrt(0.5);
  expectRates(ratesOf(settings(ScheduleKind::Cosine), 2, 4),
              {1, (1 + std::sqrt((1 + root) / 2)) / 2, (1 + root) / 2,
               (1 + std::sqrt((1 - root) / 2)) / 2, 0.5,
               (1 - std::sqrt((1 - root) / 2)) / 2, (1 - root) / 2,
               (1 - std::sqrt((1 + root) / 2)) / 2});
  expectRates(ratesOf(settings(ScheduleKind::Cosine, 0, 0.2), 1, 2), {1, 0.6});
}

TEST(ScheduleTest, WarmUpEndsAtTheFullRate) {
  // Two of ten steps, then the rest of the fall in eight.
  expectRates(ratesOf(settings(ScheduleKind::Linear, 0.2), 10, 1),
              {0.5, 1, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125});
  expectRates(ratesOf(settings(ScheduleKind::Constant, 4), 3, 2),
              {0.25, 0.5, 0.75, 1, 1, 1});
  // 0.26 of ten steps are three, to the nearest.
  EXPECT_EQ(
      Schedule(settings(ScheduleKind::Constant, 0.26), 1, 5, 2).warmupUpdates(),
      3);
  EXPECT_EQ(Schedule(settings(ScheduleKind::Constant, 0.29), 1, 100, 1)
                .warmupUpdates(),
            29);
}

TEST(ScheduleTest, CountsUpdatesOfParameters) {
  // 10 steps are 5 updates; the 11th step belongs to none.
  const Schedule schedule(settings(ScheduleKind::Linear), 1, 11, 1, 2);
  EXPECT_EQ(schedule.steps(), 11);
  EXPECT_EQ(schedule.updates(), 5);
  const double expected[] = {1, 1, 0.8, 0.8, 0.6, 0.6, 0.4, 0.4, 0.2, 0.2, 0};
  for (std::int64_t step = 0; step < 11; ++step)
    EXPECT_NEAR(schedule.rateAt({}, step), expected[step], 1e-12) << step;
  // Epochs stay what they are.
  const Schedule epochs(settings(ScheduleKind::Exponential, 0, 0, 0.5), 1, 3, 4,
                        2);
  EXPECT_EQ(epochs.rateAt({}, 2), 1);
  EXPECT_EQ(epochs.rateAt({}, 3), 0.5);
  EXPECT_EQ(Schedule(settings(ScheduleKind::Constant, 0.5), 1, 12, 1, 3)
                .warmupUpdates(),
            2);
  EXPECT_EQ(Schedule({}, 1, 2, 1, 3).updates(), 1);
}

TEST(ScheduleTest, StepAndExponentialChangeFromEpochToEpoch) {
  const ScheduleSettings step = settings(ScheduleKind::Step, 0, 0, 0.5, 2);
  expectRates(ratesOf(step, 2, 5),
              {1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25});
  const ScheduleSettings exponential =
      settings(ScheduleKind::Exponential, 0, 0, 0.5);
  expectRates(ratesOf(exponential, 2, 3), {1, 1, 0.5, 0.5, 0.25, 0.25});
}

TEST(ScheduleTest, WsdIsStableForFourFifths) {
  expectRates(ratesOf(settings(ScheduleKind::Wsd), 20, 1),
              {1,
               1,
               1,
               1,
               1,
               1,
               1,
               1,
               1,
               1,
               1,
               1,
               1,
               1,
               1,
               1,
               1,
               0.5,
               1 - std::sqrt(0.5),
               1 - std::sqrt(0.75)});
  // Of 11 steps the 9th is the first that may be less, and is not yet.
  expectRates(ratesOf(settings(ScheduleKind::Wsd, 0, 0.1), 11, 1),
              {1, 1, 1, 1, 1, 1, 1, 1, 1, 0.1 + 0.9 * (1 - std::sqrt(1 / 3.0)),
               0.1 + 0.9 * (1 - std::sqrt(2 / 3.0))});
}

TEST(ScheduleTest, Coslog4HasFourWavesThatGrowLonger) {
  // 1 + 15 t is 1, 2, 4, 8 at t = 0, 1/15, 3/15, 7/15, and the wave is at its
  // foot there.
  const std::vector<double> rates =
      ratesOf(settings(ScheduleKind::Coslog4), 15, 1);
  for (int step : {0, 1, 3, 7})
    EXPECT_NEAR(rates[step], 0, 1e-12) << step;
  EXPECT_NEAR(rates[2], std::pow(std::sin(std::numbers::pi * std::log2(3)), 2),
              1e-12);
}

TEST(ScheduleTest, PlateauReducesAfterEachTimeOfPatience) {
  ScheduleSettings plateau = settings(ScheduleKind::Plateau, 0, 0, 0.5);
  plateau.patience = 2;
  plateau.minDelta = 0.1;
  const Schedule schedule(plateau, 8, 1, 100);
  TrainingPoint point;
  // As Keras counts: 1.45 is not lower than 1.5 by more than the delta.
  const std::pair<double, double> lossesAndRates[] = {
      {2, 8},    {1.5, 8}, {1.45, 8}, {1.41, 4}, {1.3, 4},
      {1.35, 4}, {1.3, 2}, {1.25, 2}, {1.21, 1}, {0.5, 1}};
  for (const auto &[loss, rate] : lossesAndRates) {
    schedule.countTest(loss, point);
    EXPECT_EQ(schedule.rateAt(point), rate) << loss;
  }
  TrainingPoint untouched;
  Schedule({}, 8, 1, 100).countTest(1, untouched);
  EXPECT_EQ(untouched.plateauWait, 0);
  EXPECT_EQ(untouched.plateauBest, TrainingPoint().plateauBest);
}

TEST(ScheduleTest, EndlessRunsHaveRates) {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  for (const ScheduleForm &form : scheduleForms()) {
    const Schedule schedule(settings(form.kind, 0.1, 0, 0.9, 3), 1, 1000, most);
    EXPECT_EQ(schedule.steps(), most);
    for (std::int64_t step : {std::int64_t(0), most / 2, most - 1}) {
      TrainingPoint point;
      point.step = step;
      EXPECT_GE(schedule.rateAt(point), 0) << form.name;
      EXPECT_LE(schedule.rateAt(point), 1) << form.name;
    }
  }
}

TEST(ScheduleTest, SaysWhatItIs) {
  EXPECT_EQ(scheduleText({}), "constant(warmup = 0)");
  EXPECT_EQ(scheduleText(settings(ScheduleKind::Cosine, 0.1, 0.01)),
            "cosine(warmup = 0.1, final = 0.01)");
  EXPECT_EQ(scheduleText(settings(ScheduleKind::Step, 5, 0, 0.1, 7)),
            "step(warmup = 5, gamma = 0.1, every = 7)");
  EXPECT_TRUE(isConstant({}));
  EXPECT_FALSE(isConstant(settings(ScheduleKind::Constant, 3)));
  EXPECT_FALSE(dependsOnLength(settings(ScheduleKind::Constant, 3)));
  EXPECT_TRUE(dependsOnLength(settings(ScheduleKind::Constant, 0.5)));
  EXPECT_TRUE(dependsOnLength(settings(ScheduleKind::Wsd)));
  EXPECT_FALSE(dependsOnLength(settings(ScheduleKind::Exponential)));
}

TEST(ScheduleTest, TextsAreReadBack) {
  for (const char *text :
       {"constant(warmup = 10)", "cosine(warmup = 0.1, final = 0.25)",
        "step(warmup = 0, gamma = 0.5, every = 3)",
        "plateau(warmup = 0, gamma = 0.1, patience = 10, min_delta = 1e-04)"}) {
    ScheduleSettings schedule;
    EXPECT_TRUE(readSchedule(text, schedule)) << text;
    ScheduleSettings again;
    EXPECT_TRUE(readSchedule(scheduleText(schedule), again)) << text;
    EXPECT_EQ(scheduleText(schedule), scheduleText(again));
    EXPECT_EQ(scheduleText(schedule).substr(0, 12), std::string(text, 12));
  }
  for (const char *text :
       {"", "cosine", "sine(warmup = 1)", "cosine(warmup)",
        "cosine(warmup = x)", "cosine(warm = 1)",
        "cosine(warmup = 1; final = 0)", "cosine(warmup = 1"}) {
    ScheduleSettings schedule;
    EXPECT_FALSE(readSchedule(text, schedule)) << text;
  }
}

} // namespace
} // namespace mlc::runtime
