//===- PredictCommandTest.cpp - PROGRAM eval and predict ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Prediction.h"
#include "Support/CommandLineFixture.h"

#include <boost/json.hpp>
#include <cmath>

namespace mlc::test {
namespace {

using PredictCommandTest = CommandLineTest;

TEST_F(PredictCommandTest, EvalSaysWhatTrainSaid) {
  sparseData(100).write(folder / "test");
  sparseData(150, 3).write(data);
  const Result result = runProgram(
      HANDMADE_PROGRAM, {"train", "--data", data, "--test", folder / "test",
                         "-o", weights, "--epochs", "1"});
  ASSERT_EQ(result.status, 0) << result.error;
  data = folder / "test";
  const Result eval = use(sparseProgram(), "eval");
  EXPECT_EQ(eval.status, 0) << eval.error;
  double loss, accuracy;
  long rows;
  ASSERT_EQ(std::sscanf(eval.out.c_str(), "loss %lf  accuracy %lf %%  %ld rows",
                        &loss, &accuracy, &rows),
            3);
  EXPECT_EQ(rows, 100);
  double trainLoss, testLoss, testAccuracy;
  ASSERT_EQ(std::sscanf(result.out.c_str(),
                        "epoch 1/1  loss %lf  test loss %lf  test accuracy %lf",
                        &trainLoss, &testLoss, &testAccuracy),
            3);
  EXPECT_EQ(loss, testLoss);
  EXPECT_EQ(accuracy, testAccuracy);
}

TEST_F(PredictCommandTest, EvalAsJson) {
  train(realProgram(), realData(50));
  const Result eval = use(realProgram(), "eval", {"--json"});
  const auto object = boost::json::parse(eval.out).as_object();
  EXPECT_EQ(object.at("rows").as_int64(), 50);
  // The loss of mse is the square of the score.
  EXPECT_NEAR(std::pow(object.at("rmse").as_double(), 2),
              object.at("loss").as_double(), 1e-6);
}

TEST_F(PredictCommandTest, PredictsBinaryLabels) {
  train(sparseProgram(), sparseData(100));
  const auto lines = linesOf(use(sparseProgram(), "predict").out);
  ASSERT_EQ(lines.size(), 100u);
  const auto json = linesOf(use(sparseProgram(), "predict", {"--json"}).out);
  ASSERT_EQ(json.size(), 100u);
  for (int row = 0; row < 100; ++row) {
    double probability;
    int label;
    ASSERT_EQ(std::sscanf(lines[row].c_str(), "%lf\t%d", &probability, &label),
              2);
    EXPECT_EQ(label, row >= 50);
    EXPECT_EQ(label, probability > 0.5);
    const auto object = boost::json::parse(json[row]).as_object();
    EXPECT_EQ(object.at("row").as_int64(), row);
    const double output = object.at("outputs").at(0).to_number<double>();
    EXPECT_NEAR(object.at("probabilities").at(0).to_number<double>(),
                1 / (1 + std::exp(-output)), 1e-6);
    EXPECT_NEAR(probability, 1 / (1 + std::exp(-output)), 1e-6);
    EXPECT_EQ(object.at("labels").at(0).as_int64(), label);
    EXPECT_EQ(object.at("label").as_int64(), label);
  }
}

TEST_F(PredictCommandTest, PredictsClasses) {
  const TestData examples = classData(100);
  train(classProgram(), examples, "50");
  const auto lines = linesOf(use(classProgram(), "predict").out);
  const auto json = linesOf(use(classProgram(), "predict", {"--json"}).out);
  ASSERT_EQ(lines.size(), 100u);
  ASSERT_EQ(json.size(), 100u);
  int right = 0;
  for (int row = 0; row < 100; ++row) {
    int chosen;
    double p[3];
    ASSERT_EQ(std::sscanf(lines[row].c_str(), "%d\t%lf\t%lf\t%lf", &chosen,
                          &p[0], &p[1], &p[2]),
              4);
    EXPECT_NEAR(p[0] + p[1] + p[2], 1, 1e-5);
    EXPECT_EQ(std::max_element(p, p + 3) - p, chosen);
    right += chosen == examples.classLabels[row];
    const auto object = boost::json::parse(json[row]).as_object();
    EXPECT_EQ(object.at("class").as_int64(), chosen);
    EXPECT_EQ(object.at("label").as_int64(), chosen);
    EXPECT_EQ(object.at("outputs").as_array().size(), 3u);
  }
  EXPECT_GT(right, 90);
}

TEST_F(PredictCommandTest, PredictsValues) {
  const TestData examples = realData(100);
  train(realProgram(), examples, "50");
  const auto lines = linesOf(use(realProgram(), "predict").out);
  ASSERT_EQ(lines.size(), 100u);
  for (int row = 0; row < 100; ++row) {
    double first, second;
    ASSERT_EQ(std::sscanf(lines[row].c_str(), "%lf\t%lf", &first, &second), 2);
    EXPECT_NEAR(first, examples.realLabels[2 * row], 0.05);
    EXPECT_NEAR(second, examples.realLabels[2 * row + 1], 0.05);
  }
  const auto json = linesOf(use(realProgram(), "predict", {"--json"}).out);
  const auto object = boost::json::parse(json.at(0)).as_object();
  EXPECT_EQ(object.size(), 3u); // row, outputs, label
  EXPECT_EQ(object.at("label"), object.at("outputs"));
}

/// Answers are in the units of the targets, outputs as the program has them.
TEST(PredictionWriter, ScaledTargets) {
  MlcProgram program = realProgram();
  MlcOutput one = program.outputs[0];
  std::ranges::fill(one.shape.sizes, 1);
  program.outputs = &one;
  const runtime::PredictionWriter writer(
      program, {.scores = {},
                .names = {},
                .target = runtime::TargetScale{200, 100},
                .decision = {}});
  const float output = 0.5;
  fmt::memory_buffer json, plain;
  writer.appendJson(json, 3, std::span(&output, 1));
  writer.appendPlain(plain, std::span(&output, 1));
  EXPECT_EQ(fmt::to_string(json),
            "{\"row\": 3, \"outputs\": [0.5], \"label\": 250}\n");
  EXPECT_EQ(fmt::to_string(plain), "250\n");
}

} // namespace
} // namespace mlc::test
