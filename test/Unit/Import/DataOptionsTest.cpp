//===- DataOptionsTest.cpp - Options of mlc data --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/DataCommand.h"
#include "Support/Files.h"

#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;
using Arguments = std::vector<std::string>;

namespace {
class DataOptions : public testing::Test {
protected:
  DataOptions() {
    writeFile(folder / "x.csv", "label,review,a/b\n1,good film,p\n"
                                "0,bad film,q\n1,good one,r\n");
  }
  Outcome run(Arguments arguments) {
    arguments.insert(arguments.begin(), {folder / "x.csv", "-o", folder / "y"});
    return runData(arguments);
  }
  std::int64_t widthWith(const Arguments &arguments) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return outcome.status == 0 ? Dataset(folder / "y").width() : 0;
  }
  void expectWrongUse(const Arguments &arguments, const std::string &part) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, 2) << arguments.back();
    EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  }

  TemporaryFolder folder;
};
} // namespace

TEST_F(DataOptions, Lengths) {
  EXPECT_EQ(widthWith({"--ngrams", "1"}), 4);    // bad film good one
  EXPECT_EQ(widthWith({"--ngrams", "1..2"}), 7); // and three pairs
  EXPECT_GT(widthWith({"--char-ngrams", "2..3"}), 7);
  EXPECT_EQ(widthWith({"--min-length", "4"}), 2); // film good
  for (const char *bad : {"", "x", "1..", "..2", "1..x", "1...2", "1.."})
    expectWrongUse({"--ngrams", bad}, "--ngrams: expected a length such as 2");
}

TEST_F(DataOptions, Shares) {
  EXPECT_EQ(widthWith({"--min-df", "2"}), 2);
  EXPECT_EQ(widthWith({"--min-df", "0.5"}), 2);
  EXPECT_EQ(widthWith({"--max-df", "0.5"}), 2);
  for (const char *bad : {"", "x", "-1", "1.5", "-0.5", "0.5x"})
    expectWrongUse({"--min-df", bad},
                   "--min-df: expected a number of examples");
}

TEST_F(DataOptions, BytesThatAreReplaced) {
  writeFile(folder / "x.csv", "label,review\n1,caf\xe9\n0,tea\n");
  EXPECT_EQ(run({}).status, 1);
  EXPECT_EQ(run({"--replace-invalid"}).status, 0);
  writeFile(folder / "y.jsonl", "{\"review\": \"tea\", \"label\": 1} \n"
                                "{\"review\": \"\\u0000\", \"label\": 0}\n");
  EXPECT_EQ(runData({folder / "y.jsonl", "-o", folder / "z"}).status, 1);
  EXPECT_EQ(
      runData({folder / "y.jsonl", "-o", folder / "z", "--replace-invalid"})
          .status,
      0);
}

/// A slash may be escaped in JSON, so that its bytes do not tell.
TEST_F(DataOptions, ColumnsOfAnyName) {
  EXPECT_EQ(widthWith({"--text-column", "a/b", "--min-length", "1"}), 3);
  writeFile(folder / "x.jsonl", "{\"a\\/b\": \"p\", \"label\": 1}\n"
                                "{\"a/b\": \"q\", \"label\": 0}\n");
  const Arguments arguments = {folder / "x.jsonl", "-o", folder / "y",
                               "--text-column", "a/b"};
  EXPECT_EQ(runData(arguments).status, 0);
  writeFile(folder / "x.jsonl",
            "{\"a/b\": \"q\", \"label\": 0, \"a\\/b\": \"p\"}\n");
  const Outcome twice = runData(arguments);
  EXPECT_EQ(twice.status, 1);
  EXPECT_NE(twice.err.find("twice"), std::string::npos) << twice.err;
  // A tab can only be an escape.
  writeFile(folder / "x.jsonl",
            "{\"a\\tb\": \"q\", \"label\": 0, \"a\\tb\": \"p\"}\n");
  const Outcome tab = runData(
      {folder / "x.jsonl", "-o", folder / "y", "--text-column", "a\tb"});
  EXPECT_EQ(tab.status, 1);
  EXPECT_NE(tab.err.find("twice"), std::string::npos) << tab.err;
}

TEST_F(DataOptions, HeadersOfManyColumns) {
  std::string header = "c0";
  for (int column = 1; column < 12; ++column)
    header += ",c" + std::to_string(column);
  writeFile(folder / "x.csv", header + "\n");
  const Outcome some = run({});
  EXPECT_EQ(some.status, 1);
  EXPECT_NE(some.err.find(
                "\"c9\", ...; name what is to be learned by --label-column"),
            std::string::npos)
      << some.err;
  writeFile(folder / "x.csv", std::string(10'000, ',') + "review\n");
  EXPECT_NE(run({}).err.find("expected at most 10000 columns"),
            std::string::npos);
}
