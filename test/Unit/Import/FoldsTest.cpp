//===- FoldsTest.cpp - Folds, and what must not leak between them ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/Folds.h"

#include "Error.h"
#include "Support/DataCommand.h"
#include "Support/Files.h"

#include <algorithm>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <set>

using namespace mlc::runtime;
using namespace mlc::test;

static constexpr std::int64_t folds = 3;

TEST(Folds, HaveEachRowOnceAndOfEachLabelAlike) {
  std::vector<double> labels(31, 1);
  std::fill(labels.begin(), labels.begin() + 10, 0);
  std::set<std::size_t> all;
  for (std::int64_t fold = 0; fold < folds; ++fold) {
    const HeldOut parts = holdOutFold(labels, {}, {folds, fold, ""}, true, 5);
    EXPECT_EQ(parts.rest.size() + parts.aside.size(), labels.size());
    EXPECT_TRUE(std::ranges::is_sorted(parts.aside));
    all.insert(parts.aside.begin(), parts.aside.end());
    // 10 and 21 rows of the labels.
    const auto zeros = std::ranges::count_if(
        parts.aside, [](std::size_t row) { return row < 10; });
    EXPECT_EQ(zeros, fold == 0 ? 4 : 3);
    EXPECT_EQ(std::ssize(parts.aside) - zeros, 7);
  }
  EXPECT_EQ(all.size(), labels.size());
}

TEST(Folds, DependOnTheSeedAlone) {
  const std::vector<double> labels(40, 0);
  const auto aside = [&](std::uint64_t seed) {
    return holdOutFold(labels, {}, {4, 1, ""}, true, seed).aside;
  };
  EXPECT_EQ(aside(1), aside(1));
  EXPECT_NE(aside(1), aside(2));
}

TEST(Folds, GroupsStayTogether) {
  std::vector<std::string> groups;
  for (int row = 0; row < 60; ++row)
    groups.push_back(fmt::format("g{}", row % 7));
  groups.insert(groups.end(), 30, "large");
  const std::vector<double> labels(groups.size(), 0);
  std::size_t rows = 0;
  for (std::int64_t fold = 0; fold < folds; ++fold) {
    const HeldOut parts =
        holdOutFold(labels, groups, {folds, fold, "g"}, true, 0);
    std::set<std::string> rest, aside;
    for (std::size_t row : parts.rest)
      rest.insert(groups[row]);
    for (std::size_t row : parts.aside)
      aside.insert(groups[row]);
    for (const std::string &group : aside)
      EXPECT_FALSE(rest.contains(group)) << group;
    // The large group has a fold for itself; the others share two.
    EXPECT_GE(parts.aside.size(), 25u);
    EXPECT_LE(parts.aside.size(), 35u);
    rows += parts.aside.size();
  }
  EXPECT_EQ(rows, groups.size());
  EXPECT_THROW(holdOutFold(labels, groups, {9, 0, "g"}, true, 0), InputError);
  EXPECT_THROW(
      holdOutFold(std::vector<double>(3), groups, {2, 0, "g"}, true, 0),
      InputError);
}

TEST(Folds, NoneIsEmpty) {
  const std::vector<double> labels(2, 0);
  EXPECT_THROW(holdOutFold(labels, {}, {3, 2, ""}, true, 0), InputError);
}

namespace {
/// Makes the first fold of a file, and of another that differs only in the rows
/// that are held out: what is learned must not.
class NoLeak : public testing::Test {
protected:
  static constexpr int rows = 60;

