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
  void expectFailure(const std::string &text, const std::string &message,
                     const Arguments &more = {}, int status = 1) {
    writeFile(folder / "x.csv", text);
    const Outcome failed = run("x.csv", more, "none.st");
    EXPECT_EQ(failed.status, status) << text;
    EXPECT_NE(failed.err.find(message), std::string::npos)
        << text << failed.err;
    if (status == 1)
      EXPECT_NE(failed.err.find("; "), std::string::npos) << failed.err;
    EXPECT_FALSE(std::filesystem::exists(folder / "none.st"));
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
  EXPECT_NE(bad.err.find("bad.csv: expected a column \"x\", as the training"),
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
  EXPECT_NE(outcome.err.find("2.csv: expected a column \"b\", as in "),
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

TEST_F(TableCommand, BrokenTables) {
  const Arguments y = {"--label-column", "y"};
  const auto with = [&](Arguments more) {
    more.insert(more.end(), y.begin(), y.end());
    return more;
  };
  const std::string nul(1, '\0');
  std::string many = "x,y\n";
  for (int row = 0; row <= 1000; ++row)
    many += "v" + std::to_string(row) + ",1\n";
  std::string late = "x,y\n";
  for (int row = 0; row <= 1000; ++row)
    late += std::to_string(row) + ",1\n";
  writeFile(folder / "1.cd", "0\tNum\n2\tLabel\n");
  writeFile(folder / "2.cd", "0 Num\n");
  writeFile(folder / "3.cd", "0\tNumber\n");
  writeFile(folder / "4.cd", "0\tWeight\n");
  writeFile(folder / "5.cd", "x\tNum\n");
  writeFile(folder / "6.cd", "0\tNum\n0\tLabel\n");
  const auto columns = [&](const char *name) {
    return Arguments{"--columns", folder / name};
  };
  const struct {
    std::string text;
    const char *message;
    Arguments more;
    int status = 1;
  } cases[] = {
      // The header.
      {"", "expected a header", y},
      {"\n\n", "expected a header", y},
      {"x,z\n1,2\n", "expected a column \"label\", but got \"x\", \"z\"", {}},
      {"x,z\n1,2\n",
       "expected a column \"y\", but got \"x\", \"z\"; correct "
       "--label-column",
       y},
      {"x,y,y\n1,2,3\n", "has it 2 times", y},
      {"y\n1\n", "expected columns to learn from beside the label", y},
      {"x,y\n", "expected rows, but got none", y},
      {"x,\"y\n1,2\n", "is never closed", y},
      {"x" + nul + ",y\n1,2\n", ":1:2: expected text, but got a NUL", y},
      {"x\xe9,y\n1,2\n", ":1:2: expected UTF-8", y},
      // Records.
      {"x,y\n1,1\n2\n", ":3:2: expected 2 fields as in the header, but got 1",
       y},
      {"x,y\n1,1\n2,0,3\n",
       ":3:5: expected 2 fields as in the header, but got "
       "more",
       y},
      {"x,y\n1,1\n\"2,0\n", ":3:1: the quote that opens here is never", y},
      {"x,y\n1,1\n\"2\"3,0\n", ":3:4: expected a comma or a line's end", y},
      {"x,y\n1,1\n2\"3,0\n", ":3:2: expected no quote inside", y},
      {"x,y\n1,1\n\xff,0\n", ":3:1: expected UTF-8", y},
      {"x,y\n1,1\n" + nul + ",0\n", ":3:1: expected text, but got a NUL", y},
      {"x;y\n1;1\n2;0;3\n", "quote fields that have semicolons in them", y},
      // Labels.
      {"x,y\n1,1\n2,\n", ":3:3: expected a label in \"y\", but got nothing", y},
      {"x,y\n1,1\n2,NA\n", ":3:3: expected a label in \"y\", but got \"NA\"",
       y},
      {"x,y\n1,1\n2,?\n", ":3:3: expected a label in \"y\", but got \"?\"",
       with({"--missing", "?"})},
      {"x,y\n1,a\n2,a\n", "every label is \"a\"", y},
      {"x,y\n1,a\n2,b\n",
       ":2:3: expected a label, but got \"a\"; write a "
       "number",
       with({"--labels", "numbers"})},
      {"x,y\n1,0.5\n2,1\n", ":2:3: expected a class, but got \"0.5\"",
       with({"--labels", "classes"})},
      {"x,y\n1,2\n2,1\n", ":2:3: expected a label of 0 or 1",
       with({"--labels", "binary"})},
      {"x,y\n1,a\n2,b\n3,c\n", "expected two classes for --labels binary",
       with({"--labels", "binary"})},
      {"x,y\n1,a\n2,b\n3,c\n", "expected two classes, one of them \"a\"",
       with({"--positive", "a"})},
      {"x,y\n1,1e39\n2,0\n", "in \"y\": expected a label that a float can hold",
       y},
      {"x,y,z\n1,0,0\n2,1,3\n",
       ":3:5: expected a label of 0 or 1 in \"z\"",
       {"--label-column", "y,z"}},
      {"x,y,z\n1,0,0\n2,1,\n",
       ":3:5: expected a label in \"z\", but got "
       "nothing",
       {"--label-column", "y,z", "--labels", "numbers"}},
      // Cells.
      {"x,y\n1,1\nq,0\n", ":3:1: expected a number, but got \"q\"",
       with({"--numeric", "x"})},
      {"x,y\n1,1\n1e999,0\n", "expected a number, but got \"1e999\"",
       with({"--numeric", "x"})},
      {"x,y\n1,1\n-inf,0\n", "expected a number, but got \"-inf\"",
       with({"--numeric", "x"})},
      {"x,y\n1,1\n1 2,0\n", "expected a number, but got \"1 2\"",
       with({"--numeric", "x"})},
      {"x,y\n1,1\n0x10,0\n", "expected a number, but got \"0x10\"",
       with({"--numeric", "x"})},
      {"x,y\n1e300,1\n2,0\n", "do not fit into 32 bits",
       with({"--scale", "none"})},
      {many, ":1002:1: expected at most 1000 different values", y},
      {late + "q,0\n",
       ":1003:1: expected a number, as the column "
       "has above",
       y},
      {"x,y\n,1\n,0\n", "expected columns to learn from", y},
      // Options.
      {"x,y\n1,1\n", "expected a column \"z\"", with({"--numeric", "z"})},
      {"x,y\n1,1\n", "expected a column \"z\"", with({"--categorical", "z"})},
      {"x,y\n1,1\n", "expected a column \"z\"", with({"--ignore", "z"})},
      {"x,y\n1,1\n", "expected one use of the column \"y\"",
       with({"--numeric", "y"})},
      {"x,y\n1,1\n", "expected one use of the column \"x\"",
       with({"--numeric", "x", "--ignore", "x"})},
      {"x,y\n1,1\n", "expected one use of the column \"x\"",
       with({"--numeric", "x", "--categorical", "x"})},
      {"x,y\n1,1\n", "expected one of robust, standard, none",
       with({"--scale", "most"}), 2},
      {"x,y\n1,1\n", "cannot be read", with({"--columns", "/nowhere.cd"})},
      {"x,y\n1,1\n", "1.cd:2:1: expected a column below 2", columns("1.cd")},
      {"x,y\n1,1\n", "2.cd:1:1: expected INDEX<TAB>TYPE", columns("2.cd")},
      {"x,y\n1,1\n", "3.cd:1:3: expected a type such as", columns("3.cd")},
      {"x,y\n1,1\n", "4.cd:1:3: expected a type other than Weight",
       columns("4.cd")},
      {"x,y\n1,1\n", "5.cd:1:1: expected INDEX<TAB>TYPE", columns("5.cd")},
      {"x,y\n1,1\n", "expected one use of the column \"x\"", columns("6.cd")},
  };
  for (const auto &[text, message, more, status] : cases)
    expectFailure(text, message, more, status);
  // And of JSON.
  const std::pair<const char *, const char *> objects[] = {
      {"{\"x\": 1, \"y\": 1}\n{\"x\": [1], \"y\": 0}\n",
       "x.jsonl:2:1: in \"x\": expected a number or a text, but got"},
      {"{\"x\": 1, \"y\": 1}\n{\"x\": 1, \"x\": 2, \"y\": 0}\n",
       "expected one field \"x\", but the object has it twice"},
      {"{\"x\": 1, \"y\": 1}\n{\"x\": \"a\", \"y\": 0}\n",
       "x.jsonl:2:1: in \"x\": expected a number"},
      {"{\"x\": 1, \"y\": 1}\n{\"x\": 2}\n",
       "x.jsonl:2:1: in \"y\": expected a label in \"y\", but got nothing"},
      {"{\"x\": 1, \"y\": 1}\n[1]\n", "x.jsonl:2:1: expected a JSON object"},
      {"{}\n", "expected JSON objects with columns"},
      {"", "expected JSON objects with columns"},
  };
  for (const auto &[text, message] : objects) {
    writeFile(folder / "x.jsonl", text);
    const Outcome failed = run("x.jsonl", with({"--numeric", "x"}), "none.st");
    EXPECT_EQ(failed.status, 1) << text;
    EXPECT_NE(failed.err.find(message), std::string::npos) << failed.err;
  }
}
