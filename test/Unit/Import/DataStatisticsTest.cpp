//===- DataStatisticsTest.cpp - What a data set is like -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/DataStatistics.h"

#include "Support/Files.h"

#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {
/// Counts with names, labels of any kind.
struct Counts {
  SparseRows rows;
  std::vector<std::string> words;
  LabelRule labels;

  std::string describe(std::vector<std::uint32_t> lengths = {}) const {
    const Vectorizer vectorizer =
        Vectorizer::fit(rows, {.labels = labels}, &words);
    FeatureRows made;
    made.sparse = vectorizer.transform(rows);
    return describeData(made, lengths, {&vectorizer, nullptr, labels});
  }
  void add(double label, std::vector<std::int32_t> features) {
    for (std::int32_t feature : features) {
      rows.indices.push_back(feature);
      rows.values.push_back(1);
    }
    rows.endRow(label);
    rows.width = std::int64_t(words.size());
  }
};
} // namespace

TEST(DataStatistics, TheWholeTable) {
  Counts table{
      .rows = {}, .words = {"the", "good", "bad", "odd"}, .labels = {}};
  for (int row = 0; row < 20; ++row) {
    table.add(1, row < 15 ? std::vector<std::int32_t>{0, 1}
                          : std::vector<std::int32_t>{0});
    table.add(0, row < 15 ? std::vector<std::int32_t>{0, 2}
                          : std::vector<std::int32_t>{});
  }
  // Once in 20: ln(1.5 * 20.5 / (19.5 * 0.5)) = 1.15 is less than the 1.96
  // standard errors of 1.67 each.
  table.add(1, {3});
  std::vector<std::uint32_t> lengths(41, 3);
  lengths[0] = 7;
  EXPECT_EQ(table.describe(lengths),
            "  documents          41\n"
            "  label 0            20 (48.78 %)\n"
            "  label 1            21 (51.22 %)\n"
            "  tokens a text      3 to 7, median 3, mean 3.1\n"
            "  features           4\n"
            "  non-zeros          66, 1.6 a row, 40.244 % of all; 5 rows "
            "without any\n"
            "  telling of 0        bad\n"
            "  telling of 1        good\n");
}

TEST(DataStatistics, NumbersAndStars) {
  Counts table{
      .rows = {}, .words = {"x", "y"}, .labels = {.kind = LabelKind::Numbers}};
  for (int row = 0; row < 20; ++row)
    table.add(row, {row < 10 ? 0 : 1});
  std::string text = table.describe();
  EXPECT_NE(text.find("  label < 9.5        10 (50.00 %)\n"
                      "  label >= 9.5       10 (50.00 %)\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("telling of >= 9.5   y\n"), std::string::npos) << text;
  table.labels = {.kind = LabelKind::Stars, .scores = {1, 7.5}};
  for (double &label : table.rows.labels)
    label = label >= 10;
  text = table.describe();
  EXPECT_NE(text.find("label 1 (7.5 stars) 10"), std::string::npos) << text;
}

TEST(DataStatistics, ManyClassesAreCutOff) {
  Counts table{
      .rows = {}, .words = {"x"}, .labels = {.kind = LabelKind::Classes}};
  for (int row = 0; row < 25; ++row)
    table.add(row, {0});
  const std::string text = table.describe();
  EXPECT_NE(text.find("  label 19           1 (4.00 %)\n"
                      "  ... and 5 labels more\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("telling of 19 "), std::string::npos) << text;
  EXPECT_EQ(text.find("telling of 20 "), std::string::npos) << text;
}

TEST(DataStatistics, WithoutWords) {
  SparseRows rows;
  rows.width = 3;
  rows.indices = {1};
  rows.values = {1};
  rows.endRow(0);
  rows.endRow(1);
  const Vectorizer vectorizer = Vectorizer::fit(rows, {}, nullptr);
  FeatureRows made;
  made.sparse = vectorizer.transform(rows);
  EXPECT_EQ(describeData(made, {}, {&vectorizer, nullptr, {}}),
            "  documents          2\n"
            "  label 0            1 (50.00 %)\n"
            "  label 1            1 (50.00 %)\n"
            "  features           3\n"
            "  non-zeros          1, 0.5 a row, 16.667 % of all; 1 rows "
            "without any\n");
  made.isDense = true;
  const std::string text = describeData(made, {}, {&vectorizer, nullptr, {}});
  EXPECT_TRUE(text.ends_with("  features           3, dense\n")) << text;
}
