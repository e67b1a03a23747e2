//===- PlacedTokenTest.cpp - Tokens and where they stand in a text --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Tokenizer.h"

#include <gtest/gtest.h>
#include <random>

using namespace mlc::runtime;

namespace {

constexpr TokenizerKind kinds[] = {TokenizerKind::Imdb, TokenizerKind::Words,
                                   TokenizerKind::ScikitLearn,
                                   TokenizerKind::Whitespace};

std::vector<PlacedToken> placed(TokenizerKind kind, std::string_view text) {
  return Tokenizer({.kind = kind}).place(text);
}

/// What the text has there, with `|` between them.
std::string spellings(TokenizerKind kind, std::string_view text) {
  std::string joined;
  for (const PlacedToken &token : placed(kind, text))
    joined += (joined.empty() ? "" : "|") +
              std::string(text.substr(token.begin, token.end - token.begin));
  return joined;
}

TEST(PlacedToken, HaveTheirOriginalSpelling) {
  for (TokenizerKind kind : kinds)
    EXPECT_EQ(spellings(kind, "A GREAT\n film, It was"),
              kind == TokenizerKind::ScikitLearn  ? "GREAT|film|It|was"
              : kind == TokenizerKind::Whitespace ? "A|GREAT|film,|It|was"
                                                  : "A|GREAT|film|It|was");
}

TEST(PlacedToken, AreFoundBehindMarkup) {
  EXPECT_EQ(spellings(TokenizerKind::Imdb,
                      "br <br /><br />Bad. <i>br</i> &#65;bc br"),
            "br|Bad|br|&#65;bc|br");
  EXPECT_EQ(spellings(TokenizerKind::Words,
                      "caf&eacute; <b class=\"bad\">bad</b> &amp; bad"),
            "caf&eacute;|bad|bad");
  const auto tokens = placed(TokenizerKind::Words, "<p>x</p><p>x</p>");
  ASSERT_EQ(tokens.size(), 2u);
  EXPECT_EQ(tokens[0].begin, 3u);
  EXPECT_EQ(tokens[1].begin, 11u);
}

TEST(PlacedToken, KnowOtherScripts) {
  EXPECT_EQ(spellings(TokenizerKind::Words, "STRASSE Straße ÉTÉ don’t 東京"),
            "STRASSE|Straße|ÉTÉ|don’t|東|京");
  EXPECT_EQ(spellings(TokenizerKind::Whitespace, "ΣΑΣ É"), "ΣΑΣ|É");
}

/// What was put together of parts has all of them.
TEST(PlacedToken, OfPartsHaveWhatLiesBetweenNeighbours) {
  EXPECT_EQ(spellings(TokenizerKind::Imdb, "one x'sy two"), "one|x'sy|two");
  EXPECT_EQ(spellings(TokenizerKind::Imdb, "it's well-made s.o.b"),
            "it|well-made|s|o.b");
}

/// The tokens are those of `tokenize`, whatever the text, and their places lie
/// in the text.
TEST(PlacedToken, AreTheTokensOfAnyText) {
  const std::string_view pieces[] = {"a",        "Word",
                                     " ",        "  ",
                                     "\n",       "'",
                                     "'s",       "-",
                                     "--",       ".",
                                     ",",        "!",
                                     "?",        "_",
                                     "<",        ">",
                                     "<b>",      "</b>",
                                     "<!--",     "-->",
                                     "&",        "&#",
                                     "65;",      "amp",
                                     ";",        "&lt;",
                                     "&#x41;",   "é",
                                     "É",        "ß",
                                     "İ",        "Σ",
                                     "’",        "東",
                                     "の",       "😀",
                                     "\xC2\xAD", "\xE2\x80\x8B",
                                     "\xCC\x81", "\xFF",
                                     "\xC3",     "1",
                                     ":)",       "🇩",
                                     "\xC2\x85", "\xE2\x80\xA8",
                                     "ﬁ",        "Å"};
  std::mt19937 engine(1);
  TokenBuffer tokens;
  for (int round = 0; round < 4000; ++round) {
    std::string text;
    for (unsigned count = engine() % 24; count > 0; --count)
      text += pieces[engine() % std::size(pieces)];
    for (TokenizerKind kind : kinds) {
      const Tokenizer tokenizer({.kind = kind});
      tokenizer.tokenize(text, tokens);
      const std::vector<PlacedToken> found = tokenizer.place(text);
      ASSERT_EQ(found.size(), tokens.size()) << text;
      for (std::size_t at = 0; at < found.size(); ++at) {
        EXPECT_EQ(found[at].token, tokens[at]) << text;
        EXPECT_LT(found[at].begin, found[at].end) << text;
        EXPECT_LE(found[at].end, text.size()) << text;
        if (at > 0)
          EXPECT_LE(found[at - 1].begin, found[at].begin) << text;
      }
    }
  }
}

/// Longer than the pieces that tokenizers work on.
TEST(PlacedToken, AreThoseOfLongTexts) {
  std::string text;
  for (int word = 0; word < 20000; ++word)
    text += "Word" + std::to_string(word) + (word % 7 ? " " : ",<br />");
  for (TokenizerKind kind : kinds) {
    const auto found = placed(kind, text);
    for (const PlacedToken &token : found)
      if (token.token.starts_with("word") && token.token.size() < 10)
        EXPECT_EQ(text.substr(token.begin, 1), "W");
  }
}

} // namespace
