//===- LongTextTest.cpp - Texts that are counted in parts -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support.h"
#include "Text/TermTable.h"
#include "Text/TokenBuffer.h"

#include <gtest/gtest.h>
#include <map>
#include <random>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {
using Counts = std::map<std::string, float>;
} // namespace

/// More tokens than are held at a time, of one to three characters, apart by
/// one space now and then by several.
static std::vector<std::string> longText(std::string &text) {
  static constexpr const char *letters[] = {"a", "b", "é", "字"};
  std::mt19937 random(1);
  std::vector<std::string> tokens;
  while (tokens.size() < 3 * TokenBuffer::full + 5) {
    std::string &token = tokens.emplace_back();
    for (unsigned length = 1 + random() % 3; length > 0; --length)
      token += letters[random() % std::size(letters)];
    text += token;
    text.append(random() % 10 == 0 ? 3 : 1, ' ');
  }
  return tokens;
}

static std::string joined(std::span<const std::string> tokens) {
  std::string text;
  for (const std::string &token : tokens)
    text += (text.empty() ? "" : " ") + token;
  return text;
}

/// The n-grams of `least` to `most` of the pieces, which `separator` joins.
static Counts countRuns(const std::vector<std::string> &pieces,
                        const std::string &separator, std::size_t least,
                        std::size_t most) {
  Counts counts;
  for (std::size_t first = 0; first < pieces.size(); ++first) {
    std::string run;
    for (std::size_t length = 1;
         length <= most && first + length <= pieces.size(); ++length) {
      run += (length > 1 ? separator : "") + pieces[first + length - 1];
      if (length >= least)
        ++counts[run];
    }
  }
  return counts;
}

static std::vector<std::string> charactersOf(const std::string &text) {
  std::vector<std::string> characters;
  for (char byte : text) {
    if ((static_cast<unsigned char>(byte) & 0xC0) != 0x80)
      characters.emplace_back();
    characters.back() += byte;
  }
  return characters;
}

/// What a vectorizer makes of the text alone, by the features' names.
static Counts countsOf(const std::string &text,
                       const VectorizerSettings &settings) {
  const auto [vectorizer, rows] = learn(documentsOf({text}), settings);
  std::vector<std::string> names;
  forEachLine(vectorizer.vocabulary(),
              [&](std::string_view name) { names.emplace_back(name); });
  Counts counts;
  for (std::size_t at = 0; at < rows.sparse.indices.size(); ++at)
    counts[names[static_cast<std::size_t>(rows.sparse.indices[at])]] =
        rows.sparse.values[at];
  return counts;
}

TEST(LongText, NgramsOfWords) {
  std::string text;
  const std::vector<std::string> tokens = longText(text);
  for (auto [least, most] : {std::pair(1, 1), {1, 2}, {2, 3}, {3, 3}})
    EXPECT_EQ(countsOf(text, plain(least, most)),
              countRuns(tokens, " ", static_cast<std::size_t>(least),
                        static_cast<std::size_t>(most)))
        << least << ".." << most;
}

TEST(LongText, NgramsOfCharacters) {
  std::string text;
  const std::vector<std::string> characters =
      charactersOf(joined(longText(text)));
  for (auto [least, most] : {std::pair(1, 3), {5, 16}, {16, 16}}) {
    VectorizerSettings settings = plain(least, most);
    settings.text.characters = true;
    EXPECT_EQ(countsOf(text, settings),
              countRuns(characters, "", static_cast<std::size_t>(least),
                        static_cast<std::size_t>(most)))
        << least << ".." << most;
  }
}

TEST(LongText, StopWordsOfAllParts) {
  std::string text;
  std::vector<std::string> tokens = longText(text);
  VectorizerSettings settings = plain(1, 3);
  settings.text.stopWords = {"a", "b", "é"};
  std::erase_if(tokens, [&](const std::string &token) {
    return std::ranges::count(settings.text.stopWords, token) > 0;
  });
  EXPECT_EQ(countsOf(text, settings), countRuns(tokens, " ", 1, 3));
  const std::vector<Document> documents = documentsOf({text});
  MemorySource source(documents);
  const auto counted = CountedDocuments::read(source, settings, 1);
  EXPECT_EQ(counted.lengths()[0], tokens.size());
}

TEST(LongText, HashedTerms) {
  std::string text;
  const std::vector<std::string> tokens = longText(text);
  VectorizerSettings settings = plain(1, 3);
  settings.text.hashBits = 20;
  settings.text.signedHash = true;
  const FeatureRows rows = learn(documentsOf({text}), settings).rows;
  std::map<std::int32_t, float> expected;
  for (const auto &[term, count] : countRuns(tokens, " ", 1, 3)) {
    const std::uint64_t hash = TermTable::hashOf(term);
    expected[static_cast<std::int32_t>(hash & 0xFFFFF)] +=
        hash >> 63 ? -count : count;
  }
  std::erase_if(expected, [](const auto &entry) { return entry.second == 0; });
  std::map<std::int32_t, float> counts;
  for (std::size_t at = 0; at < rows.sparse.indices.size(); ++at)
    counts[rows.sparse.indices[at]] = rows.sparse.values[at];
  EXPECT_EQ(counts, expected);
}
