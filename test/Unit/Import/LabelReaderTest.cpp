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

namespace {
using Labels = std::vector<double>;
using Names = std::vector<std::string>;

/// What becomes of words, one a row; the rule is what was learned.
Labels readWords(LabelRule &rule, const Names &words) {
  LabelReader reader(rule);
  Labels labels;
  for (const std::string &word : words)
    labels.push_back(reader.read(word));
  reader.learn(labels);
  reader.resolve(labels);
  rule = reader.rule();
  return labels;
}

std::string learnError(LabelRule rule, const Names &words) {
  return inputError([&] { readWords(rule, words); });
}
} // namespace

TEST(LabelReader, TwoWordsAreBinary) {
  LabelRule rule;
  EXPECT_EQ(readWords(rule, {"spam", " ham\t", "spam", "ham"}),
            (Labels{1, 0, 1, 0}));
  EXPECT_EQ(rule.names, (Names{"ham", "spam"}));
  EXPECT_EQ(rule.kind, LabelKind::Binary);
  rule = {.positive = "ham"};
  EXPECT_EQ(readWords(rule, {"spam", "ham"}), (Labels{0, 1}));
  EXPECT_EQ(rule.names, (Names{"spam", "ham"}));
  rule = {};
  EXPECT_EQ(readWords(rule, {"true", "false"}), (Labels{1, 0}));
  rule = {.kind = LabelKind::Classes};
  EXPECT_EQ(readWords(rule, {"b", "a"}), (Labels{1, 0}));
  EXPECT_TRUE(rule.hasClasses());
}

TEST(LabelReader, MoreWordsAreClassesInTheOrderOfTheirBytes) {
  LabelRule rule;
  EXPECT_EQ(readWords(rule, {"b", "\xc3\xa9", "Z", "b", "10"}),
            (Labels{2, 3, 1, 2, 0}));
  EXPECT_EQ(rule.names, (Names{"10", "Z", "b", "\xc3\xa9"}));
  EXPECT_EQ(rule.kind, LabelKind::Classes);
  // Where all are numbers, in theirs.
  rule = {.form = LabelForm::Words};
  EXPECT_EQ(readWords(rule, {"10", "9", "-1"}), (Labels{2, 1, 0}));
}

TEST(LabelReader, WordsOfATrainingSet) {
  const LabelRule rule = {.form = LabelForm::Words, .names = {"ham", "spam"}};
  LabelReader reader(rule);
  Labels labels = {reader.read("spam"), reader.read("ham")};
  reader.learn({});
  reader.resolve(labels);
  EXPECT_EQ(labels, (Labels{1, 0}));
  for (const char *token : {"egg", "1", "Spam"})
    EXPECT_NE(
        labelError(rule, token)
            .find("expected one of the classes of the training set (\"ham\", "
                  "\"spam\"), but got \"" +
                  std::string(token) + "\"; "),
        std::string::npos)
        << token;
  EXPECT_NE(labelError({.form = LabelForm::Numbers}, "ham")
                .find("a number, as in the training set, but got \"ham\""),
            std::string::npos);
}

TEST(LabelReader, BrokenWords) {
  EXPECT_NE(learnError({}, {"spam", "spam"}).find("every label is \"spam\""),
            std::string::npos);
  EXPECT_NE(learnError({.isKindGiven = true}, {"a", "b", "c"})
                .find("expected two classes for --labels binary, but got 3"),
            std::string::npos);
  EXPECT_NE(learnError({.positive = "x"}, {"a", "b"}).find("(--positive)"),
            std::string::npos);
  EXPECT_NE(learnError({.positive = "a"}, {"a", "b", "c"}).find("(--positive)"),
            std::string::npos);
  EXPECT_NE(learnError({.positive = "1"}, {"1", "0"}).find("but got numbers"),
            std::string::npos);
  EXPECT_NE(labelError({}, "a\nb").find("without tabs and line ends"),
            std::string::npos);
  EXPECT_NE(labelError({}, "a\xe9").find("the byte 0xe9"), std::string::npos);
  EXPECT_NE(labelError({}, std::string(maxLabelBytes + 1, 'x'))
                .find("at most 256 bytes"),
            std::string::npos);
  LabelReader mixed({});
  mixed.read("1");
  try {
    mixed.read("spam");
    ADD_FAILURE();
  } catch (const LabelError &error) {
    EXPECT_NE(std::string(error.what()).find("give --labels names"),
              std::string::npos);
  }
}

TEST(LabelReader, AnyNumberOfLabels) {
  LabelReader reader({.form = LabelForm::Several, .separator = ";"});
  SparseRows rows;
  for (const char *token : {"b;a", "", " c ", "b; b"})
    rows.endRow(reader.read(token));
  reader.learn(rows.labels);
  reader.addColumns(rows);
  EXPECT_EQ(reader.rule().names, (Names{"a", "b", "c"}));
  EXPECT_EQ(rows.labelColumns, 3);
  EXPECT_EQ(rows.severalLabels,
            (std::vector<float>{1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0}));
  // Those that training rows alone do not have.
  reader.learn(Labels{rows.labels[0]});
  LabelReader other({.form = LabelForm::Several, .separator = ";"});
  const double known = other.read("a"), unknown = other.read("z");
  other.learn(Labels{known});
  SparseRows aside;
  aside.endRow(unknown);
  EXPECT_NE(inputError([&] {
              other.addColumns(aside);
            }).find("the class \"z\" is only among the examples that were set"),
            std::string::npos);
}

TEST(LabelReader, SeveralColumns) {
  using Tokens = std::vector<std::string_view>;
  const Tokens names = {"x", "y"};
  LabelReader binary({});
  SparseRows rows;
  rows.endRow(binary.readColumns(names, Tokens{"1", "0"}));
  rows.endRow(binary.readColumns(names, Tokens{"True", " 1"}));
  binary.learn(rows.labels);
  binary.addColumns(rows);
  EXPECT_EQ(rows.severalLabels, (std::vector<float>{1, 0, 1, 1}));
  EXPECT_EQ(binary.rule().names, (Names{"x", "y"}));

  LabelReader numbers({.kind = LabelKind::Numbers});
  SparseRows targets;
  targets.endRow(numbers.readColumns(names, Tokens{"1e3", "-0.5"}));
  numbers.learn(targets.labels);
  numbers.addColumns(targets);
  EXPECT_EQ(targets.severalLabels, (std::vector<float>{1000, -0.5}));

  const auto failure = [&](LabelReader &reader, const Tokens &columns,
                           const Tokens &tokens) -> std::string {
    try {
      reader.readColumns(columns, tokens);
    } catch (const LabelError &error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(failure(binary, names, {"1", "2"}).find("0 or 1 in \"y\""),
            std::string::npos);
  EXPECT_NE(failure(numbers, names, {"true", "2"}).find("a number in \"x\""),
            std::string::npos);
  EXPECT_NE(failure(numbers, names, {"1", "nan"}).find("a number in \"y\""),
            std::string::npos);
  EXPECT_NE(
      failure(numbers, {"y", "x"}, {"1", "2"}).find("in the same columns"),
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
