//===- RowWeightsTest.cpp - How much each row counts in training ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/RowWeights.h"

#include "Error.h"
#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"

#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

ClassWeights read(const std::string &text) {
  ClassWeights weights;
  EXPECT_EQ(readClassWeights(text, weights), "") << text;
  return weights;
}

/// A program with the labels of another, and weights.
struct WeightedProgram : ChangeableProgram {
  explicit WeightedProgram(const MlcProgram &original)
      : ChangeableProgram(original) {
    labels[0] = label;
    labels[1] = {};
    labels[1].name = MLC_WEIGHTS;
    labels[1].kind = MLC_LABEL_REAL;
    labels[1].element = MLC_F32;
    program.labels = labels;
    program.label_count = 2;
  }
  MlcLabel labels[2];
};

class RowWeightsTest : public testing::Test {
protected:
  Examples open(const MlcProgram &program, const TestData &data) {
    data.write(folder / "data");
    return Examples(program, folder / "data", LabelUse::Taught);
  }
  std::string refusal(const Examples &examples, const MlcProgram &program,
                      const std::string &text) {
    try {
      trainingWeights(examples, program, rows, read(text));
    } catch (const InputError &error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder;
  std::vector<std::int32_t> rows = {0, 1, 2, 3};
  WeightedProgram binary{sparseProgram()}, classes{classProgram()},
      real{realProgram()};
};

TEST_F(RowWeightsTest, ReadsClassWeights) {
  EXPECT_TRUE(read("balanced").areBalanced);
  const ClassWeights weights = read("spam=2.5,a=b=0");
  EXPECT_EQ(weights.text, "spam=2.5,a=b=0");
  using Named = std::vector<std::pair<std::string, double>>;
  EXPECT_EQ(weights.named, (Named{{"spam", 2.5}, {"a=b", 0}}));
  for (const char *bad : {"", "spam", "spam=", "=2", "spam=-1", "spam=x",
                          "spam=inf", "spam=1,,ham=2", "spam=1,"}) {
    ClassWeights ignored;
    EXPECT_NE(readClassWeights(bad, ignored).find("expected balanced"),
              std::string::npos)
        << bad;
  }
  ClassWeights ignored;
  EXPECT_NE(readClassWeights("a=1,a=2", ignored).find("two weights"),
            std::string::npos);
}

TEST_F(RowWeightsTest, ThoseOfTrainingRowsAddUpToTheirNumber) {
  TestData data = sparseData(6);
  data.weights = {1, 2, 3, 4, 5, 6};
  const Examples examples = open(binary.program, data);
  const std::vector<float> weights =
      trainingWeights(examples, binary.program, rows, {});
  // 1 to 4 add up to 10; rows that are not trained keep what they had.
  const std::vector<float> expected = {0.4f, 0.8f, 1.2f, 1.6f, 5, 6};
  EXPECT_EQ(weights, expected);
}

TEST_F(RowWeightsTest, EachClassCountsAlikeWhereBalanced) {
  TestData data = classData(6);
  data.classLabels = {0, 0, 0, 2, 1, 1};
  const Examples examples = open(classes.program, data);
  // 4 rows of 3 classes: factors 4 / 9 and 4 / 3, whose weights add up to 8/3.
  const std::vector<float> weights =
      trainingWeights(examples, classes.program, rows, read("balanced"));
  const std::vector<float> expected = {2 / 3.0f, 2 / 3.0f, 2 / 3.0f, 2, 1, 1};
  for (std::size_t row = 0; row < expected.size(); ++row)
    EXPECT_NEAR(weights[row], expected[row], 1e-6f) << row;
}

TEST_F(RowWeightsTest, ClassesByNameAndNumber) {
  TestData data = sparseData(4);
  data.realLabels = {0, 1, 0, 1};
  const std::vector<float> expected = {0.5f, 1.5f, 0.5f, 1.5f};
  for (const char *text : {"1=3", "positive=3", "positive=6,negative=2"})
    EXPECT_EQ(trainingWeights(open(binary.program, data), binary.program, rows,
                              read(text)),
              expected)
        << text;
  data.metadata["class_names"] = "[\"ham\", \"spam\"]";
  const Examples named = open(binary.program, data);
  EXPECT_EQ(trainingWeights(named, binary.program, rows, read("spam=3")),
            expected);
  EXPECT_NE(refusal(named, binary.program, "eggs=3")
                .find("expected one of \"ham\", \"spam\", or positive or "
                      "negative, but got \"eggs\""),
            std::string::npos);
}

TEST_F(RowWeightsTest, WhatCannotBeIsSaid) {
  TestData data = sparseData(6);
  data.weights = {0, 0, 0, 0, 1, 1};
  EXPECT_NE(refusal(open(binary.program, data), binary.program, "balanced")
                .find("all 4 training rows have the weight 0"),
            std::string::npos);
  EXPECT_NE(refusal(open(real.program, realData(6)), real.program, "0=2")
                .find("learns numbers; leave it out"),
            std::string::npos);
  EXPECT_NE(refusal(open(classes.program, classData(6)), classes.program, "3=2")
                .find("expected a class from 0 to 2, but got \"3\""),
            std::string::npos);
}

TEST_F(RowWeightsTest, OfDataSets) {
  TestData data = sparseData(3);
  EXPECT_EQ(open(binary.program, data).weights().size(), 3u);
  EXPECT_EQ(open(binary.program, data).weights()[2], 1);
  const std::pair<std::vector<float>, const char *> broken[] = {
      {{1, -2, 1}, "row 1: expected a weight of 0 or more, but got -2"},
      {{0, 0, 0}, "expected one above 0, but all are 0"},
      {{1, 2}, "expected one for each of 3 rows, but got 2"}};
  for (const auto &[weights, message] : broken) {
    data.weights = weights;
    try {
      open(binary.program, data);
      ADD_FAILURE() << message;
    } catch (const InputError &error) {
      EXPECT_NE(std::string(error.what()).find(message), std::string::npos)
          << error.what();
    }
  }
  // A program that would learn from them as if there were none.
  data.weights = {1, 2, 3};
  try {
    open(sparseProgram(), data);
    ADD_FAILURE();
  } catch (const InputError &error) {
    EXPECT_NE(std::string(error.what()).find("takes none; give graph.loss"),
              std::string::npos)
        << error.what();
  }
}

} // namespace
} // namespace mlc::runtime
