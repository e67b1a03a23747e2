//===- HelpTextTest.cpp - What --help prints ------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/HelpText.h"

#include <gtest/gtest.h>

using namespace mlc::runtime;

TEST(HelpText, BreaksAtSpacesUnderTheDescription) {
  const std::string text = "A sentence of some words.\n"
                           "\n"
                           "Options:\n"
                           "  -h,--help       Print this\n"
                           "  --data FILE     the data set that it is for\n";
  EXPECT_EQ(wrapHelp(text, 0), text);
  EXPECT_EQ(wrapHelp(text, 80), text);
  EXPECT_EQ(wrapHelp(text, 38), "A sentence of some words.\n"
                                "\n"
                                "Options:\n"
                                "  -h,--help       Print this\n"
                                "  --data FILE     the data set that it\n"
                                "                  is for\n");
  // Half of the columns at least are for text.
  EXPECT_EQ(wrapHelp("  --data FILE     the data set that it is for", 24),
            "  --data FILE     the\n"
            "            data set\n"
            "            that it is\n"
            "            for");
}

TEST(HelpText, WordsStayWhole) {
  EXPECT_EQ(wrapHelp("incomprehensibilities are long\n", 10),
            "incomprehensibilities\nare long\n");
  EXPECT_EQ(wrapHelp("                    far\n", 10),
            "                    far\n");
  EXPECT_EQ(wrapHelp("", 10), "");
  for (std::size_t columns = 1; columns < 60; ++columns) {
    const std::string text = "  -x      one  two   three four five six seven";
    std::string words;
    for (char letter : wrapHelp(text, columns))
      if (letter != ' ' && letter != '\n')
        words += letter;
    EXPECT_EQ(words, "-xonetwothreefourfivesixseven") << columns;
  }
}
