//===- DataWarningsTest.cpp - What is odd about training data -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/DataWarnings.h"

#include "Program/ForwardPass.h"
#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"

#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

using namespace mlc::test;
using Lines = std::vector<std::string>;

class DataWarningsTest : public testing::Test {
protected:
  Lines warningsOf(const MlcProgram &program, const TestData &data) {
    return warningsOf(program, data, allRows(std::int32_t(data.rows())));
  }
  Lines warningsOf(const MlcProgram &program, const TestData &data,
                   const std::vector<std::int32_t> &rows) {
    data.write(path);
    const Examples examples(program, path, LabelUse::Needed);
    Lines lines = dataWarnings(program, examples, rows);
    for (std::string &line : lines) {
      EXPECT_TRUE(line.starts_with(path + ": ")) << line;
      line.erase(0, path.size() + 2);
    }
    return lines;
  }

  TemporaryFolder folder;
  std::string path = folder / "data";
};

TEST_F(DataWarningsTest, GoodDataHaveNone) {
  EXPECT_EQ(warningsOf(sparseProgram(), sparseData(50)), Lines());
  EXPECT_EQ(warningsOf(realProgram(), realData(50)), Lines());
  EXPECT_EQ(warningsOf(classProgram(), classData(50)), Lines());
}

TEST_F(DataWarningsTest, NamesEmptyClasses) {
  TestData data = classData(50);
  std::ranges::replace(data.classLabels, 1, 2);
  EXPECT_EQ(warningsOf(classProgram(), data),
            Lines{"no row to train on is of class 1, so it cannot be learned"});
  std::ranges::fill(data.classLabels, 2);
  EXPECT_EQ(warningsOf(classProgram(), data),
            Lines{"no row to train on is of class 0 (nor of 1 others), so it "
                  "cannot be learned"});
  // Rows of one label: those of a validation part do not count.
  EXPECT_EQ(warningsOf(sparseProgram(), sparseData(50), {0, 1, 2, 3}).front(),
            "every row to train on is negative; there is nothing to tell "
            "apart");
  EXPECT_EQ(warningsOf(sparseProgram(), sparseData(50), {47, 48, 49}).front(),
            "every row to train on is positive; there is nothing to tell "
            "apart");
}

TEST_F(DataWarningsTest, NamesConstantFeatures) {
  TestData dense = realData(50);
  for (std::int64_t row = 0; row < 50; ++row)
    dense.features[row * 5 + 3] = 2.5f;
  EXPECT_EQ(warningsOf(realProgram(), dense),
            Lines{"feature 3 is the same in every row (2.5); nothing can be "
                  "learned from that"});
}

TEST_F(DataWarningsTest, WhatSparseRowsLeaveOutIsZero) {
  TestData data = sparseData(50);
  // Features 0 and 1 in every other row, feature 5 in all but as 1 in all.
  TestData full;
  full.width = data.width;
  full.indptr = {0};
  full.realLabels = data.realLabels;
  for (std::int64_t row = 0; row < 50; ++row) {
    full.indices.insert(full.indices.end(), {std::int32_t(row % 2), 5});
    full.values.insert(full.values.end(), {1, 1});
    full.indptr.push_back(std::int64_t(full.indices.size()));
  }
  EXPECT_EQ(warningsOf(sparseProgram(), full),
            Lines{"18 features (the first is 2) are the same in every row (0); "
                  "nothing can be learned from that"});
}

TEST_F(DataWarningsTest, NamesHugeFeaturesAndTheirRow) {
  TestData dense = realData(50);
  dense.features[7 * 5 + 2] = -3e7f;
  EXPECT_EQ(warningsOf(realProgram(), dense),
            Lines{"feature 2 is huge (-30000000 in row 7); scale such features "
                  "to about 1, or training may diverge"});
  TestData sparse = sparseData(50);
  const auto at = sparse.indptr[11];
  sparse.values[at] = 2e4f;
  sparse.values[sparse.indptr[40]] = 1e5f;
  EXPECT_EQ(warningsOf(sparseProgram(), sparse),
            Lines{"2 features (the first is 0) are huge (20000 in row 11); "
                  "scale such features to about 1, or training may diverge"});
}

} // namespace
} // namespace mlc::runtime
