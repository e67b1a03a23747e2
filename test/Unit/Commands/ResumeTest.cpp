//===- ResumeTest.cpp - Runs that stop and go on --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/TrainCommandFixture.h"

#include <csignal>

namespace mlc::test {
namespace {

/// All that a run writes, without what only tells of time.
struct Outputs {
  std::string weights, best;
  std::vector<std::string> metrics;

  bool operator==(const Outputs &) const = default;
};

class ResumeTest : public TrainCommandTest {
protected:
  static constexpr int epochs = 5, stepsPerEpoch = 23; // 180 rows of 8

  /// The whole command line; `name` is where its files go.
  Arguments commandLine(const std::string &name, Arguments more = {}) {
    Arguments arguments = {"--validation",
                           "0.1",
                           "--epochs",
                           std::to_string(epochs),
                           "--seed",
                           "3",
                           "--metrics",
                           folder / (name + ".metrics"),
                           "--metrics-every-step",
                           "-o",
                           folder / (name + ".weights"),
                           "--best",
                           folder / (name + ".best"),
                           "--checkpoints",
                           folder / (name + ".checkpoints")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  Outputs outputs(const std::string &name) {
    Outputs outputs{readFile(folder / (name + ".weights")),
                    readFile(folder / (name + ".best")),
                    {}};
    std::istringstream lines(readFile(folder / (name + ".metrics")));
    for (std::string line; std::getline(lines, line);)
      outputs.metrics.push_back(line.substr(0, line.find(", \"seconds\"")));
    return outputs;
  }

  /// Data whose labels have nothing to do with the features.
  void writeNoise() {
    TestData noise = sparseData(200);
    for (std::size_t i = 0; i < noise.realLabels.size(); ++i)
      noise.realLabels[i] = float(i * i % 7 % 2);
    noise.write(data);
  }

  /// What a run gives that never stops.
  Outputs uninterrupted(Arguments more = {}) {
    const Result result = train(commandLine("whole", std::move(more)));
    EXPECT_EQ(result.status, 0) << result.error;
    return outputs("whole");
  }
};

TEST_F(ResumeTest, GoesOnBitForBitFromAnyStepAtAnyThreads) {
  const Outputs whole = uninterrupted();
  EXPECT_EQ(whole.metrics.size(), epochs * (stepsPerEpoch + 1u));
  int run = 0;
  for (int step : {1, 10, 22, 23, 24, 46, 60, 115}) {
    const std::string name = "part" + std::to_string(step);
    const std::string threads = std::to_string(1 + run++ % 4);
    EXPECT_EQ(train(commandLine(name, {"--max-steps", std::to_string(step),
                                       "--threads", threads}))
                  .status,
              0);
    const Result result = train(commandLine(name, {"--resume"}));
    EXPECT_EQ(result.status, 0) << result.error;
    EXPECT_NE(result.error.find(", step " + std::to_string(step)),
              std::string::npos)
        << result.error;
    EXPECT_EQ(outputs(name), whole) << "stopped after step " << step;
  }
}

TEST_F(ResumeTest, GoesOnInAnyPhaseOfASchedule) {
  // 115 steps: a warm-up of 12, and two that fall.
  for (const char *kind : {"cosine", "wsd"}) {
    const Arguments schedule = {"--schedule", kind,           "--warmup",
                                "0.1",        "--final-rate", "0.05"};
    std::filesystem::remove_all(folder / "whole.checkpoints");
    const Outputs whole = uninterrupted(schedule);
    for (int step : {1, 5, 11, 12, 13, 91, 92, 93, 114}) {
      const std::string name = std::string(kind) + std::to_string(step);
      Arguments part = schedule;
      part.insert(part.end(), {"--max-steps", std::to_string(step), "--threads",
                               std::to_string(1 + step % 4)});
      EXPECT_EQ(train(commandLine(name, part)).status, 0);
      part = schedule;
      part.push_back("--resume");
      const Result result = train(commandLine(name, part));
      EXPECT_EQ(result.status, 0) << result.error;
      EXPECT_EQ(outputs(name), whole) << kind << ", stopped after " << step;
    }
  }
}

TEST_F(ResumeTest, GoesOnInAnyPhaseOfPlateaus) {
  writeNoise();
  // No loss is lower by so much, so that the third epoch's end reduces the
  // rate, and the second one's has counted for it.
  const Arguments schedule = {
      "--schedule",   "plateau", "--rate-patience",  "2",
      "--rate-gamma", "0.5",     "--rate-min-delta", "10"};
  const Outputs whole = uninterrupted(schedule);
  const std::string text = readFile(folder / "whole.metrics");
  EXPECT_NE(text.find("\"learning_rate\": 0.0625"), std::string::npos);
  for (int step : {22, 23, 30, 46, 69, 70, 92, 100, 115}) {
    const std::string name = "plateau" + std::to_string(step);
    Arguments part = schedule;
    part.insert(part.end(), {"--max-steps", std::to_string(step)});
    EXPECT_EQ(train(commandLine(name, part)).status, 0);
    part = schedule;
    part.push_back("--resume");
    const Result result = train(commandLine(name, part));
    EXPECT_EQ(result.status, 0) << result.error;
    EXPECT_EQ(outputs(name), whole) << "stopped after step " << step;
  }
}

TEST_F(ResumeTest, TheChoiceOfCheckpointsNeverMatters) {
  const Outputs whole = uninterrupted();
  int run = 0;
  for (const char *every : {"1", "7steps", "23", "1epochs", "2epochs", "1s"}) {
    const std::string name = "every" + std::to_string(run++);
    EXPECT_EQ(train(commandLine(name, {"--checkpoint-every", every})).status,
              0);
    EXPECT_EQ(outputs(name), whole) << every;
    EXPECT_EQ(
        train(commandLine(name, {"--checkpoint-every", every, "--resume"}))
            .status,
        0);
    EXPECT_EQ(outputs(name), whole) << every << ", resumed at its end";
  }
}

TEST_F(ResumeTest, GoesOnFromAnyCheckpointThatIsLeft) {
  const Outputs whole = uninterrupted();
  EXPECT_EQ(train(commandLine("part", {"--checkpoint-every", "10"})).status, 0);
  // The newest is damaged, so an older one in the middle of an epoch serves.
  const std::string newest =
      folder / "part.checkpoints/step-0000000000000000115.safetensors";
  ASSERT_TRUE(std::filesystem::exists(newest));
  std::filesystem::resize_file(newest, 500);
  const Result result = train(commandLine("part", {"--resume"}));
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_NE(result.error.find("epoch 5, step 110"), std::string::npos)
      << result.error;
  EXPECT_EQ(outputs("part"), whole);
}

TEST_F(ResumeTest, TrainsLongerThanWasMeantAtFirst) {
  const Outputs whole = uninterrupted();
  EXPECT_EQ(train(commandLine("part", {"--epochs", "2"})).status, 2);
  Arguments shorter = commandLine("part");
  *(std::ranges::find(shorter, "--epochs") + 1) = "2";
  EXPECT_EQ(train(shorter).status, 0);
  EXPECT_EQ(train(commandLine("part", {"--resume"})).status, 0);
  EXPECT_EQ(outputs("part"), whole);
  // But not shorter than what is done.
  shorter.push_back("--resume");
  const Result result = train(shorter);
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("115 steps are done already"), std::string::npos);
}

TEST_F(ResumeTest, WithoutACheckpointItStartsAnew) {
  const Outputs whole = uninterrupted();
  const Result result = train(commandLine("part", {"--resume"}));
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_NE(result.error.find("no checkpoint yet"), std::string::npos);
  EXPECT_EQ(outputs("part"), whole);
}

TEST_F(ResumeTest, GoesOnFromBeforeTheFirstStep) {
  const Outputs whole = uninterrupted();
  EXPECT_EQ(train(commandLine("part", {"--max-steps", "0"})).status, 0);
  EXPECT_EQ(train(commandLine("part", {"--resume"})).status, 0);
  EXPECT_EQ(outputs("part"), whole);
  // The time before the run does not count.
  const std::string text = readFile(folder / "part.metrics");
  const std::size_t seconds = text.find("\"seconds\": ");
  ASSERT_NE(seconds, std::string::npos);
  EXPECT_LT(std::stod(text.substr(seconds + 11)), 60);
}

TEST_F(ResumeTest, AnotherRunIsRefusedWithTheDifferenceNamed) {
  uninterrupted();
  const Outputs before = outputs("whole");
  const auto refuses = [&](const std::string &difference, Arguments change) {
    Arguments arguments = commandLine("whole", {"--resume"});
    for (std::size_t i = 0; i + 1 < change.size(); i += 2)
      if (const auto at = std::ranges::find(arguments, change[i]);
          at != arguments.end())
        *(at + 1) = change[i + 1];
      else
        arguments.insert(arguments.end(), {change[i], change[i + 1]});
    const Result result = train(arguments);
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.error.find(difference), std::string::npos) << result.error;
    EXPECT_EQ(outputs("whole"), before) << difference;
  };
  refuses("another --seed: 3, but this run has 4", {"--seed", "4"});
  refuses("another --learning-rate: 0.125, but this run has 0.5",
          {"--learning-rate", "0.5"});
  refuses("another --validation: 0.1, but this run has 0.2",
          {"--validation", "0.2"});
  std::filesystem::copy(folder / "whole.weights", weights);
  refuses("another first weights (hash of --init): none, but",
          {"--init", weights});
  sparseData(200, 5).write(data);
  refuses("another data set (hash of --data): ", {});
}

TEST_F(ResumeTest, MetricsOfAnotherRunAreRefused) {
  EXPECT_EQ(train(commandLine("part", {"--max-steps", "60"})).status, 0);
  const std::string metricsPath = folder / "part.metrics";
  std::string text = readFile(metricsPath);
  text[text.size() / 2] = 'x';
  std::ofstream(metricsPath) << text;
  const Result result = train(commandLine("part", {"--resume"}));
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(
      result.error.find(metricsPath + ": expected the metrics of the run"),
      std::string::npos)
      << result.error;
  EXPECT_EQ(readFile(metricsPath), text);
  std::filesystem::remove(metricsPath);
  EXPECT_EQ(train(commandLine("part", {"--resume"})).status, 1);
}

TEST_F(ResumeTest, BestWeightsMustStillBeThere) {
  EXPECT_EQ(train(commandLine("part", {"--max-steps", "60"})).status, 0);
  std::filesystem::remove(folder / "part.best");
  const Result result = train(commandLine("part", {"--resume"}));
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find(folder / "part.best"), std::string::npos);
}

TEST_F(ResumeTest, PatienceEndsTrainingAndBestIsThatEpochs) {
  writeNoise(); // The validation loss soon rises.
  Arguments arguments = commandLine("part", {"--patience", "3"});
  *(std::ranges::find(arguments, "--epochs") + 1) = "1000";
  const Result result = train(arguments);
  EXPECT_EQ(result.status, 0) << result.error;
  std::vector<double> losses;
  std::istringstream lines(readFile(folder / "part.metrics"));
  for (std::string line; std::getline(lines, line);)
    if (const auto object = boost::json::parse(line).as_object();
        object.contains("test_loss"))
      losses.push_back(object.at("test_loss").to_number<double>());
  ASSERT_LT(losses.size(), 1000u);
  const auto best = std::ranges::min_element(losses);
  const auto bestEpoch = best - losses.begin() + 1;
  EXPECT_EQ(std::ssize(losses), bestEpoch + 3);
  EXPECT_NE(result.error.find("no lower loss since epoch " +
                              std::to_string(bestEpoch)),
            std::string::npos)
      << result.error;
  // They are the weights of a run that ends there.
  Arguments shorter = commandLine("short");
  *(std::ranges::find(shorter, "--epochs") + 1) = std::to_string(bestEpoch);
  EXPECT_EQ(train(shorter).status, 0);
  for (const char *name : {"layer.weight", "layer.bias"})
    EXPECT_TRUE(std::ranges::equal(
        SafetensorsFile(folder / "part.best").find(name)->as<float>(),
        SafetensorsFile(folder / "short.weights").find(name)->as<float>()));
  // Its end is an end for a resumed run, too.
  const Outputs before = outputs("part");
  arguments.push_back("--resume");
  EXPECT_EQ(train(arguments).status, 0);
  EXPECT_EQ(outputs("part"), before);
}

TEST_F(ResumeTest, SignalsSaveACheckpoint) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const std::string name = "signal" + std::to_string(signal);
    Arguments arguments = commandLine(name);
    *(std::ranges::find(arguments, "--epochs") + 1) = "100000000";
    const Result result =
        train(arguments, {.meanwhile = [&](pid_t child) {
                waitUntil(child, [&] {
                  return readFile(folder / (name + ".metrics")).size() >= 20000;
                });
                kill(child, signal);
              }});
    EXPECT_EQ(result.status, 128 + signal);
    EXPECT_NE(result.error.find("go on with --resume"), std::string::npos);
    // Resumed for some steps more, it is a run that never stopped. That one has
    // one thread: see SavesAndExitsAtASignal.
    const auto steps = std::stoll(
        SafetensorsFile(folder / (name + ".weights")).metadata().at("steps"));
    Arguments more = {"--max-steps", std::to_string(steps + 100)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Arguments direct = commandLine(name + "whole", more);
    direct.insert(direct.end(), {"--threads", "1"});
    *(std::ranges::find(direct, "--epochs") + 1) = "100000000";
    EXPECT_EQ(train(direct).status, 0);
    arguments.push_back("--resume");
    EXPECT_EQ(train(arguments).status, 0);
    EXPECT_EQ(outputs(name), outputs(name + "whole"));
  }
}

