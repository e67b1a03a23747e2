//===- PlacesTest.cpp - Rows with several places that have a class --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/KeptAnswers.h"
#include "Program/Prediction.h"
#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"

#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

/// A description of a program that tells one of three classes for each of two
/// places; not to be run.
class PlacesTest : public testing::Test {
protected:
  PlacesTest() : places(classProgram()), output(*places.program.outputs) {
    places.label.shape = {/*rank=*/1, {2, 1, 1, 1}, /*bounded=*/0};
    output.shape = {/*rank=*/2, {2, 3, 1, 1}, /*bounded=*/0};
    places.program.outputs = &output;
  }

  ChangeableProgram places;
  MlcOutput output;
  const std::vector<float> outputs = {0, 2, 1, /**/ 3, 0, 0,
                                      0, 0, 5, /**/ 1, 4, 0};
};

TEST_F(PlacesTest, EachIsJudgedAsARow) {
  TestData data = classData(3);
  data.labelColumns = 2;
  data.classLabels = {0, 1, 1, 0, 2, 2};
  const TemporaryFolder folder;
  data.write(folder / "data");
  const Examples examples(places.program, folder / "data", LabelUse::Needed);
  KeptAnswers kept(places.program, examples);
  const std::vector<std::int32_t> rows = {1, 2};
  kept.add({rows, outputs, {}});
  const Judged judged = kept.judged();
  EXPECT_EQ(judged.task, Task::MultiClass);
  EXPECT_EQ(judged.rows, 4);
  EXPECT_EQ(judged.columns, 3);
  EXPECT_EQ(std::vector(judged.classes.begin(), judged.classes.end()),
            (std::vector<std::int32_t>{1, 0, 2, 2}));
}

TEST_F(PlacesTest, EachHasItsClassAndProbabilities) {
  const PredictionWriter writer(places.program, {.scores = {},
                                                 .names = {"no", "one", "all"},
                                                 .target = {},
                                                 .decision = {}});
  const auto row = std::span(outputs).first(6);
  fmt::memory_buffer json, plain;
  writer.appendJson(json, 7, row);
  const std::string line(json.data(), json.size());
  EXPECT_TRUE(line.ends_with("\"classes\": [1, 0], "
                             "\"label\": [\"one\", \"no\"]}\n"))
      << line;
  writer.appendPlain(plain, row);
  // A softmax for each place: exp(2) of 1 + exp(2) + exp(1), and so on.
  EXPECT_EQ(std::string(plain.data(), plain.size()),
            "one\tno\t0.090031\t0.665241\t0.244728\t0.909443\t0.045279\t"
            "0.045279\n");
}

} // namespace
} // namespace mlc::runtime
