//===- LabelReaderTest.cpp - What labels mean -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/LabelReader.h"

#include "Support/Files.h"

#include <gtest/gtest.h>
#include <numeric>

using namespace mlc::runtime;
using namespace mlc::test;

static std::string labelError(LabelRule rule, std::string_view token) {
  try {
    LabelReader(rule).read(token);
  } catch (const LabelError &error) {
    return error.what();
  }
  ADD_FAILURE() << "expected a LabelError of " << token;
  return "";
}

TEST(LabelReader, Numbers) {
  const LabelRule rule = {.kind = LabelKind::Numbers};
  LabelReader reader(rule);
  EXPECT_EQ(reader.read("+2.5"), 2.5);
  EXPECT_EQ(reader.read("-1e3"), -1000);
  for (const char *token : {"", "+", "-", "+-1", "++1", "1 ", "x", "0x1"})
    EXPECT_NE(labelError(rule, token).find("write a number such as 3 or 0.5"),
              std::string::npos)
        << token;
  for (const char *token : {"1e999", "-1e999", "1e39"})
    EXPECT_NE(labelError(rule, token).find("that a float can hold"),
              std::string::npos)
        << token;
  for (const char *token : {"nan", "-inf"})
    EXPECT_NE(labelError(rule, token).find("a label that is finite"),
              std::string::npos)
        << token;
}

TEST(LabelReader, Classes) {
  const LabelRule rule = {.kind = LabelKind::Classes};
  EXPECT_EQ(LabelReader(rule).read("2147483647"), 2147483647);
  for (const char *token : {"-1", "0.5", "2147483648"})
    EXPECT_NE(labelError(rule, token).find("number classes 0, 1, 2, ..."),
              std::string::npos)
        << token;
  EXPECT_NE(labelError(rule, "1e999").find("a class that a float can hold"),
            std::string::npos);
}

TEST(LabelReader, ScoresAreLimited) {
  std::vector<double> labels(maxScores);
  std::iota(labels.begin(), labels.end(), -3);
  EXPECT_EQ(distinctScores(labels), labels);
  labels.push_back(labels.front());
  EXPECT_EQ(distinctScores(labels).size(), maxScores);
  labels.push_back(0.5);
  EXPECT_NE(inputError([&] {
              distinctScores(labels);
            }).find("expected at most 1000 different scores"),
            std::string::npos);
}

TEST(LabelReader, ScoresOfOtherExamples) {
  const LabelRule rule = {.kind = LabelKind::Stars, .scores = {1, 3}};
  std::vector<double> labels = {3, 1};
  scoresToClasses(rule, labels);
  EXPECT_EQ(labels, (std::vector<double>{1, 0}));
  for (const double other : {2.0, 4.0}) {
    labels = {other};
    EXPECT_NE(inputError([&] {
                scoresToClasses(rule, labels);
              }).find("is only among the examples that were set aside"),
              std::string::npos);
  }
}
