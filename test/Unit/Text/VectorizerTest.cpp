//===- VectorizerTest.cpp - From counts to features -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Vectorizer.h"

#include "Data/SparseRows.h"
#include "Support/Files.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

/// Rows given densely; zeros are left out.
static SparseRows rowsOf(const std::vector<std::vector<float>> &dense) {
  SparseRows rows;
  for (const std::vector<float> &row : dense) {
    for (std::size_t column = 0; column < row.size(); ++column)
      if (row[column] != 0) {
        rows.indices.push_back(std::int32_t(column));
        rows.values.push_back(row[column]);
      }
    rows.endRow(0);
    rows.width = std::max(rows.width, std::int64_t(row.size()));
  }
  return rows;
}

static SparseRows learn(const SparseRows &rows,
                        const VectorizerSettings &settings) {
  return Vectorizer::fit(rows, settings, nullptr).transform(rows);
}

static void expectValues(const SparseRows &rows,
                         const std::vector<float> &expected) {
  ASSERT_EQ(rows.values.size(), expected.size());
  for (std::size_t at = 0; at < expected.size(); ++at)
    EXPECT_FLOAT_EQ(rows.values[at], expected[at]) << at;
}

// The documents "a a b d d d", "b c c", "a b e", "f" as counts of a to f. What
// is expected below is what scikit-learn 1.9.1 returns for them with
// CountVectorizer(max_features=4), TfidfTransformer and normalize.
static const SparseRows documents = rowsOf({{2, 1, 0, 3, 0, 0},
                                            {0, 1, 2, 0, 0, 0},
                                            {1, 1, 0, 0, 1, 0},
                                            {0, 0, 0, 0, 0, 1}});
using Indices = std::vector<std::int32_t>;
using Starts = std::vector<std::int64_t>;
static const Indices keptIndices = {0, 1, 3, 1, 2, 0, 1};
static const Starts keptStarts = {0, 3, 5, 7, 7};

TEST(Vectorizer, KeepsTheMostFrequentColumnsInOrder) {
  SparseRows rows = learn(documents, {.maxFeatures = 4});
  EXPECT_EQ(rows.width, 4);
  EXPECT_EQ(rows.indices, keptIndices);
  EXPECT_EQ(rows.indptr, keptStarts);
  EXPECT_EQ(rows.values, (std::vector<float>{2, 1, 3, 1, 2, 1, 1}));
}

TEST(Vectorizer, TiesGoToTheLowerIndex) {
  // Sums 1, 5, 3, 3, 3: the second and the first two of the last three.
  SparseRows rows =
      learn(rowsOf({{1, 5, 1, 0, 3}, {0, 0, 2, 3, 0}}), {.maxFeatures = 3});
  EXPECT_EQ(rows.indices, (Indices{0, 1, 1, 2}));
  EXPECT_EQ(rows.values, (std::vector<float>{5, 1, 2, 3}));
}

TEST(Vectorizer, KeepsFewerWhereFewerOccur) {
  SparseRows rows =
      learn(rowsOf({{0, 1, 0, 0, 2}, {0, 0, 0, 0, 1}}), {.maxFeatures = 10});
  EXPECT_EQ(rows.width, 2);
  EXPECT_EQ(rows.indices, (Indices{0, 1, 1}));
}

TEST(Vectorizer, Binary) {
  SparseRows rows =
      learn(documents, {.maxFeatures = 4, .value = ValueKind::Binary});
  EXPECT_EQ(rows.values, std::vector<float>(7, 1));
}

TEST(Vectorizer, Log) {
  expectValues(learn(documents, {.maxFeatures = 4, .value = ValueKind::Log}),
               {1.6931472f, 1, 2.0986123f, 1, 1.6931472f, 1, 1});
}

TEST(Vectorizer, TfIdf) {
  expectValues(learn(documents, {.maxFeatures = 4, .value = ValueKind::TfIdf}),
               {3.0216513f, 1.2231436f, 5.7488723f, 1.2231436f, 3.8325815f,
                1.5108256f, 1.2231436f});
}

TEST(Vectorizer, TfIdfL2) {
  SparseRows rows = learn(documents, {.maxFeatures = 4,
                                      .value = ValueKind::TfIdf,
                                      .normalization = Normalization::L2});
  expectValues(rows, {0.45721763f, 0.18507853f, 0.8698839f, 0.30403548f,
                      0.9526607f, 0.77722114f, 0.6292275f});
  EXPECT_EQ(rows.indptr, keptStarts);
}

TEST(Vectorizer, UnknownColumnsAreDropped) {
  Vectorizer all = Vectorizer::fit(documents, {}, nullptr);
  SparseRows rows = all.transform(rowsOf({{0, 1, 0, 0, 0, 2, 9, 9}}));
  EXPECT_EQ(rows.width, 6);
  EXPECT_EQ(rows.indices, (Indices{1, 5}));
}

TEST(Vectorizer, NoFeaturesAtAll) {
  EXPECT_NE(inputError([] {
              Vectorizer::fit(rowsOf({{}, {}}), {}, nullptr);
            }).find("no example has any"),
            std::string::npos);
  EXPECT_THROW(Vectorizer::fit(rowsOf({{0}, {0}}), {.maxFeatures = 3}, nullptr),
               InputError);
}

TEST(Vectorizer, HugeIndicesTakeNoMemory) {
  SparseRows rows;
  rows.indices = {2147483646};
  rows.values = {1};
  rows.width = maxWidth;
  rows.endRow(1);
  EXPECT_EQ(learn(rows, {}).width, maxWidth);
  EXPECT_EQ(learn(rows, {.maxFeatures = 1, .value = ValueKind::TfIdf}).width,
            1);
  EXPECT_NE(inputError([&] {
              learn(rows, {.value = ValueKind::TfIdf});
            }).find("give --max-features"),
            std::string::npos);
}
