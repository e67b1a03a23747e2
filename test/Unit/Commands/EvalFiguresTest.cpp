//===- EvalFiguresTest.cpp - The figures of PROGRAM eval ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/CommandLineFixture.h"

#include <boost/json.hpp>
#include <cmath>

namespace mlc::test {
namespace {

class EvalFiguresTest : public CommandLineTest {
protected:
  boost::json::object json(const MlcProgram &program, Arguments more = {}) {
    more.push_back("--json");
    const Result result = use(program, "eval", more);
    EXPECT_EQ(result.status, 0) << result.error;
    return boost::json::parse(result.out).as_object();
  }
};

/// Labels of which few are positive, and nothing to tell them by.
TestData rareData(std::int64_t rows) {
  TestData data = sparseData(rows);
  for (std::int64_t row = 0; row < rows; ++row)
    data.realLabels[row] = row % 33 == 0;
  data.indices.assign(data.indices.size(), 3);
  data.indptr.clear();
  for (std::int64_t row = 0; row <= rows; ++row)
    data.indptr.push_back(row);
  data.indices.resize(rows);
  data.values.assign(rows, 1);
  return data;
}

TEST_F(EvalFiguresTest, OfTwoClasses) {
  train(sparseProgram(), sparseData(100));
  const auto object = json(sparseProgram());
  const auto number = [&](const char *name) {
    return object.at(name).to_number<double>();
  };
  EXPECT_EQ(number("rows"), 100);
  EXPECT_EQ(number("accuracy"), 1);
  EXPECT_EQ(number("f1"), 1);
  EXPECT_EQ(number("roc_auc"), 1);
  // Both are the mean of the same losses, one in f32.
  EXPECT_NEAR(number("log_loss"), number("loss"), 1e-6);
  EXPECT_EQ(object.at("confusion_matrix"),
            boost::json::parse("[[50, 0], [0, 50]]"));
  EXPECT_EQ(object.at("1").at("support").as_int64(), 50);
  const std::string text = use(sparseProgram(), "eval").out;
  EXPECT_NE(text.find("weighted avg"), std::string::npos);
  EXPECT_NE(text.find("roc_auc 1.0000"), std::string::npos);
}

TEST_F(EvalFiguresTest, OfSeveralClassesAndOfNumbers) {
  train(classProgram(), classData(100), "50");
  const auto classes = json(classProgram());
  EXPECT_GT(classes.at("macro avg").at("f1-score").to_number<double>(), 0.9);
  EXPECT_GT(classes.at("roc_auc").to_number<double>(), 0.9);
  EXPECT_NEAR(classes.at("log_loss").to_number<double>(),
              classes.at("loss").to_number<double>(), 1e-6);
  train(realProgram(), realData(100), "50");
  const auto numbers = json(realProgram());
  EXPECT_GT(numbers.at("r2").to_number<double>(), 0.99);
  EXPECT_FALSE(numbers.contains("f1"));
  EXPECT_FALSE(numbers.contains("confusion_matrix"));
}

TEST_F(EvalFiguresTest, ThoseThatAreAskedFor) {
  train(sparseProgram(), sparseData(100));
  const auto some = json(sparseProgram(), {"--measure", "f1,recall:0"});
  EXPECT_EQ(some.size(), 5u);
  EXPECT_TRUE(some.contains("recall:0"));
  const auto least = json(sparseProgram(), {"--measure", "accuracy"});
  EXPECT_EQ(least.size(), 3u);
  EXPECT_EQ(use(sparseProgram(), "eval", {"--measure", "accuracy"}).out,
            linesOf(use(sparseProgram(), "eval").out)[0] + "\n");
  const Result wrong = use(sparseProgram(), "eval", {"--measure", "f1_macro"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_NE(wrong.error.find("--measure: there is no 'f1_macro'"),
            std::string::npos)
      << wrong.error;
}

TEST_F(EvalFiguresTest, AreTheSameForAnyThreads) {
  train(classProgram(), classData(300), "3");
  const std::string one =
      use(classProgram(), "eval", {"--json", "--threads", "1"}).out;
  for (const char *threads : {"2", "5"})
    EXPECT_EQ(use(classProgram(), "eval", {"--json", "--threads", threads}).out,
              one);
}

TEST_F(EvalFiguresTest, OneAnswerForAllIsSaid) {
  train(sparseProgram(), rareData(330));
  const Result result = use(sparseProgram(), "eval", {"--json"});
  const auto object = boost::json::parse(result.out).as_object();
  EXPECT_NEAR(object.at("accuracy").as_double(), 0.97, 0.01);
  EXPECT_EQ(object.at("f1").to_number<double>(), 0);
  EXPECT_NE(result.error.find("warning: " + data +
                              ": all 330 predictions are 0, but 10 rows are "
                              "not: "),
            std::string::npos)
      << result.error;
  // Not where it is right.
  train(sparseProgram(), sparseData(100));
  EXPECT_EQ(use(sparseProgram(), "eval").error, "");
}

} // namespace
} // namespace mlc::test
