//===- ScheduleOptionsTest.cpp - --schedule and what belongs to it --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/ScheduleOptions.h"
#include "Support/TrainCommandFixture.h"

namespace mlc::test {
namespace {

class ScheduleOptionsTest : public TrainCommandTest {
protected:
  /// The rates of a run's steps, as its metrics file has them.
  std::vector<double> rates(Arguments more, std::int64_t epochs = 2) {
    more.insert(more.end(), {"--epochs", std::to_string(epochs), "--metrics",
                             metrics, "--metrics-every-step"});
    const Result result = train(more);
    EXPECT_EQ(result.status, 0) << result.error;
    std::vector<double> rates;
    for (const boost::json::object &object : readMetrics())
      if (!object.contains("epoch"))
        rates.push_back(object.at("learning_rate").to_number<double>());
    return rates;
  }

  void refuses(const std::string &message, Arguments more, int status = 2) {
    const Result result = train(std::move(more));
    EXPECT_EQ(result.status, status) << message;
    EXPECT_NE(result.error.find(message), std::string::npos) << result.error;
  }
};

// 200 rows of 8 are 25 steps an epoch; the program's own rate is 0.125.

TEST_F(ScheduleOptionsTest, EachStepHasItsRate) {
  const auto linear = rates({"--schedule", "linear", "--final-rate", "0.2",
                             "--warmup", "0.1", "--learning-rate", "2"});
  ASSERT_EQ(linear.size(), 50u);
  for (int step = 0; step < 5; ++step)
    EXPECT_NEAR(linear[step], 2 * (step + 1) / 5.0, 1e-12);
  for (int step = 5; step < 50; ++step)
    EXPECT_NEAR(linear[step], 2 - 1.6 * (step - 5) / 45, 1e-12);
  const auto step = rates({"--schedule", "step", "--rate-every", "1"});
  EXPECT_EQ(step.front(), 0.125);
  EXPECT_NEAR(step.back(), 0.0125, 1e-15);
  const auto exponential = rates(
      {"--schedule", "exponential", "--rate-gamma", "0.5", "--warmup", "2"});
  EXPECT_EQ(exponential.front(), 0.0625);
  EXPECT_EQ(exponential[24], 0.125);
  EXPECT_EQ(exponential[25], 0.0625);
}

TEST_F(ScheduleOptionsTest, PeopleSeeTheRateWhereItChanges) {
  const Result result = train({"--schedule", "linear", "--epochs", "2"});
  EXPECT_NE(result.out.find("rate 0.065"), std::string::npos) << result.out;
  const std::string page = folder / "page.html";
  const Result reported =
      train({"--schedule", "linear", "--epochs", "2", "--report", page});
  EXPECT_EQ(reported.status, 0) << reported.error;
  EXPECT_NE(readFile(page).find("epoch/2/learning_rate"), std::string::npos);
  EXPECT_NE(readFile(page).find("linear(warmup = 0, final = 0)"),
            std::string::npos);
  EXPECT_EQ(train({"--epochs", "2"}).out.find("rate "), std::string::npos);
}

TEST_F(ScheduleOptionsTest, WeightsSayHowTheyWereTrained) {
  EXPECT_EQ(train({"--schedule", "wsd", "-o", weights}).status, 0);
  EXPECT_NE(readFile(weights).find("wsd(warmup = 0, final = 0)"),
            std::string::npos);
}

TEST_F(ScheduleOptionsTest, ContradictionsAreToldInTheUsersWords) {
  refuses("--final-rate: the schedule is constant, which has no such setting; "
          "leave it out, or give --schedule linear, cosine or wsd",
          {"--final-rate", "0.1"});
  refuses("--rate-gamma: the schedule is cosine",
          {"--schedule", "cosine", "--rate-gamma", "0.1"});
  refuses("--rate-every: the schedule is exponential",
          {"--schedule", "exponential", "--rate-every", "3"});
  refuses("--schedule step needs --rate-every", {"--schedule", "step"});
  refuses("--schedule exponential needs --rate-gamma",
          {"--schedule", "exponential"});
  refuses("--schedule plateau needs --test or --validation to judge by",
          {"--schedule", "plateau"});
  refuses("--rate-patience: the schedule is constant, which has no such "
          "setting; leave it out, or give --schedule plateau",
          {"--rate-patience", "3"});
  refuses("--rate-min-delta: the schedule is constant",
          {"--rate-min-delta", "0.1"});
  refuses("expected one of constant, linear, cosine", {"--schedule", "cosin"});
  refuses("expected a share in [0, 1) or a whole number of steps, but got 1.5",
          {"--warmup", "1.5"});
  refuses("expected a share in [0, 1], but got 1.1",
          {"--schedule", "cosine", "--final-rate", "1.1"});
  refuses("expected a number above 0 and at most 1, but got 0",
          {"--schedule", "exponential", "--rate-gamma", "0"});
}

TEST_F(ScheduleOptionsTest, AWarmUpThatNeverEndsIsToldOf) {
  const Result result = train({"--warmup", "100", "--epochs", "2"});
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_NE(result.error.find("warning: the warm-up of 100 steps is not "
                              "shorter than the run, which has 50"),
            std::string::npos)
      << result.error;
}

/// Where several steps make an update, a warm-up is of updates, and a run may
/// be too short for one.
TEST(ScheduleWarning, CountsUpdates) {
  const auto warning = [](double warmup, std::int64_t epochs,
                          std::int64_t accumulate = 4) {
    runtime::ScheduleSettings settings;
    settings.warmup = warmup;
    return runtime::scheduleWarning(
        {settings, /*rate=*/0.1, /*stepsPerEpoch=*/3, epochs, accumulate});
  };
  EXPECT_EQ(warning(0, 0, 1), ""); // Nothing is asked for.
  EXPECT_EQ(warning(2, 4), "");
  EXPECT_EQ(warning(5, 4),
            "the warm-up of 5 updates is not shorter than the run, which has "
            "3; lower --warmup, or give more --epochs");
  EXPECT_TRUE(warning(0, 1).starts_with(
      "the run has 3 steps, but parameters change after 4"))
      << warning(0, 1);
}

TEST_F(ScheduleOptionsTest, ResumingKeepsTheScheduleOrIsRefused) {
  const std::string checkpoints = folder / "checkpoints";
  const auto run = [&](Arguments more) {
    more.insert(more.end(), {"--checkpoints", checkpoints, "-o", weights});
    return train(more);
  };
  const Arguments cosine = {"--schedule", "cosine", "--epochs", "3"};
  const auto with = [](Arguments arguments, Arguments more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  };
  EXPECT_EQ(run(with(cosine, {"--max-steps", "30"})).status, 0);
  const auto refused = [&](Arguments more, const std::string &message) {
    const Result result = run(with(std::move(more), {"--resume"}));
    EXPECT_EQ(result.status, 1) << result.error;
    EXPECT_NE(result.error.find(message), std::string::npos) << result.error;
  };
  refused({"--epochs", "3"},
          "was made with another --schedule: cosine(warmup = 0, "
          "final = 0) over 3 epochs, but this run has none");
  refused({"--schedule", "cosine", "--epochs", "4"}, "over 4 epochs");
  EXPECT_EQ(run(with(cosine, {"--resume"})).status, 0);
}

} // namespace
} // namespace mlc::test
