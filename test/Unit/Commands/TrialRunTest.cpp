//===- TrialRunTest.cpp - Runs that try out and keep nothing --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/TrainCommandFixture.h"

namespace mlc::test {
namespace {

using TrialRunTest = TrainCommandTest;

TEST_F(TrialRunTest, ADryRunKeepsNothing) {
  const Arguments before = files();
  const Result result =
      train({"--dry-run", "--test", test, "-o", weights, "--metrics", metrics});
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_TRUE(result.out.starts_with("dry run: one step of 8 rows; 8 rows "
                                     "evaluated, loss "))
      << result.out;
  EXPECT_EQ(files(), before);
}

TEST_F(TrialRunTest, ADryRunFindsWhatTheRunWouldFind) {
  EXPECT_EQ(train({"--dry-run", "-o", folder / "none/weights"}).status, 1);
  EXPECT_EQ(train({"--dry-run", "--test", folder / "none"}).status, 1);
  EXPECT_EQ(train({"--dry-run", "--init", data}).status, 1);
}

TEST_F(TrialRunTest, FewRowsAreLearnedByHeart) {
  const Arguments before = files();
  const Result result = train({"--overfit", "12", "--learning-rate", "0.5"});
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_NE(result.out.find("overfit: the loss of 12 rows went from"),
            std::string::npos)
      << result.out;
  EXPECT_EQ(files(), before);
}

TEST_F(TrialRunTest, WhatCannotLearnIsTold) {
  const Result result =
      train({"--overfit", "12", "--learning-rate", "0", "--max-steps", "50"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("the model cannot learn them by heart"),
            std::string::npos)
      << result.error;
}

TEST_F(TrialRunTest, RowsOfOneLabelSayNothing) {
  TestData same = sparseData(20);
  for (float &label : same.realLabels)
    label = 1;
  same.write(data);
  const Result result = train({"--overfit", "5"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("have one label"), std::string::npos)
      << result.error;
}

TEST_F(TrialRunTest, WhatKeepsNothingTakesNoFiles) {
  for (const Arguments &arguments :
       {Arguments{"--overfit", "5", "-o", weights},
        Arguments{"--overfit", "5", "--metrics", metrics},
        Arguments{"--overfit", "5", "--tensorboard", folder / "events"},
        Arguments{"--overfit", "5", "--dry-run"}, Arguments{"--overfit", "1"}})
    EXPECT_EQ(train(arguments).status, 2);
}

} // namespace
} // namespace mlc::test