TEST_F(ResumeTest, DivergenceKeepsTheLastGoodCheckpoint) {
  writeNoise();
  Arguments arguments = commandLine(
      "part", {"--learning-rate", "1e38", "--checkpoint-every", "1"});
  const Result result = train(arguments);
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("training diverged: "), std::string::npos)
      << result.error;
  EXPECT_FALSE(std::filesystem::exists(folder / "part.weights"));
  // It loads, and goes wrong in the same way.
  arguments.push_back("--resume");
  const Result again = train(arguments);
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.error.find("resuming from "), std::string::npos);
  EXPECT_EQ(again.error.substr(again.error.find("error: ")),
            result.error.substr(result.error.find("error: ")));
}

TEST_F(ResumeTest, ChecksItsOptions) {
  EXPECT_EQ(train({"--best", weights}).status, 2);
  EXPECT_EQ(train({"--patience", "2"}).status, 2);
  EXPECT_EQ(train({"--patience", "0", "--test", test}).status, 2);
  EXPECT_EQ(train({"--resume"}).status, 2);
  EXPECT_EQ(train({"--checkpoint-every", "5"}).status, 2);
  for (const char *every : {"0", "-1", "5x", "s", "", "1.5s", "5 steps"})
    EXPECT_EQ(
        train({"--checkpoints", folder / "c", "--checkpoint-every", every})
            .status,
        2)
        << every;
  EXPECT_EQ(train({"--test", test, "--best", data}).status, 2);
  EXPECT_EQ(train({"--test", test, "--best", weights, "-o", weights}).status,
            2);
  EXPECT_FALSE(std::filesystem::exists(folder / "c"));
}

} // namespace
} // namespace mlc::test
