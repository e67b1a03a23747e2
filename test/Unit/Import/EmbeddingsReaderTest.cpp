//===- EmbeddingsReaderTest.cpp - Reading word vectors --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/EmbeddingsReader.h"

#include "Support/Files.h"

#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

static Embeddings readText(const std::string &text) {
  TemporaryFolder folder;
  writeFile(folder / "v.txt", text);
  return readEmbeddings(folder / "v.txt");
}

TEST(EmbeddingsReader, GloveAndWord2vec) {
  for (const char *text : {"film 0.5 -1\ncaf\xc3\xa9 2e-3 4\nfilm 7 7\n",
                           "2 2\nfilm 0.5 -1 \ncaf\xc3\xa9 2e-3 4\r\n"}) {
    const Embeddings embeddings = readText(text);
    EXPECT_EQ(embeddings.dimensions, 2);
    EXPECT_EQ(embeddings.words,
              (std::vector<std::string>{"film", "caf\xc3\xa9"}));
    EXPECT_EQ(embeddings.vectors, (std::vector<float>{0.5f, -1, 2e-3f, 4}));
  }
}

/// A word and one number: no header, unless both are whole numbers.
TEST(EmbeddingsReader, LinesOfTwo) {
  for (const char *text : {"film 1\n", "2 1.5\n", "2x 1\n"}) {
    const Embeddings embeddings = readText(text);
    EXPECT_EQ(embeddings.dimensions, 1) << text;
    EXPECT_EQ(embeddings.words.size(), 1u) << text;
  }
}

TEST(EmbeddingsReader, BrokenFiles) {
  const struct {
    std::string text, message;
  } cases[] = {
      {"", "v.txt: expected word vectors, but got none"},
      {"3 2\n", "v.txt: expected word vectors, but got none"},
      {"film\n", "v.txt:1:1: expected a word and 1 to 4096 numbers"},
      {"\n", "v.txt:1:1: expected a word and 1 to 4096 numbers"},
      {"2 5000\n", "v.txt:1:1: expected a word and 1 to 4096 numbers"},
      {"film 1 2\ngood 1\n", "v.txt:2:7: expected 2 numbers behind the word"},
      {"film 1 2\ngood 1 2 3\n", "v.txt:2:10: expected 2 numbers"},
      {"film 1 x\n", "v.txt:1:8: expected a finite number, but got \"x\""},
      {"film 1 2x\n", "v.txt:1:8: expected a finite number"},
      {"film 1 inf\n", "v.txt:1:8: expected a finite number"},
      {"film 1 1e99\n", "v.txt:1:8: expected a finite number"},
      {"film 1 2\n\xe9 1 2\n", "v.txt:2:1: expected UTF-8"},
      {"film 1 2\n 1 2\n", "v.txt:2:1: expected a word, but got nothing"},
  };
  for (const auto &[text, message] : cases) {
    const std::string error = inputError([&] { readText(text); });
    EXPECT_NE(error.find(message), std::string::npos) << error;
    EXPECT_NE(error.find("; "), std::string::npos) << error;
  }
}
