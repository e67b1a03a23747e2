//===- SelectionTest.cpp - train by other figures than the loss -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/TrainCommandFixture.h"

namespace mlc::test {
namespace {

/// Labels that features tell in part, so that figures go up and down.
class SelectionTest : public TrainCommandTest {
protected:
  SelectionTest() {
    for (const auto &[path, seed] : {std::pair(data, 1u), {test, 2u}}) {
      TestData noisy = sparseData(200, seed);
      for (std::size_t i = 0; i < noisy.realLabels.size(); i += 3)
        noisy.realLabels[i] = float(i * i % 7 % 2);
      noisy.write(path);
    }
  }

  Arguments commandLine(const std::string &name, Arguments more = {}) {
    Arguments arguments = {"--test",
                           test,
                           "--epochs",
                           "6",
                           "--measure",
                           "f1,roc_auc,recall:0,ece",
                           "--select-by",
                           "average_precision",
                           "--min-delta",
                           "0.0001",
                           "--metrics",
                           folder / (name + ".metrics"),
                           "--best",
                           folder / (name + ".best"),
                           "-o",
                           folder / (name + ".weights"),
                           "--checkpoints",
                           folder / (name + ".checkpoints")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  /// What the run left, without its times.
  std::string outputs(const std::string &name) {
    std::string text = readFile(folder / (name + ".weights")) +
                       readFile(folder / (name + ".best"));
    std::istringstream lines(readFile(folder / (name + ".metrics")));
    for (std::string line; std::getline(lines, line);)
      text += line.substr(0, line.find(", \"seconds\"")) + "\n";
    return text;
  }
};

TEST_F(SelectionTest, SaysWhichWeightsAreSaved) {
  const std::string none = train({"--test", test, "--epochs", "1"}).error;
  EXPECT_NE(none.find("; weights are not saved (no -o)"), std::string::npos)
      << none;
  const std::string best =
      train({"--test", test, "--epochs", "1", "--best", folder / "best"}).error;
  EXPECT_NE(best.find("; only the best epoch's weights are saved (no -o)"),
            std::string::npos)
      << best;
}

TEST_F(SelectionTest, FiguresAreInTheEpochLineAndTheMetricsFile) {
  const Result result =
      train({"--test", test, "--epochs", "2", "--metrics", metrics, "--measure",
             "f1,roc_auc,accuracy", "-o", weights});
  ASSERT_EQ(result.status, 0) << result.error;
  const auto objects = readMetrics();
  ASSERT_EQ(objects.size(), 2u);
  // Accuracy is there once, as ever.
  EXPECT_EQ(objects[1].size(), 10u);
  const Result eval =
      runProgram(HANDMADE_PROGRAM,
                 {"eval", "--data", test, "--weights", weights, "--json"});
  const auto figures = boost::json::parse(eval.out).as_object();
  for (const char *name : {"loss", "accuracy", "f1", "roc_auc"}) {
    const double value =
        objects[1].at("test_" + std::string(name)).to_number<double>();
    EXPECT_EQ(figures.at(name).to_number<double>(), value) << name;
  }
  char line[100];
  std::snprintf(line, sizeof line, "test f1 %.4f  test roc_auc %.4f  ",
                figures.at("f1").to_number<double>(),
                figures.at("roc_auc").to_number<double>());
  EXPECT_NE(result.out.find(line), std::string::npos) << result.out;
}

TEST_F(SelectionTest, TheBestEpochIsMarkedAndToldOf) {
  const Result result =
      train({"--test", test, "--epochs", "6", "--metrics", metrics,
             "--select-by", "f1", "--best", folder / "best", "-o", weights});
  ASSERT_EQ(result.status, 0) << result.error;
  double best = -1;
  std::int64_t bestEpoch = 0;
  std::istringstream lines(result.out);
  for (const auto &object : readMetrics()) {
    const double f1 = object.at("test_f1").to_number<double>();
    std::string line;
    std::getline(lines, line);
    EXPECT_EQ(line.ends_with(" *"), f1 > best) << line;
    if (f1 > best)
      bestEpoch = object.at("epoch").as_int64();
    best = std::max(best, f1);
  }
  EXPECT_NE(result.error.find("best epoch " + std::to_string(bestEpoch) +
                              " of 6: test f1 "),
            std::string::npos)
      << result.error;
  EXPECT_NE(result.error.find("its weights are in " + (folder / "best") +
                              " (--best), those of the last epoch in " +
                              weights + " (-o)"),
            std::string::npos)
      << result.error;
  const Result eval =
      runProgram(HANDMADE_PROGRAM, {"eval", "--data", test, "--weights",
                                    folder / "best", "--json"});
  EXPECT_EQ(boost::json::parse(eval.out).at("f1").to_number<double>(), best);
}

TEST_F(SelectionTest, ResumesBitForBit) {
  ASSERT_EQ(train(commandLine("whole")).status, 0);
  for (const char *steps : {"30", "50", "99"}) {
    const std::string name = std::string("part") + steps;
    ASSERT_EQ(train(commandLine(name, {"--max-steps", steps})).status, 0);
    const Result result = train(commandLine(name, {"--resume"}));
    ASSERT_EQ(result.status, 0) << result.error;
    EXPECT_EQ(outputs(name), outputs("whole")) << steps;
  }
  // What was selected by cannot change in between.
  Arguments other = commandLine("part30", {"--resume"});
  *(std::ranges::find(other, "--select-by") + 1) = "f1";
  const Result result = train(other);
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("--select-by"), std::string::npos);
}

TEST_F(SelectionTest, MaxTimeEndsInGoodOrder) {
  const Arguments arguments = {
      "--epochs", "100000000",     "--max-time",
      "1s",       "--checkpoints", folder / "checkpoints",
      "-o",       weights};
  const Result result = train(arguments);
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_NE(result.error.find(", as --max-time is over; weights saved to " +
                              weights + "; go on with --resume"),
            std::string::npos)
      << result.error;
  const SafetensorsFile file(weights);
  const std::int64_t steps = std::stoll(file.metadata().at("steps"));
  EXPECT_GT(steps, 0);
  Arguments more = arguments;
  more.push_back("--resume");
  EXPECT_EQ(train(more).status, 0);
  EXPECT_GT(std::stoll(SafetensorsFile(weights).metadata().at("steps")), steps);
}

TEST_F(SelectionTest, ChecksItsOptions) {
  for (const Arguments &wrong : {Arguments{"--measure", "f1"},
                                 {"--select-by", "f1"},
                                 {"--min-delta", "0.1"},
                                 {"--test", test, "--measure", "rmse"},
                                 {"--test", test, "--select-by", "f2"},
                                 {"--test", test, "--min-delta", "-1"},
                                 {"--test", test, "--min-delta", "nan"},
                                 {"--max-time", "0"},
                                 {"--max-time", "1.5h"},
                                 {"--max-time", "10 m"},
                                 {"--max-time", "9223372036854775807d"}}) {
    const Result result = train(wrong);
    EXPECT_EQ(result.status, 2) << wrong.back();
    EXPECT_EQ(result.out, "");
  }
}

TEST_F(SelectionTest, OverfittingIsSaidAtTheEnd) {
  // What is learned of these rows is wrong of those.
  TestData rows = sparseData(60);
  rows.write(data);
  for (float &label : rows.realLabels)
    label = 1 - label;
  rows.write(test);
  Result result =
      train({"--test", test, "--learning-rate", "0.5", "--epochs", "8"});
  EXPECT_EQ(result.status, 0);
  EXPECT_NE(result.error.find("warning: overfitting: since epoch 1 the loss of "
                              "the training rows fell from "),
            std::string::npos)
      << result.error;
  EXPECT_NE(result.error.find("that of the test rows rose from "),
            std::string::npos);
  result = train({"--test", data, "--epochs", "8"});
  EXPECT_EQ(result.error.find("overfitting"), std::string::npos);
}

TEST_F(SelectionTest, OneAnswerForAllIsSaidAtTheEnd) {
  TestData rare = sparseData(200);
  for (std::size_t i = 0; i < rare.realLabels.size(); ++i)
    rare.realLabels[i] = i % 40 == 7;
  rare.write(data);
  const Result result = train({"--test", data, "--epochs", "1"});
  EXPECT_EQ(result.status, 0);
  EXPECT_NE(result.error.find("warning: after the last epoch all 200 "
                              "predictions are 0, but 5 rows are not: "),
            std::string::npos)
      << result.error;
}

} // namespace
} // namespace mlc::test
