//===- SplitTest.cpp - Sets rows aside for validation ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Split.h"

#include "Error.h"
#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

class SplitTest : public testing::Test {
protected:
  Examples open(const MlcProgram &program, const TestData &data) {
    data.write(folder / "data");
    return Examples(program, folder / "data", LabelUse::Needed);
  }

  TemporaryFolder folder;
  MlcProgram sparse = sparseProgram(), real = realProgram();
};

TEST_F(SplitTest, CoversAllRowsOnce) {
  const Examples examples = open(sparse, sparseData(101));
  const Split split = splitRows(examples, 0.25, 1);
  EXPECT_TRUE(std::ranges::is_sorted(split.training));
  EXPECT_TRUE(std::ranges::is_sorted(split.validation));
  std::vector<std::int32_t> all = split.training;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  std::ranges::sort(all);
  for (std::int32_t row = 0; row < 101; ++row)
    ASSERT_EQ(all.at(row), row);
  EXPECT_EQ(all.size(), 101u);
}

TEST_F(SplitTest, KeepsTheProportionOfLabels) {
  TestData data = sparseData(1000);
  std::fill_n(data.realLabels.begin(), 900, 0.0f);
  const Examples examples = open(sparse, data);
  const Split split = splitRows(examples, 0.1, 1);
  EXPECT_EQ(split.validation.size(), 100u);
  EXPECT_EQ(std::ranges::count_if(split.validation,
                                  [](std::int32_t row) { return row >= 900; }),
            10);
}

TEST_F(SplitTest, IsTheSeedsChoice) {
  const Examples examples = open(real, realData(200));
  const Split split = splitRows(examples, 0.5, 1);
  EXPECT_EQ(split.validation.size(), 100u);
  EXPECT_EQ(split.validation, splitRows(examples, 0.5, 1).validation);
  EXPECT_NE(split.validation, splitRows(examples, 0.5, 2).validation);
  // Neither the first rows nor the last.
  EXPECT_NEAR(
      double(std::ranges::count_if(split.validation,
                                   [](std::int32_t row) { return row < 100; })),
      50, 25);
}

TEST_F(SplitTest, RefusesAnEmptyPart) {
  const Examples examples = open(real, realData(10));
  EXPECT_THROW(splitRows(examples, 0.04, 1), InputError);
  EXPECT_THROW(splitRows(examples, 0.96, 1), InputError);
  EXPECT_EQ(splitRows(examples, 0.06, 1).validation.size(), 1u);
}

} // namespace
} // namespace mlc::runtime
