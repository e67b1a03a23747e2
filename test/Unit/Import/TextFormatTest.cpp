//===- TextFormatTest.cpp - What a file is taken for ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/TextFormat.h"

#include <gtest/gtest.h>

using namespace mlc::runtime;

static std::optional<TextFormat> guess(std::string_view text) {
  return guessFormat(text, /*isWhole=*/true, TextFields{});
}

TEST(TextFormat, ByTheNameFirst) {
  EXPECT_EQ(guessFormat("a.csv"), TextFormat::Csv);
  EXPECT_EQ(guessFormat("a.tsv.zip"), TextFormat::Csv);
  EXPECT_EQ(guessFormat("a.jsonl.gz"), TextFormat::JsonLines);
  EXPECT_EQ(guessFormat("a.ndjson"), TextFormat::JsonLines);
  EXPECT_EQ(guessFormat("x.zip/a.json"), TextFormat::Json);
  EXPECT_EQ(guessFormat("a.svm.xz"), TextFormat::Libsvm);
  EXPECT_EQ(guessFormat("a.feat"), TextFormat::Libsvm);
  EXPECT_EQ(guessFormat("a.vw.bz2"), TextFormat::Vowpal);
  EXPECT_EQ(guessFormat("csv"), std::nullopt);
  EXPECT_EQ(guessFormat("a.txt"), std::nullopt);
}

TEST(TextFormat, HeadersThatNameTheColumn) {
  const std::string column = TextFields{}.text;
  EXPECT_EQ(guess(column), TextFormat::Csv);
  EXPECT_EQ(guess("label," + column + "\r"), TextFormat::Csv);
  EXPECT_EQ(guess("a,\"" + column + "\",b"), TextFormat::Csv);
  EXPECT_EQ(guess("\xef\xbb\xbf" + column + ",a"), TextFormat::Csv);
  EXPECT_EQ(guess("a,\"" + column), TextFormat::Csv);
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

TEST(TextFormat, RecordsThatAreRegular) {
  for (const char *text : {"a\tb c\nd\te\n", "ham\tx, y\nspam\tz, a, b\n",
                           "x;y\n1;2\n", "1,2\n3,4\n", "\"a,b\",c\n\"d\",e\n"})
    EXPECT_EQ(guess(text), TextFormat::Csv) << text;
  for (const char *text : {"a, b\nc\n", "one line, alone", "a b\nc d\n"})
    EXPECT_EQ(guess(text), std::nullopt) << text;
}

TEST(TextFormat, OtherLines) {
  EXPECT_EQ(guess("__label__a b c\n"), TextFormat::FastText);
  EXPECT_EQ(guess("[\n {\"a\": 1}]"), TextFormat::Json);
  EXPECT_EQ(guess("{\n \"a\": 1}\n"), TextFormat::Json);
  EXPECT_EQ(guess("1 |f a b\n"), TextFormat::Vowpal);
  EXPECT_EQ(guess("-1 1.0 'tag| a b\n"), TextFormat::Vowpal);
  EXPECT_EQ(guess("| a b\n"), TextFormat::Vowpal);
  EXPECT_EQ(guess("0 qid:3 1:2\n"), TextFormat::Libsvm);
  EXPECT_EQ(guess("0,2 1:2\n"), TextFormat::Libsvm);
  EXPECT_EQ(guess(std::string_view("1,\0\n3,4\n", 8)), std::nullopt);
  EXPECT_EQ(guess(std::string_view("1,2\n3,4\n5,\0\n", 13)), TextFormat::Csv);
}
