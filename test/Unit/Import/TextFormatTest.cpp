//===- TextFormatTest.cpp - What a file is taken for ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/TextFormat.h"

#include <gtest/gtest.h>

using namespace mlc::runtime;

static std::optional<TextFormat> guess(std::string_view line,
                                       std::string_view path = "file") {
  return guessFormat(path, line, TextFields{});
}

TEST(TextFormat, ByTheNameFirst) {
  EXPECT_EQ(guess("{", "a.csv"), TextFormat::Csv);
  EXPECT_EQ(guess("1 2:3", "a.jsonl.gz"), TextFormat::JsonLines);
  EXPECT_EQ(guess("", "a.ndjson"), TextFormat::JsonLines);
  EXPECT_EQ(guess("{", "a.svm.xz"), TextFormat::Libsvm);
  EXPECT_EQ(guess("label,review", "a.feat"), TextFormat::Libsvm);
  EXPECT_EQ(guess("1 2:3", "a.csv.xz"), TextFormat::Csv);
  EXPECT_EQ(guess("", "csv"), std::nullopt);
  EXPECT_EQ(guess("", "a.txt"), std::nullopt);
}

TEST(TextFormat, HeadersThatNameTheColumn) {
  const std::string column = TextFields{}.text;
  EXPECT_EQ(guess(column), TextFormat::Csv);
  EXPECT_EQ(guess("label," + column + "\r"), TextFormat::Csv);
  EXPECT_EQ(guess("a,\"" + column + "\",b"), TextFormat::Csv);
  EXPECT_EQ(guess("\xef\xbb\xbf" + column + ",a"), TextFormat::Csv);
  EXPECT_EQ(guess("a,\"" + column), std::nullopt);
  EXPECT_EQ(guess(column + "s,a\r"), std::nullopt);
}

TEST(TextFormat, ObjectsAndCounts) {
  EXPECT_EQ(guess(" \t{\"a\": 1}"), TextFormat::JsonLines);
  for (const char *line :
       {"# a comment", "1:2 3:4", "1", "+1 2:3", "-0.5 7:1", "3 # of nothing",
        "+1\t0:2", "-1.5", "3:1 4:1", "3\t0:1 x", " 1 2:x"})
    EXPECT_EQ(guess(line), TextFormat::Libsvm) << line;
  for (const char *line : {"", "+", "1 good film", "a film", "1x", "word 1:2",
                           "1 2", "1 2;3", "1 x:3"})
    EXPECT_EQ(guess(line), std::nullopt) << line;
}
