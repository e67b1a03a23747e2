//===- BrokenTablesTest.cpp - What is said of tables that are broken ------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/BrokenInput.h"

using namespace mlc::test;

namespace {
using Arguments = std::vector<std::string>;

class BrokenTables : public BrokenInput {
protected:
  void expectAllRefused(const std::vector<Broken> &cases,
                        const std::string &name = "x.csv") {
    for (const Broken &broken : cases)
      expectRefused(broken, name);
  }
};

/// `option` with a value, and the label's column.
Arguments with(const std::string &option, const std::string &value) {
  return {"--label-column", "y", option, value};
}

const std::string nul(1, '\0');
} // namespace

TEST_F(BrokenTables, Headers) {
  const std::vector<Broken> cases = {
      {"\n\n", "3:1", "expected a header with the names of the columns"},
      {"\xef\xbb\xbf", "2:1", "expected a header with the names"},
      {"x,z\n1,2\n",
       "1:1",
       "expected a column \"label\", but got \"x\", \"z\"; name what is to be "
       "learned by --label-column",
       {}},
      {"x,z\n1,2\n", "1:1",
       "expected a column \"y\", but got \"x\", \"z\"; correct --label-column"},
      {"\n\nx,z\n1,2\n", "3:1", "expected a column \"y\""},
      {"x,y\n1,2\n",
       "1:1",
       "expected a column \"z\", but got \"x\", \"y\"",
       {"--label-column", "y,z"}},
      {"x,y,y\n1,2,3\n", "1:5",
       "expected one column \"y\", but the header has "
       "it 2 times; rename the others"},
      {"y,x, y\n1,2,3\n",
       "1:5",
       "expected one column \"  y\", but the header has it 2 times",
       {"--label-column", "  y"}},
      {"x,x,y\n1,2,3\n", "1:3", "expected one column \"x\"",
       with("--numeric", "x")},
      // Learned without being named; and of two kinds.
      {"x,x,y\n1,2,3\n2,3,4\n", "1:3", "expected one column \"x\", but the"},
      {"x,0,y,0\n1,c,2,3\n2,d,3,4\n", "1:7", "expected one column \"0\""},
      {"\"x\ny\",y,y\n1,2,3\n", "2:6", "expected one column \"y\""},
      {"x,\"y\n1,2\n", "1:3", "the quote that opens here is never closed"},
      {"x,\"y\"z\n1,2\n", "1:6", "expected a comma or a line's end behind"},
      {"x,y\"\n1,2\n", "1:4", "expected no quote inside a field"},
      {"x" + nul + ",y\n1,2\n", "1:2", "expected text, but got a NUL"},
      {"x\xe9,y\n1,2\n", "1:2", "expected UTF-8"},
      {"x,y\n", "2:1", "expected rows, but got none; give a file"},
      {"y\n1\n0\n", "1:1", "expected columns to learn from beside the label"},
      // Another delimiter than was said.
      {"\xef\xbb\xbfx,y\n1,2\n", "1:1",
       "expected a column \"y\", but got \"x,y\"",
       with("--delimiter", "semicolon")},
      {"x;y\n1;2\n", "1:1", "expected a column \"y\", but got \"x;y\"",
       with("--delimiter", "tab")},
      {"1,2\n3,4\n",
       "1:1",
       "expected a column \"2\", but got \"0\", \"1\"",
       {"--no-header", "--label-column", "2"}},
  };
  expectAllRefused(cases);
  EXPECT_EQ(count, 22);
}

TEST_F(BrokenTables, Records) {
  const std::string huge(65 << 20, 'a');
  const std::vector<Broken> cases = {
      {"x,y\n1,1\n2\n", "3:2", "expected 2 fields as in the header, but got 1"},
      {"x,y\n1,1\n2,0,3\n", "3:5",
       "expected 2 fields as in the header, but "
       "got more; quote fields that have commas"},
      {"x;y\n1;1\n2;0;3\n", "3:5",
       "expected 2 fields as in the header, but "
       "got more; quote fields that have semicolons"},
      {"1,1\n2,0,3\n",
       "2:5",
       "expected 2 fields as in the first line",
       {"--no-header", "--label-column", "1"}},
      {"x,y\n1,1\n\"2,0\n", "3:1", "the quote that opens here is never closed"},
      {"x,y\n1,1\n\"2\"3,0\n", "3:4", "expected a comma or a line's end"},
      {"x,y\n1,1\n2\"3,0\n", "3:2", "expected no quote inside a field"},
      {"x,y\n1,1\n\"2\n3\"4,0\n", "4:3", "expected a comma or a line's end"},
      {"x,y\n1,1\n\xff,0\n", "3:1", "expected UTF-8"},
      {"x,y\n1,1\n2,\xc3\n", "3:3", "expected UTF-8"},
      {"x,y\n1,1\n" + nul + ",0\n", "3:1", "expected text, but got a NUL"},
      {"x,y\r1,1\r2\r", "3:2", "expected 2 fields as in the header"},
      {"x,y\n1,1\n" + huge + ",0\n", "3:1",
       "expected a line of at most 64 MiB"},
  };
  expectAllRefused(cases);
  EXPECT_EQ(count, 13);
}

