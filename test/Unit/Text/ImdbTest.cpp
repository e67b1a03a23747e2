//===- ImdbTest.cpp - The counts of the real data set ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Imdb.h"
#include "Text/TermTable.h"
#include "Text/Vectorizer.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

/// The lines of a labeledBow.feat file without their first field, the rating.
static std::vector<std::string_view> countsOf(const std::string &file) {
  std::vector<std::string_view> lines;
  forEachLine(file, [&](std::string_view line) {
    lines.push_back(line.substr(line.find(' ') + 1));
  });
  return lines;
}

class ImdbCounts : public testing::TestWithParam<const char *> {};

// The release's counts follow from its texts, byte for byte.
TEST_P(ImdbCounts, AreTheReleases) {
  const std::string folder = imdbFolder();
  if (folder.empty())
    GTEST_SKIP() << "no IMDB reviews; set MLC_IMDB_DATA to their folder";
  VectorizerSettings settings;
  settings.text.tokenizer = {.kind = TokenizerKind::Imdb,
                             .vocabulary =
                                 readCompressed(folder + "/imdb.vocab.xz")};
  std::vector<std::string> words;
  forEachLine(settings.text.tokenizer.vocabulary,
              [&](std::string_view word) { words.emplace_back(word); });
  const std::vector<Document> reviews = readReviews(GetParam());
  MemorySource source(reviews);
  const auto counted = CountedDocuments::read(source, settings, 2);
  const Vectorizer vectorizer =
      Vectorizer::fit(counted, settings, {.vocabulary = &words}, 2);
  const SparseRows rows = vectorizer.transform(counted, 2).sparse;

  const std::string file =
      readCompressed(folder + "/" + GetParam() + ".labeledBow.feat.xz");
  const std::vector<std::string_view> expected = countsOf(file);
  ASSERT_EQ(rows.size(), expected.size());
  std::string line;
  std::size_t different = 0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    line.clear();
    const auto indices = rows.indicesOf(row);
    const auto values = rows.valuesOf(row);
    for (std::size_t at = 0; at < indices.size(); ++at)
      fmt::format_to(std::back_inserter(line), "{}{}:{:.0f}", at ? " " : "",
                     indices[at], values[at]);
    if (line != expected[row] && ++different == 1)
      ADD_FAILURE() << "review " << row << "\n"
                    << line << "\nexpected\n"
                    << expected[row];
  }
  EXPECT_EQ(different, 0u);
}

INSTANTIATE_TEST_SUITE_P(Parts, ImdbCounts, testing::Values("train", "test"));
