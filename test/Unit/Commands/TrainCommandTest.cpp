//===- TrainCommandTest.cpp - PROGRAM train as a user runs it -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/TrainCommandFixture.h"

#include <algorithm>
#include <csignal>
#include <set>
#include <sstream>
#include <thread>

namespace mlc::test {
namespace {

constexpr char kNoTerminals[] =
    "this system has no terminals; mount /dev/pts to run this test";

std::vector<std::string> keysOf(const boost::json::object &object) {
  std::vector<std::string> keys;
  for (const auto &entry : object)
    keys.emplace_back(entry.key());
  return keys;
}

TEST_F(TrainCommandTest, PrintsALineAnEpoch) {
  const Result result = train({"--test", test, "--epochs", "2"});
  EXPECT_EQ(result.status, 0) << result.error;
  std::istringstream lines(result.out);
  std::string line;
  int epochs = 0;
  while (std::getline(lines, line)) {
    ++epochs;
    double loss, testLoss, accuracy, time;
    int epoch;
    char unit[16] = "";
    EXPECT_EQ(std::sscanf(line.c_str(),
                          "epoch %d/2  loss %lf  test loss %lf  test accuracy "
                          "%lf %%  %lf %15s",
                          &epoch, &loss, &testLoss, &accuracy, &time, unit),
              6)
        << line;
    EXPECT_EQ(epoch, epochs);
    // Of what is soon over no rate is told.
    const bool isShort = unit == std::string("ms");
    EXPECT_TRUE(isShort ? time < 100 : unit == std::string("s")) << line;
    EXPECT_EQ(line.find("examples/s") == line.npos, isShort) << line;
  }
  EXPECT_EQ(epochs, 2);
  // No terminal: neither colours nor a line that is overwritten.
  EXPECT_EQ(result.error.find('\x1b'), std::string::npos);
  EXPECT_EQ(result.error.find('\r'), std::string::npos);
}

TEST_F(TrainCommandTest, TellsSomeOfManyShortEpochs) {
  const Result result = train({"--epochs", "100", "--metrics", metrics});
  EXPECT_EQ(result.status, 0) << result.error;
  std::istringstream lines(result.out);
  std::set<int> told;
  int shortOnes = 0;
  for (std::string line; std::getline(lines, line);) {
    int epoch = 0;
    ASSERT_EQ(std::sscanf(line.c_str(), "epoch %d/100", &epoch), 1) << line;
    told.insert(epoch);
    shortOnes += line.ends_with(" ms");
  }
  EXPECT_LT(shortOnes, 50);
  for (int epoch = 5; epoch <= 100; epoch += 5)
    EXPECT_TRUE(told.contains(epoch)) << epoch;
  EXPECT_TRUE(told.contains(1));
  EXPECT_EQ(readMetrics().size(), 100u);
}

/// Where training ends early among many short epochs, the best and the last one
/// have a line, in their order.
TEST_F(TrainCommandTest, TellsTheBestAndTheLastShortEpoch) {
  const Result result = train(
      {"--epochs", "1000", "--test", test, "--select-by", "accuracy",
       "--learning-rate", "0.001", "--patience", "7", "--metrics", metrics});
  EXPECT_EQ(result.status, 0) << result.error;
  const auto epochs = static_cast<int>(readMetrics().size());
  const int best = epochs - 7;
  // Neither is one of the twenty that are told in any case.
  ASSERT_TRUE(best > 1 && epochs < 50) << epochs;
  std::istringstream lines(result.out);
  std::vector<int> told, starred;
  for (std::string line; std::getline(lines, line);) {
    int epoch = 0;
    ASSERT_EQ(std::sscanf(line.c_str(), "epoch %d/1000", &epoch), 1) << line;
    told.push_back(epoch);
    if (line.ends_with(" *"))
      starred.push_back(epoch);
  }
  EXPECT_EQ(told.back(), epochs);
  EXPECT_EQ(starred.back(), best);
  EXPECT_EQ(std::set<int>(told.begin(), told.end()).size(), told.size());
  EXPECT_TRUE(std::ranges::is_sorted(told));
}

TEST_F(TrainCommandTest, WritesMetrics) {
  const Result result = train({"--test", test, "--epochs", "2", "--metrics",
                               metrics, "--metrics-every-step"});
  EXPECT_EQ(result.status, 0) << result.error;
  const auto objects = readMetrics();
  ASSERT_EQ(objects.size(), 2 * 25u + 2);
  double sum = 0;
  for (int i = 0; i < 25; ++i) {
    EXPECT_EQ(keysOf(objects[i]), (Arguments{"step", "loss", "learning_rate"}));
    EXPECT_EQ(objects[i].at("learning_rate").as_double(), 0.125);
    EXPECT_EQ(objects[i].at("step").as_int64(), i + 1);
    sum += objects[i].at("loss").to_number<double>();
  }
  const boost::json::object &epoch = objects[25];
  EXPECT_EQ(keysOf(epoch),
            (Arguments{"epoch", "step", "loss", "test_loss", "test_accuracy",
                       "learning_rate", "seconds", "examples_per_second"}));
  EXPECT_EQ(epoch.at("epoch").as_int64(), 1);
  EXPECT_EQ(epoch.at("step").as_int64(), 25);
  EXPECT_NEAR(epoch.at("loss").to_number<double>(), sum / 25, 1e-6);
  EXPECT_LE(epoch.at("test_accuracy").to_number<double>(), 1.0);
  EXPECT_EQ(objects[26].at("step").as_int64(), 26);
  EXPECT_EQ(objects[51].at("epoch").as_int64(), 2);
}

TEST_F(TrainCommandTest, MetricsWithoutTestNameNone) {
  EXPECT_EQ(train({"--epochs", "1", "--metrics", metrics}).status, 0);
  const auto objects = readMetrics();
  ASSERT_EQ(objects.size(), 1u);
  EXPECT_EQ(keysOf(objects[0]),
            (Arguments{"epoch", "step", "loss", "learning_rate", "seconds",
                       "examples_per_second"}));
}

TEST_F(TrainCommandTest, TestsOnPartOfTheData) {
  const Result result =
      train({"--validation", "0.25", "--epochs", "1", "--metrics", metrics});
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_NE(result.out.find("validation accuracy"), std::string::npos);
  const auto objects = readMetrics();
  EXPECT_EQ(objects.at(0).at("step").as_int64(), (150 + 7) / 8);
  EXPECT_TRUE(objects.at(0).contains("test_accuracy"));
}

TEST_F(TrainCommandTest, WeightsAreTheSameBytes) {
  EXPECT_EQ(train({"-o", weights, "--threads", "1"}).status, 0);
  const std::string first = readFile(weights);
  for (const char *threads : {"1", "2", "5"}) {
    EXPECT_EQ(train({"-o", weights, "--threads", threads}).status, 0);
    EXPECT_EQ(readFile(weights), first) << threads;
  }
  EXPECT_EQ(train({"-o", weights, "--seed", "1"}).status, 0);
  EXPECT_NE(readFile(weights), first);
  EXPECT_EQ(train({"-o", weights, "--no-shuffle"}).status, 0);
  EXPECT_NE(readFile(weights), first);
}

TEST_F(TrainCommandTest, WeightsSayWhereTheyCameFrom) {
  TestData described = sparseData(200);
  described.metadata["vectorizer"] = "{\"value\": \"binary\"}";
  described.write(data);
  EXPECT_EQ(train({"-o", weights, "--seed", "7", "--epochs", "2",
                   "--learning-rate", "0.5", "--validation", "0.5"})
                .status,
            0);
  const auto metadata = SafetensorsFile(weights).metadata();
  EXPECT_EQ(metadata.at("vectorizer"), "{\"value\": \"binary\"}");
  EXPECT_EQ(metadata.at("seed"), "7");
  EXPECT_EQ(metadata.at("steps"), "26");
  EXPECT_EQ(metadata.at("data_hash"), SafetensorsFile(data).hash());
  const auto options = boost::json::parse(metadata.at("options")).as_object();
  EXPECT_EQ(options.at("epochs").as_int64(), 2);
  EXPECT_EQ(options.at("learning_rate").as_double(), 0.5);
  EXPECT_EQ(options.at("validation").as_double(), 0.5);
  EXPECT_EQ(options.at("shuffle").as_bool(), true);
}

TEST_F(TrainCommandTest, StartsFromWeights) {
  EXPECT_EQ(train({"-o", weights, "--epochs", "0"}).status, 0);
  const std::string next = folder / "next";
  // First weights from a file are those of the same seed.
  EXPECT_EQ(train({"--init", weights, "-o", next, "--epochs", "1"}).status, 0);
  const std::string direct = folder / "direct";
  EXPECT_EQ(train({"-o", direct, "--epochs", "1"}).status, 0);
  for (const char *name : {"layer.weight", "layer.bias"})
    EXPECT_TRUE(
        std::ranges::equal(SafetensorsFile(next).find(name)->as<float>(),
                           SafetensorsFile(direct).find(name)->as<float>()));
  EXPECT_EQ(SafetensorsFile(next).metadata().at("init_hash"),
            SafetensorsFile(weights).hash());
}

TEST_F(TrainCommandTest, SavesAndExitsAtASignal) {
  for (int signal : {SIGINT, SIGTERM}) {
    // So many epochs would take days.
    const Result result =
        train({"-o", weights, "--epochs", "100000000", "--metrics", metrics},
              {.meanwhile = [&](pid_t child) {
                // It trains once there are metrics.
                waitUntil(child, [&] { return !readFile(metrics).empty(); });
                kill(child, signal);
              }});
    EXPECT_EQ(result.status, 128 + signal);
    EXPECT_NE(result.error.find("weights saved to " + weights),
              std::string::npos);
    // They are those of the steps that were run, in whole epochs and parts. One
    // thread does as many in any case; several wait for each other where others
    // want the cores, at each of what may be millions of steps.
    const std::string steps = SafetensorsFile(weights).metadata().at("steps");
    const std::string again = folder / "again";
    EXPECT_EQ(train({"-o", again, "--epochs", "100000000", "--max-steps", steps,
                     "--threads", "1"})
                  .status,
              0);
    EXPECT_EQ(readFile(weights), readFile(again));
    std::filesystem::remove(metrics);
  }
}

TEST_F(TrainCommandTest, ShowsProgressOnATerminal) {
  if (!hasTerminals())
    GTEST_SKIP() << kNoTerminals;
  sparseData(20000).write(data);
  const Result result =
      runOnTerminal(HANDMADE_PROGRAM,
                    {"train", "--data", data, "--epochs", "1000000",
                     "--max-steps", "3000000", "--threads", "1"},
                    40);
  EXPECT_EQ(result.status, 0);
  const std::size_t line = result.out.find("\repoch ");
  ASSERT_NE(line, std::string::npos);
  // Cut to the terminal's width, and gone before the epoch's result.
  EXPECT_LE(result.out.find("\x1b[K", line) - line, 40u);
  EXPECT_NE(result.out.find("\r\x1b[Kepoch "), std::string::npos);
}

TEST_F(TrainCommandTest, ControlCLeavesACleanTerminal) {
  if (!hasTerminals())
    GTEST_SKIP() << kNoTerminals;
  sparseData(20000).write(data);
  const Result result = runOnTerminal(
      HANDMADE_PROGRAM,
      {"train", "--data", data, "--epochs", "100000000", "-o", weights}, 80,
      {.when = "\repoch ", .keys = "\x03"});
  EXPECT_EQ(result.status, 128 + SIGINT);
  EXPECT_TRUE(std::filesystem::exists(weights));
  const std::size_t last = result.out.rfind("stopped after step ");
  ASSERT_NE(last, std::string::npos);
  // The progress line was removed, or an epoch's line came last; the terminal
  // may show what was typed after it.
  std::string before = result.out.substr(0, last);
  if (before.ends_with("^C"))
    before.resize(before.size() - 2);
  EXPECT_TRUE(before.ends_with("\x1b[K") || before.ends_with("\n")) << before;
}

TEST_F(TrainCommandTest, ColoursErrorsUnlessTold) {
  if (!hasTerminals())
    GTEST_SKIP() << kNoTerminals;
  const Arguments arguments = {"train", "--data", "none"};
  EXPECT_TRUE(runOnTerminal(HANDMADE_PROGRAM, arguments, 80)
                  .out.starts_with("\x1b[1;31merror:\x1b[0m none: "));
  setenv("NO_COLOR", "1", 1);
  const Result plain = runOnTerminal(HANDMADE_PROGRAM, arguments, 80);
  unsetenv("NO_COLOR");
  EXPECT_TRUE(plain.out.starts_with("error: none: ")) << plain.out;
  EXPECT_EQ(plain.status, 1);
}

} // namespace
} // namespace mlc::test