TEST_F(BrokenTables, Labels) {
  std::string words = "x,y\n";
  for (int row = 0; row <= 1000; ++row)
    words += "1,v" + std::to_string(row) + "\n";
  std::string late = "x,y\n";
  for (int row = 0; row <= 1000; ++row)
    late += "1," + std::to_string(row) + "\n";
  const std::vector<Broken> cases = {
      {"x,y\n1,1\n2,\n", "3:3", "expected a label in \"y\", but got nothing"},
      {"x,y\n1,1\n2,NA\n", "3:3", "expected a label in \"y\", but got \"NA\""},
      {"x,y\n1,1\n2,?\n", "3:3", "expected a label in \"y\", but got \"?\"",
       with("--missing", "?")},
      {"x,y\n1,a\n2,a\n", "1:3",
       "expected at least two classes, but every "
       "label is \"a\""},
      {"x,y\n1,a\n2,b\n", "2:3",
       "expected a label, but got \"a\"; write a "
       "number",
       with("--labels", "numbers")},
      {"x,y\n1,0.5\n2,1\n", "2:3", "expected a class, but got \"0.5\"",
       with("--labels", "classes")},
      {"x,y\n1,-1\n2,1\n", "2:3", "expected a class, but got \"-1\"",
       with("--labels", "classes")},
      {"x,y\n1,2\n2,1\n", "2:3", "expected a label of 0 or 1",
       with("--labels", "binary")},
      {"x,y\n1,0\n2,-1\n", "3:3", "expected two labels",
       with("--labels", "binary")},
      {"x,y\n1,a\n2,b\n3,c\n", "1:3", "expected two classes for --labels",
       with("--labels", "binary")},
      {"x,y\n1,a\n2,b\n3,c\n", "1:3", "expected two classes, one of them \"a\"",
       with("--positive", "a")},
      {"x,y\n1,1\n2,0\n", "1:3",
       "expected labels that are words for "
       "--positive",
       with("--positive", "1")},
      {"x,y\n1,7\n2,1e39\n", "3:3",
       "expected a number that a float can hold "
       "in \"y\", but got \"1e39\"; scale the labels"},
      {"x,y\n1,7\n2,1e999\n", "3:3",
       "expected a number that a float can hold "
       "in \"y\", but got \"1e999\""},
      {"x,y\n1,7\n2,1e39\n", "3:3", "expected a label that a float can hold",
       with("--labels", "numbers")},
      {"x,y\n1,7\n2,inf\n", "3:3", "expected a label that is finite",
       with("--labels", "numbers")},
      {"x,y,z\n1,0,0\n2,1,3\n",
       "3:5",
       "expected a label of 0 or 1 in \"z\"",
       {"--label-column", "y,z"}},
      {"x,y,z\n1,0,0\n2,1,\n",
       "3:5",
       "expected a label in \"z\", but got "
       "nothing",
       {"--label-column", "y,z", "--labels", "numbers"}},
      {"x,y\n1,0\n2,1\n",
       "1:3",
       "expected different columns, but got \"y\" "
       "twice",
       {"--label-column", "y,y"}},
      {"x,y\n1,a\n2," + std::string(300, 'b') + "\n", "3:3",
       "expected a label of at most 256 bytes"},
      {"x,y\n1,a\n2,\"b\tc\"\n", "3:3", "expected a label without tabs",
       with("--numeric", "x")},
      {words, "1002:3",
       "expected at most 1000 different labels that are "
       "words"},
      {late + "1,w\n", "1003:3", "expected a number, as the column has above"},
  };
  expectAllRefused(cases);
  EXPECT_EQ(count, 23);
}

