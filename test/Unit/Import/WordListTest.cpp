//===- WordListTest.cpp - Lists of words beside texts ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/WordList.h"

#include "Support/DataCommand.h"
#include "Support/Files.h"

#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

using Words = std::vector<std::string>;

TEST(WordList, CommentsAndSpacesAreNoWords) {
  TemporaryFolder folder;
  writeFile(folder / "w",
            "\xef\xbb\xbfthe\n\nand | from snowball\r\n# a comment"
            "\n isn't \t\n | nothing\n#tag\n");
  EXPECT_EQ(readWordList(folder / "w"), (Words{"the", "and", "isn't", "#tag"}));
  writeFile(folder / "w", "# nothing\n\n");
  EXPECT_NE(inputError([&] { readWordList(folder / "w"); }).find("got none"),
            std::string::npos);
}

TEST(WordList, EntriesBecomeTokens) {
  Words words = {"The", "isn\u2019t", "and", "New York", "AND", "!", "it"};
  const Unmatched unmatched = meetTokens(words, {}, 1, 1, false);
  EXPECT_EQ(words,
            (Words{"the", "isn't", "and", "New York", "AND", "!", "it"}));
  EXPECT_EQ(unmatched.count, 3u);
  EXPECT_EQ(unmatched.examples, "\"New York\", \"AND\", \"!\"");
  // Stop words may be there twice.
  Words stop = {"The", "the", "THE"};
  EXPECT_EQ(meetTokens(stop, {}, 1, 1, true).count, 0u);
  EXPECT_EQ(stop, (Words{"the", "the", "the"}));
  Words pairs = {"New York", "york"};
  EXPECT_EQ(meetTokens(pairs, {}, 1, 2, false).count, 0u);
  // As tokens are, but more of them than any term has.
  EXPECT_EQ(meetTokens(pairs, {}, 1, 1, false).count, 1u);
  EXPECT_EQ(pairs, (Words{"new york", "york"}));
  Words sklearn = {"isn't", "i"};
  EXPECT_EQ(
      meetTokens(sklearn, {.kind = TokenizerKind::ScikitLearn}, 1, 1, false)
          .count,
      1u);
  EXPECT_EQ(sklearn, (Words{"isn", "i"}));
}

TEST(WordList, MlcDataSaysWhatCanNeverMatch) {
  TemporaryFolder folder;
  writeFile(folder / "x.csv", "label,review\n1,The film isn't\n0,plot\n");
  writeFile(folder / "stop", "The\nisn\u2019t\nNew York\n");
  const Outcome outcome = runData(
      {folder / "x.csv", "--stop-words", folder / "stop", "-o", folder / "y"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("1 of 3 entries can never be a token of a text: "
                             "\"New York\""),
            std::string::npos)
      << outcome.err;
  const SafetensorsFile file(folder / "y");
  const auto bytes = file.get("vocabulary", ElementType::U8).as<char>();
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), "film\nplot\n");
  // In the order of the list, whatever its case.
  writeFile(folder / "vocabulary", "Plot\nfilm\n");
  EXPECT_EQ(runData({folder / "x.csv", "--vocabulary", folder / "vocabulary",
                     "-o", folder / "y"})
                .status,
            0);
  EXPECT_EQ(columnsOf(Dataset(folder / "y")),
            (std::vector<std::int64_t>{1, 0}));
  writeFile(folder / "x.csv", "label,review\n1,...\n0,plot\n");
  EXPECT_NE(runData({folder / "x.csv", "-o", folder / "y"})
                .err.find("1 text without a token"),
            std::string::npos);
}
