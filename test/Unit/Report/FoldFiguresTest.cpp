//===- FoldFiguresTest.cpp - Figures of a cross-validation ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report/FoldFigures.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace mlc::runtime {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

const std::vector<FoldFigures> folds = {
    {"1/3", {{"f1", 0.5}, {"roc_auc", undefined}, {"mcc", undefined}}},
    {"2/3", {{"f1", 0.7}, {"roc_auc", 0.75}, {"mcc", undefined}}},
    {"3/3", {{"f1", 0.9}, {"roc_auc", undefined}, {"mcc", undefined}}}};

TEST(FoldFigures, HaveMeansAndDeviationsOfTheSample) {
  const std::vector<Spread> spreads = spreadOf(folds);
  ASSERT_EQ(spreads.size(), 3u);
  EXPECT_DOUBLE_EQ(spreads[0].mean, 0.7);
  EXPECT_DOUBLE_EQ(spreads[0].deviation, 0.2); // sqrt(2 * 0.04 / 2)
  EXPECT_EQ(spreads[0].folds, 3);
  // Undefined ones do not count.
  EXPECT_EQ(spreads[1].mean, 0.75);
  EXPECT_TRUE(std::isnan(spreads[1].deviation));
  EXPECT_TRUE(std::isnan(spreads[2].mean));
  EXPECT_TRUE(spreadOf({}).empty());
}

TEST(FoldFigures, AreTold) {
  const std::vector<Spread> spreads = spreadOf(folds);
  const std::string text = spreadText(spreads, Task::Binary);
  EXPECT_NE(text.find("f1                        0.7000      0.2000\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("mcc                    undefined   undefined\n"),
            std::string::npos)
      << text;
  const std::string json = spreadJson(spreads);
  EXPECT_NE(json.find("\"roc_auc\": 0.75"), std::string::npos) << json;
  EXPECT_NE(json.find("\"mcc\": null"), std::string::npos) << json;
  HtmlPage page("folds");
  addFolds(page, folds, spreads, Task::Binary);
  const std::string html = page.text();
  EXPECT_NE(html.find("data-figure=\"folds/1/roc_auc\" value=\"0.75\""),
            std::string::npos);
  EXPECT_NE(html.find("data-undefined=\"sd/mcc\""), std::string::npos);
}

} // namespace
} // namespace mlc::runtime