TEST_F(BrokenTables, Cells) {
  std::string many = "x,y\n";
  for (int row = 0; row <= 1000; ++row)
    many += "v" + std::to_string(row) + ",1\n";
  std::string late = "x,y\n";
  for (int row = 0; row <= 1000; ++row)
    late += std::to_string(row) + ",1\n";
  const Arguments numeric = with("--numeric", "x");
  const std::vector<Broken> cases = {
      {"x,y\n1,1\nq,0\n", "3:1", "expected a number, but got \"q\"; correct it",
       numeric},
      {"x,y\n1,1\n1e999,0\n", "3:1", "expected a number, but got \"1e999\"",
       numeric},
      {"x,y\n1,1\n-inf,0\n", "3:1", "expected a number, but got \"-inf\"",
       numeric},
      {"x,y\n1,1\n1 2,0\n", "3:1", "expected a number, but got \"1 2\"",
       numeric},
      {"x,y\n1,1\n\"1,5\",0\n", "3:1", "expected a number, but got \"1,5\"",
       numeric},
      {"x,y\n1,1\n0x10,0\n", "3:1", "expected a number, but got \"0x10\"",
       numeric},
      {"x,y\n2,0\n1e300,1\n", "3:1",
       "expected a number that a float can hold "
       "in \"x\", but got \"1e300\"",
       with("--scale", "none")},
      {"x,y\n1e308,0\n1e308,1\n2,1\n", "2:1",
       "expected a number that a float "
       "can hold in \"x\"",
       with("--scale", "standard")},
      {many, "1002:1", "expected at most 1000 different values in a column"},
      {late + "q,0\n", "1003:1", "expected a number, as the column has above"},
      {"x,y\n,1\n,0\n", "1:1", "expected columns to learn from"},
  };
  expectAllRefused(cases);
  EXPECT_EQ(count, 11);
}

TEST_F(BrokenTables, WhatColumnsAreSaidToBe) {
  const std::string text = "x,y\n1,1\n2,0\n";
  const auto described = [&](const std::string &description) {
    static int number = 0;
    const std::string name = std::to_string(++number) + ".cd";
    writeFile(folder / name, description);
    return std::pair(name, Arguments{"--columns", "@/" + name});
  };
  for (const char *option : {"--numeric", "--categorical", "--ignore"})
    expectRefused({text, "1:1", "expected a column \"z\", but got \"x\", \"y\"",
                   with(option, "z")},
                  "x.csv");
  expectRefused({text, "1:3", "expected one use of the column \"y\"",
                 with("--numeric", "y")},
                "x.csv");
  for (const char *option : {"--ignore", "--categorical"})
    expectRefused({text,
                   "1:1",
                   "expected one use of the column \"x\"",
                   {"--label-column", "y", "--numeric", "x", option, "x"}},
                  "x.csv");
  const struct {
    const char *description, *place, *message;
  } descriptions[] = {
      {"0\tNum\n2\tLabel\n", "2:1", "expected a column below 2"},
      {"0 Num\n", "1:1", "expected INDEX<TAB>TYPE"},
      {"x\tNum\n", "1:1", "expected INDEX<TAB>TYPE"},
      {"1\tLabel\n0\tNumber\n", "2:3", "expected a type such as Label"},
      {"0\tNum\n0\tLabel\n", "2:1", "expected one line for a column, but 0"},
      {"0\t\xff\n", "1:3", "expected UTF-8"},
  };
  for (const auto &[description, place, message] : descriptions) {
    const auto [name, more] = described(description);
    expectRefused({text, place, message, more, name}, "x.csv");
  }
  expectRefused({text, "", "cannot be read", {"--columns", "@/none"}, "none"},
                "x.csv");
  // What it leaves out is told of the table.
  const auto [name, more] = described("0\tNum\n");
  expectRefused({text, "1:1", "expected a column \"label\"", more}, "x.csv");
  EXPECT_EQ(count, 14);
}