  /// `line` writes a row, and writes another one where `isOdd`.
  template <typename Line>
  void expectNone(const std::string &header, Line line,
                  std::vector<std::string> options, bool byLabel = true) {
    std::vector<double> labels;
    for (int row = 0; row < rows; ++row)
      labels.push_back(row % 2);
    const HeldOut parts =
        holdOutFold(labels, {}, {folds, 0, ""}, byLabel, /*seed=*/0);
    options.insert(options.end(), {"--fold", "1/3", "-q"});
    std::string learned[2], heldOut[2];
    for (int odd = 0; odd < 2; ++odd) {
      std::string text = header.empty() ? "" : header + "\n";
      for (std::size_t row = 0; row < rows; ++row)
        text += line(int(row),
                     odd && std::ranges::binary_search(parts.aside, row)) +
                "\n";
      writeFile(folder / "x.csv", text);
      std::vector<std::string> arguments = {folder / "x.csv", "--split-output",
                                            folder / "held-out.st", "-o",
                                            folder / "train.st"};
      arguments.insert(arguments.end(), options.begin(), options.end());
      const Outcome outcome = runData(arguments);
      ASSERT_EQ(outcome.status, 0) << outcome.err;
      learned[odd] = readFile(folder / "train.st");
      heldOut[odd] = readFile(folder / "held-out.st");
    }
    EXPECT_TRUE(learned[0] == learned[1]);
    EXPECT_FALSE(heldOut[0] == heldOut[1]);
    // Nor do threads matter.
    std::vector<std::string> arguments = {folder / "x.csv",
                                          "--split-output",
                                          folder / "held-out.st",
                                          "-o",
                                          folder / "t.st",
                                          "--threads",
                                          "3"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    EXPECT_EQ(runData(arguments).status, 0);
    EXPECT_TRUE(readFile(folder / "t.st") == learned[1]);
  }

  TemporaryFolder folder;
};

std::string textRow(int row, bool isOdd) {
  return fmt::format("{},word{} common {}", row % 2, row % 7,
                     isOdd ? "strange word1 word1" : "usual");
}
std::string tableRow(int row, bool isOdd) {
  return fmt::format("{},{},{},{}", row % 2, isOdd ? 1e6 : row,
                     isOdd          ? "new"
                     : row % 5 == 0 ? ""
                                    : fmt::format("c{}", row % 3),
                     row % 4 == 0 ? "" : fmt::format("{}", isOdd ? -9 : row));
}
const char *const tableHeader = "label,x,colour,gaps";
} // namespace

TEST_F(NoLeak, OfTheVocabulary) {
  expectNone("label,review", textRow, {"--max-features", "6"});
  expectNone("label,review", textRow, {"--min-df", "2", "--ngrams", "1..2"});
}

TEST_F(NoLeak, OfTheSelectionByLabels) {
  for (const char *selection : {"chi2", "linear"})
    expectNone("label,review", textRow,
               {"--max-features", "6", "--select", selection});
}

TEST_F(NoLeak, OfInverseDocumentFrequencies) {
  expectNone("label,review", textRow,
             {"--value", "tfidf", "--normalize", "l2"});
}

TEST_F(NoLeak, OfFrequenciesOfWhatIsNotLearned) {
  expectNone("label,review", textRow, {"--value", "tfidf", "--hash-bits", "8"});
  writeFile(folder / "words", "common\nusual\nword1\nword2\n");
  expectNone("label,review", textRow,
             {"--value", "tfidf", "--vocabulary", folder / "words"});
}

TEST_F(NoLeak, OfCounts) {
  const auto line = [](int row, bool isOdd) {
    return isOdd ? fmt::format("{} 2:5 9:1", row % 2)
                 : fmt::format("{} 1:{} 3:1", row % 2, row % 5 + 1);
  };
  for (const char *value : {"count", "tfidf"})
    expectNone("", line,
               {"--format", "libsvm", "--value", value, "--max-features", "2"});
}

TEST_F(NoLeak, OfMediansAndQuartiles) {
  expectNone(tableHeader, tableRow, {"--scale", "robust"});
}

TEST_F(NoLeak, OfMeansAndDeviations) {
  expectNone(tableHeader, tableRow, {"--scale", "standard"});
}

TEST_F(NoLeak, OfMediansThatFillGaps) {
  expectNone(tableHeader, tableRow, {"--scale", "none"});
}

TEST_F(NoLeak, OfTargets) {
  expectNone(
      "x,y",
      [](int row, bool isOdd) {
        return fmt::format("{},{}", row, isOdd ? 1000 : row % 13);
      },
      {"--label-column", "y"}, /*byLabel=*/false);
}

TEST_F(NoLeak, OfAShareOfWhatTheFoldLeaves) {
  std::string all = "label,review\n", others = all;
  std::vector<double> labels;
  for (int row = 0; row < rows; ++row) {
    all += textRow(row, row % 3 == 1) + "\n";
    labels.push_back(row % 2);
  }
  const HeldOut parts = holdOutFold(labels, {}, {folds, 1, ""}, true, 4);
  for (std::size_t row : parts.rest)
    others += textRow(int(row), row % 3 == 1) + "\n";
  writeFile(folder / "all.csv", all);
  writeFile(folder / "others.csv", others);
  const auto make = [&](const std::string &name,
                        std::vector<std::string> more) {
    std::vector<std::string> arguments = {folder / (name + ".csv"),
                                          "--split",
                                          "0.2",
                                          "--seed",
                                          "4",
                                          "--split-output",
                                          folder / (name + "-aside.st"),
                                          "-o",
                                          folder / (name + ".st")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = runData(arguments);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
  };
  make("all", {"--fold", "2/3"});
  make("others", {});
  EXPECT_TRUE(readFile(folder / "all.st") == readFile(folder / "others.st"));
  EXPECT_TRUE(readFile(folder / "all-aside.st") ==
              readFile(folder / "others-aside.st"));
}

TEST_F(NoLeak, OfGroupsThereIsNoFeature) {
  std::string text = "label,x,who\n";
  for (int row = 0; row < rows; ++row)
    text += fmt::format("{},{},person {}\n", row % 2, row, row / 6);
  writeFile(folder / "x.csv", text);
  const auto make = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments = {folder / "x.csv", "--split-output",
                                          folder / "held-out.st", "-o",
                                          folder / "train.st"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return runData(arguments);
  };
  const Outcome outcome =
      make({"--fold", "2/5", "--group-column", "who", "--scale", "none"});
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const Dataset heldOut(folder / "held-out.st");
  EXPECT_EQ(heldOut.width(), 1);
  ASSERT_EQ(heldOut.rows(), 12); // Two persons, each with all rows.
  std::set<int> persons;
  for (float x : heldOut.features())
    persons.insert(int(x) / 6);
  EXPECT_EQ(persons.size(), 2u);

  for (const auto &[status, message, more] :
       std::vector<std::tuple<int, std::string, std::vector<std::string>>>{
           {1,
            "expected a column \"whom\"",
            {"--fold", "1/5", "--group-column", "whom"}},
           {2, "--group-column", {"--split", "0.1", "--group-column", "who"}},
           {2, "--fold: expected", {"--fold", "0/5"}},
           {2, "--fold: expected", {"--fold", "6/5"}},
           {2, "--fold: expected", {"--fold", "1/1"}},
           {2, "--fold: expected", {"--fold", "half"}},
           {2, "--split-output: needs --split or --fold", {}}}) {
    const Outcome failed = make(more);
    EXPECT_EQ(failed.status, status) << failed.err;
    EXPECT_NE(failed.err.find(message), std::string::npos) << failed.err;
  }
}
