//===- TableCommandTest.cpp - The command mlc data on tables --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/TableRows.h"
#include "Support/DataCommand.h"
#include "Support/Files.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {
using Arguments = std::vector<std::string>;

class TableCommand : public testing::Test {
protected:
  Outcome run(const std::string &name, Arguments more, const char *output) {
    more.insert(more.begin(), {folder / name, "-o", folder / output});
    return runData(more);
  }
  /// The bytes of the data set that is made.
  std::string make(const std::string &name, const std::string &text,
                   const Arguments &more = {}, const char *output = "made.st") {
    writeFile(folder / name, text);
    outcome = run(name, more, output);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return outcome.status == 0 ? readFile(folder / output) : "";
  }
  std::vector<float> features(const char *name = "made.st") {
    return elements(Dataset(folder / name).features());
  }

  TemporaryFolder folder;
  Outcome outcome = {};
};

const std::string iris = "sepal,petal,species\n"
                         "5.1,1.4,setosa\n7,4.7,versicolor\n6.3,6,virginica\n"
                         "4.9,1.4,setosa\n";
} // namespace

TEST_F(TableCommand, NumbersAndClasses) {
  make("iris.csv", iris, {"--label-column", "species", "--scale", "none"});
  const Dataset data(folder / "made.st");
  EXPECT_EQ(data.width(), 2);
  EXPECT_EQ(elements(data.features()), // petal, sepal
            (std::vector<float>{1.4f, 5.1f, 4.7f, 7, 6, 6.3f, 1.4f, 4.9f}));
  EXPECT_EQ(elements(data.classLabels()),
            (std::vector<std::int32_t>{0, 1, 2, 0}));
  EXPECT_EQ(data.classNames(),
            (std::vector<std::string>{"setosa", "versicolor", "virginica"}));
}

TEST_F(TableCommand, TheOrderOfColumnsChangesNothing) {
  const std::string train = make("a.csv", "n,c,y,m\n1,a,p,4\n2,b,q,\n9,c,p,6\n",
                                 {"--label-column", "y"}, "train.st");
  EXPECT_TRUE(make("b.csv", "m,y,c,n\n4,p,a,1\n,q,b,2\n6,p,c,9\n",
                   {"--label-column", "y"}) == train);
  EXPECT_TRUE(make("b.jsonl",
                   "{\"y\": \"p\", \"m\": 4, \"c\": \"a\", \"n\": 1}\n"
                   "{\"y\": \"q\", \"m\": null, \"c\": \"b\", \"n\": 2}\n"
                   "{\"y\": \"p\", \"m\": 6, \"c\": \"c\", \"n\": 9}\n",
                   {"--label-column", "y", "--numeric", "n"}) == train);
  // The same by the transform that was learned, whatever else is there.
  EXPECT_TRUE(make("c.tsv",
                   "m\tnew\ty\tc\tn\n4\t?\tp\ta\t1\n\t?\tq\tb\t2\n6\t?"
                   "\tp\tc\t9\n",
                   {"--like", folder / "train.st"}) == train);
  EXPECT_NE(outcome.err.find("the training set did not use \"new\""),
            std::string::npos)
      << outcome.err;
}

TEST_F(TableCommand, WhatWasLearnedIsUsedAgain) {
  make("train.csv", "x,c,y\n0,a,0\n10,b,1\n20,a,1\n",
       {"--label-column", "y", "--scale", "standard"}, "train.st");
  make("test.csv", "y,x,c\n1,10,z\n0,,a\n", {"--like", folder / "train.st"},
       "test.st");
  EXPECT_EQ(features("test.st"), (std::vector<float>{0, 0, 0, 1}));
  writeFile(folder / "bad.csv", "y,x,c\n1,10,a\n0,ten,a\n");
  Outcome bad = run("bad.csv", {"--like", folder / "train.st"}, "none.st");
  EXPECT_NE(bad.err.find("bad.csv:3:3: expected a number in \"x\", as the "
                         "training set has, but got \"ten\""),
            std::string::npos)
      << bad.err;
  writeFile(folder / "bad.csv", "y,c\n1,a\n");
  bad = run("bad.csv", {"--like", folder / "train.st"}, "none.st");
  EXPECT_NE(
      bad.err.find("bad.csv:1:1: expected a column \"x\", as the training"),
      std::string::npos)
      << bad.err;
}

TEST_F(TableCommand, Targets) {
  make("d.csv", "carat,price\n1,100\n2,300\n", {"--label-column", "price"});
  const Dataset data(folder / "made.st");
  EXPECT_EQ(elements(data.realLabels()), (std::vector<float>{-1, 1}));
  ASSERT_TRUE(data.target().has_value());
  EXPECT_EQ(data.target()->mean, 200);
  EXPECT_EQ(data.target()->deviation, 100);
  EXPECT_NE(outcome.err.find("\"price\" is learned as a quantity"),
            std::string::npos)
      << outcome.err;
  // By the scale that was learned.
  std::filesystem::rename(folder / "made.st", folder / "train.st");
  make("e.csv", "price,carat\n250,1\n", {"--like", folder / "train.st"});
  EXPECT_EQ(elements(Dataset(folder / "made.st").realLabels()),
            (std::vector<float>{0.5}));
  make("d.csv", "carat,price\n1,100\n2,300\n",
       {"--label-column", "price", "--labels", "numbers", "--scale", "none"});
  EXPECT_EQ(elements(Dataset(folder / "made.st").realLabels()),
            (std::vector<float>{100, 300}));
  make("d.csv", "carat,price\n1,100\n2,300\n",
       {"--label-column", "price", "--labels", "names"});
  EXPECT_EQ(Dataset(folder / "made.st").classNames(),
            (std::vector<std::string>{"100", "300"}));
}