TEST_F(BrokenTables, Json) {
  const std::string one = "{\"x\": 1, \"y\": 1}\n";
  const Arguments numeric = with("--numeric", "x");
  const std::string name = "x.jsonl";
  const std::vector<Broken> cases = {
      {one + "{\"x\": [1], \"y\": 0}\n", "2:7",
       "in \"x\": expected a number or a text, but got", numeric, name},
      {one + "{\"x\": 1, \"x\": 2, \"y\": 0}\n", "2:10",
       "expected one field \"x\", but the object has it twice", numeric, name},
      {one + "{\"x\": \"a\", \"y\": 0}\n", "2:7", "in \"x\": expected a number",
       numeric, name},
      {one + "{\"x\": 2}\n", "2:1",
       "in \"y\": expected a label in \"y\", but got nothing", numeric, name},
      {one + "{\"x\": 2, \"y\": null}\n", "2:15",
       "in \"y\": expected a label in \"y\", but got nothing", numeric, name},
      {one + "{\"x\": 2, \"y\": 1e39}\n", "2:15",
       "expected a number that a float can hold in \"y\"", numeric, name},
      {one + "[1]\n", "2:1", "expected a JSON object", numeric, name},
      {one + "{\"x\": 2, \"y\": 0\n", "2:16", "expected a JSON object", numeric,
       name},
      {one + "{\"x\": 2, \"y\": 0} x\n", "2:18", "expected nothing behind",
       numeric, name},
      {one + "{\"x\": \"\xff\", \"y\": 0}\n", "2:8", "expected UTF-8", numeric,
       name},
      {"{}\n", "1:1", "expected JSON objects with columns", numeric, name},
      {"", "1:1", "expected JSON objects with columns", numeric, name},
      {"{\"z\": 1, \"y\": 1}\n", "1:1", "expected a column \"x\"", numeric,
       name},
      {"{\"x\": 1, \"z\": 1}\n", "1:1", "expected a column \"y\"", numeric,
       name},
  };
  expectAllRefused(cases, name);
  EXPECT_EQ(count, 14);
  // Objects over several lines, and what is said of a column.
  const std::string list = "x.json";
  expectRefused({"[{\"x\": 1, \"y\": 1},\n {\"x\": 2,\n  \"y\": null}]", "3:8",
                 "in \"y\": expected a label", numeric, list},
                list);
  expectRefused({"[{\"x\": 1,\n  \"y\": 1}]", "2:3",
                 "expected one use of the column \"y\"", with("--numeric", "y"),
                 list},
                list);
  expectRefused({"[]", "1:3", "expected documents, but got none", {}, list},
                list);
}

/// Numbers that were set aside, which nothing was learned from: the one that is
/// furthest off is named.
TEST_F(BrokenTables, NumbersThatCannotBeScaled) {
  // This seed sets the last two of four rows aside.
  const Arguments aside = {
      "--label-column", "y",        "--numeric",      "x",
      "--scale",        "standard", "--split",        "0.5",
      "--seed",         "1",        "--split-output", "@/aside.st"};
  const std::string some = "y,x\n0,1e-30\n1,2e-30\n";
  expectRefused({some + "0,1e20\n1,1e25\n", "5:3",
                 "expected a number near those of the training part in \"x\", "
                 "but got 1e+25, which does not fit into 32 bits",
                 aside},
                "x.csv");
  expectRefused({some + "0,-1e20\n1,1e25\n", "4:3",
                 "expected a number near those of the training part in \"x\", "
                 "but got -1e+20",
                 aside},
                "x.csv");
}

/// By what was learned from another table.
TEST_F(BrokenTables, Like) {
  writeFile(folder / "train.csv", "x,c,y\n0,a,p\n10,b,q\n20,a,q\n");
  const Outcome made = runData(
      {folder / "train.csv", "--label-column", "y", "-o", folder / "train.st"});
  ASSERT_EQ(made.status, 0) << made.err;
  const Arguments like = {"--like", "@/train.st"};
  const std::vector<Broken> cases = {
      {"y,x,c\np,1,a\nq,ten,a\n", "3:3",
       "expected a number in \"x\", as the "
       "training set has, but got \"ten\"",
       like},
      {"y,c\np,a\n", "1:1", "expected a column \"x\", as the training set has",
       like},
      {"y,x,c,x\np,1,a,2\n", "1:7",
       "expected one column \"x\", but the header "
       "has it 2 times",
       like},
      {"y,x,c\np,1,a\nr,1,a\n", "3:1",
       "expected one of the classes of the "
       "training set (\"p\", \"q\")",
       like},
      {"y,x,c\np,1,a\n,1,a\n", "3:1", "expected a label, but got nothing",
       like},
      {"y,x,c\n", "2:1", "expected rows, but got none", like},
      {"y,x,c\np,1\n", "2:4", "expected 3 fields as in the header", like},
  };
  expectAllRefused(cases);
  EXPECT_EQ(count, 7);
}