TEST_F(TableCommand, WhatColumnsAre) {
  const std::string text = "id,zip,n,y\na1,10,1,0\na2,20,2,1\na3,10,?,1\n";
  make("x.csv", text,
       {"--label-column", "y", "--categorical", "zip", "--ignore", "id",
        "--missing", "?", "--scale", "none"});
  // n, whether n is missing, zip (10 is 1, 20 is -1)
  EXPECT_EQ(features(), (std::vector<float>{1, 0, 1, 2, 0, -1, 1.5, 1, 1}));
  const std::string byOptions = readFile(folder / "made.st");
  writeFile(folder / "x.cd", "3\tLabel\n0\tSampleId\n1\tCateg\tzip\n2\tNum\n");
  EXPECT_TRUE(make("x.csv", text,
                   {"--columns", folder / "x.cd", "--missing", "?", "--scale",
                    "none"}) == byOptions);
  make("x.csv", text, {"--label-column", "y", "--ignore", "id,zip"});
  EXPECT_EQ(Dataset(folder / "made.st").width(), 3); // n is a category: 1 2 ?
}

/// Texts and a table in one row: words, then numbers.
TEST_F(TableCommand, TextsBesideNumbers) {
  make("x.csv", "stars,review,y\n1,good film,1\n3,bad film,0\n",
       {"--label-column", "y", "--text-column", "review", "--numeric", "stars",
        "--scale", "standard"},
       "train.st");
  const Dataset data(folder / "train.st");
  ASSERT_TRUE(data.isSparse());
  EXPECT_EQ(data.width(), 4); // bad film good stars
  EXPECT_EQ(columnsOf(data), (std::vector<std::int64_t>{1, 2, 3, 0, 1, 3}));
  EXPECT_EQ(elements(data.values()), (std::vector<float>{1, 1, -1, 1, 1, 1}));
  make("y.csv", "y,review,stars\n1,good film,1\n0,bad film,3\n",
       {"--like", folder / "train.st"}, "test.st");
  EXPECT_TRUE(readFile(folder / "test.st") == readFile(folder / "train.st"));
}

TEST_F(TableCommand, SetAside) {
  std::string text = "x,y\n";
  for (int row = 0; row < 40; ++row)
    text += std::to_string(row) + (row % 2 ? ",b\n" : ",a\n");
  make("x.csv", text,
       {"--label-column", "y", "--split", "0.25", "--split-output",
        folder / "aside.st"});
  const Dataset rest(folder / "made.st"), aside(folder / "aside.st");
  EXPECT_EQ(rest.rows(), 30);
  EXPECT_EQ(aside.rows(), 10);
  // Both by the part that was learned from.
  const SafetensorsFile first(folder / "made.st"), second(folder / "aside.st");
  EXPECT_EQ(first.metadata().at("table"), second.metadata().at("table"));
}

TEST_F(TableCommand, ManyFeaturesAreSparse) {
  std::string text = "c,n,y\n";
  for (int row = 0; row < 3000; ++row)
    text += "v" + std::to_string(row) + ",1," + std::to_string(row % 2) + "\n";
  make("x.csv", text,
       {"--label-column", "y", "--categorical", "c", "--scale", "none"});
  const Dataset data(folder / "made.st");
  EXPECT_TRUE(data.isSparse());
  EXPECT_EQ(data.width(), 3001);
  EXPECT_EQ(data.nonzeros(), 6000);
}

TEST_F(TableCommand, MuchMemoryIsSaid) {
  EXPECT_EQ(describeMuchMemory(100'000, 1000), std::nullopt);
  const auto said = describeMuchMemory(1'000'000, 1000);
  ASSERT_TRUE(said);
  EXPECT_TRUE(said->starts_with("1000000 rows of 1000 features take 4.0 GB"))
      << *said;
}

TEST_F(TableCommand, FilesFollowOneAnother) {
  const std::string whole =
      make("x.csv", "a,b,y\n1,2,0\n3,4,1\n", {"--label-column", "y"});
  writeFile(folder / "1.csv", "a,b,y\n1,2,0\n");
  writeFile(folder / "2.csv", "y,b,a\n1,4,3\n");
  outcome = runData({folder / "1.csv", folder / "2.csv", "--label-column", "y",
                     "-o", folder / "made.st"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(readFile(folder / "made.st") == whole);
  writeFile(folder / "2.csv", "y,c,a\n1,4,3\n");
  outcome = runData({folder / "1.csv", folder / "2.csv", "--label-column", "y",
                     "-o", folder / "made.st"});
  EXPECT_NE(outcome.err.find("2.csv:1:1: expected a column \"b\", as in "),
            std::string::npos)
      << outcome.err;
}

TEST_F(TableCommand, AreShown) {
  make("x.csv", "c,n,y\na,1,0\nb,2,1\nc,3,1\n",
       {"--label-column", "y", "--stats"});
  EXPECT_NE(outcome.out.find("features           4, dense"), std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.err.find("scaled by median and quartiles"),
            std::string::npos)
      << outcome.err;
  make("x.csv", "n,y\n100,0\n200,1\n",
       {"--label-column", "y", "--scale", "none"});
  EXPECT_NE(
      outcome.err.find("not scaled, and half of those in \"n\" are beyond"),
      std::string::npos)
      << outcome.err;
}
