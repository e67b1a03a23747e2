//===- TokenizerTest.cpp - Texts and their tokens -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Tokenizer.h"

#include <gtest/gtest.h>
#include <random>

using namespace mlc::runtime;
using namespace std::string_literals;

/// The tokens, with `|` between them.
static std::string tokens(const TokenizerSettings &settings,
                          std::string_view text) {
  TokenBuffer buffer;
  Tokenizer(settings).tokenize(text, buffer);
  std::string joined;
  for (std::size_t at = 0; at < buffer.size(); ++at)
    joined.append(at ? "|" : "").append(buffer[at]);
  return joined;
}

static std::string words(std::string_view text) {
  return tokens({.kind = TokenizerKind::Words}, text);
}
static std::string imdb(std::string_view text, std::string vocabulary = "") {
  return tokens({.kind = TokenizerKind::Imdb, .vocabulary = vocabulary}, text);
}
static std::string scikitLearn(std::string_view text) {
  return tokens({.kind = TokenizerKind::ScikitLearn}, text);
}
static std::string whitespace(std::string_view text) {
  return tokens({.kind = TokenizerKind::Whitespace}, text);
}

TEST(Tokenizer, WhitespaceLowersAndSplits) {
  EXPECT_EQ(whitespace("  It's\tGOOD,\n\nvery.  "), "it's|good,|very.");
  EXPECT_EQ(whitespace(""), "");
  EXPECT_EQ(whitespace(" \t\r\n\v\f"), "");
  // Unicode's spaces, U+0085 and U+00A0 too, and U+200B.
  EXPECT_EQ(whitespace("a\u0085b\u00A0c\u2003d\u3000e\u2028f\u200Bg"),
            "a|b|c|d|e|f|g");
  EXPECT_EQ(whitespace("a\0b"s), "a\0b"s);
}

TEST(Tokenizer, LowerCaseIsUnicodes) {
  // As Python's str.lower: a final sigma, a dotted I, letters of other lengths.
  EXPECT_EQ(whitespace("ÀÉ ΟΔΟΣ ΣΑΣ Σ İ Ⱥ ẞ ǅ"), "àé|οδος|σας|σ|i\u0307|ⱥ|ß|ǆ");
  EXPECT_EQ(whitespace("ΑΣ.Β ΑΣ. Σ"), "ασ.β|ας.|σ");
  // Blocks of 32 bytes and what is left of them.
  const std::string capitals(100, 'Q'), small(100, 'q');
  EXPECT_EQ(whitespace(capitals), small);
  EXPECT_EQ(whitespace(capitals + "É" + capitals), small + "é" + small);
}

TEST(Tokenizer, BrokenUtf8IsReplaced) {
  EXPECT_EQ(whitespace("a\xFF"
                       "b"),
            "a\uFFFDb");
  EXPECT_EQ(whitespace("\xC3"), "\uFFFD");
  EXPECT_EQ(whitespace("x \xE2\x82"), "x|\uFFFD\uFFFD");
  EXPECT_EQ(whitespace("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD"); // A surrogate.
  EXPECT_EQ(words("caf\xE9 ol\xE9"), "caf|ol");
  EXPECT_EQ(scikitLearn("caf\xE9 ol\xE9"), "caf|ol");
  EXPECT_EQ(imdb("caf\xE9 a\x80\x80"
                 "b"),
            "caf|a|b");
}

TEST(Tokenizer, ASpaceWithoutWidthPartsWords) {
  EXPECT_EQ(words("good\u200Bnews ក\u200Bខ"), "good|news|ក|ខ");
  EXPECT_EQ(words("soft\u00ADhyphen"), "softhyphen");
  EXPECT_EQ(scikitLearn("good\u200Bnews"), "good|news");
}

TEST(Tokenizer, EmojiAreWords) {
  EXPECT_EQ(words("good\U0001F600\U0001F600 bad \u2764\uFE0F!"),
            "good|\U0001F600|\U0001F600|bad|\u2764");
  // Skin tones and joiners are no part of it; a flag is one.
  EXPECT_EQ(words("\U0001F44D\U0001F3FD \U0001F468\u200D\U0001F469"),
            "\U0001F44D|\U0001F468|\U0001F469");
  EXPECT_EQ(words("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7 \U0001F1E9"),
            "\U0001F1E9\U0001F1EA|\U0001F1EB\U0001F1F7|\U0001F1E9");
  EXPECT_EQ(words("a \u00A9 b + - ="), "a|b");
}

/// What data sets and weights of before mean goes on meaning it.
TEST(Tokenizer, OldTokens) {
  const std::string text = "good\u200Bnews \U0001F600";
  EXPECT_EQ(
      tokens({.kind = TokenizerKind::Words, .version = oldTokenizer}, text),
      "goodnews");
  EXPECT_EQ(tokens({.kind = TokenizerKind::Whitespace, .version = oldTokenizer},
                   text),
            "good\u200Bnews|\U0001F600");
}

TEST(Tokenizer, ScikitLearnTakesRunsOfTwo) {
  EXPECT_EQ(scikitLearn("I am a_b; don't x2 _ __ 4 42"), "am|a_b|don|x2|__|42");
  EXPECT_EQ(scikitLearn("Été à 北京 北 ½½ १२"), "été|北京|½½|१२");
}

TEST(Tokenizer, MinLengthCountsCharacters) {
  EXPECT_EQ(
      tokens({.kind = TokenizerKind::ScikitLearn, .minLength = 1}, "a bc é"),
      "a|bc|é");
  EXPECT_EQ(tokens({.kind = TokenizerKind::Words, .minLength = 3},
                   "a été ét don’t it’"),
            "été|don't");
}

TEST(Tokenizer, WordsAreUnicodes) {
  EXPECT_EQ(words("Don't STOP, it's rock'n'roll 'quoted' dogs'"),
            "don't|stop|it's|rock'n'roll|quoted|dogs");
  EXPECT_EQ(words("don’t don\u0092t ''x'' a''b"), "don't|don't|x|a|b");
  EXPECT_EQ(words("ﬁne Ｆｕｌｌ Straße ΣΊΣΥΦΟΣ İ"),
            "fine|full|strasse|σίσυφοσ|i\u0307");
  // Composed and decomposed are the same; a mark alone is no word.
  EXPECT_EQ(words("cafe\u0301 \u0301 q\u0323\u0307 q\u0307\u0323"),
            "café|q\u0323\u0307|q\u0323\u0307");
  EXPECT_EQ(words("सिनेमा 映画を見た snake_case 3.14 a-b"),
            "सिनेमा|映|画|を|見|た|snake|case|3|14|a|b");
  EXPECT_EQ(words("soft\u00ADhyphen zero\u200Bwidth"), "softhyphen|zero|width");
}

TEST(Tokenizer, WordsAreFreeOfHtml) {
  EXPECT_EQ(words("one<br />two<b>three</b><!-- no > no -->four"),
            "one|two|three|four");
  EXPECT_EQ(words("a < b <3 c> <unclosed d"), "a|b|3|c|unclosed|d");
  EXPECT_EQ(words("<!-- unclosed > x"), "x");
  EXPECT_EQ(words("caf&eacute; R&amp;D &#345;&#x159; don&#146;t &#39;s "
                  "x&nbsp;y"),
            "café|r|d|řř|don't|s|x|y");
  EXPECT_EQ(words("&unknown; &; &#; &#x; &#xZ; AT&T; &#99999999999; &lt;b&gt;"),
            "x|xz|at|b");
  EXPECT_EQ(words("a &"), "a");
  EXPECT_EQ(words("a <"), "a");
}

TEST(Tokenizer, LongPiecesAreCutBetweenCharacters) {
  std::string text;
  for (int at = 0; at < 50000; ++at)
    text += "é";
  EXPECT_EQ(words(text), text);
  EXPECT_EQ(words("x" + text), "x" + text);
  EXPECT_EQ(words(std::string(200000, '\x80')), "");
}

TEST(Tokenizer, ImdbFollowsTheSteps) {
  EXPECT_EQ(imdb("I&#39;m &#65; fan&#33; &#xx; &#5"), "i'm|a|fan|xx|5");
  EXPECT_EQ(imdb("one<br /><br />two < three <4>five <six"),
            "one|two|five|six");
  EXPECT_EQ(imdb("snake_case well--known a-b --- don't film's 'stop'"),
            "snake|case|well|known|a-b|don't|film|top");
  EXPECT_EQ(imdb("s.o.b. a.b.c.d U.S.A"), "s|o.b|a|b.c|d|u|s.a");
  EXPECT_EQ(imdb("and/or 3,000 (well) \"quoted\" end."),
            "and|or|3|000|well|quoted|end");
  EXPECT_EQ(imdb("a\u0096b\u0085c\u00A0d é..è ½ 北京"), "a|b|c|d|é|è|½|北京");
  EXPECT_EQ(imdb("... ;; *"), "");
}

TEST(Tokenizer, ImdbKeepsEmoticonsAndItsVocabulary) {
  EXPECT_EQ(imdb(":) (: :-) 8) :D :o( x) :("), ":)|(:|:-)|8)|:d|:o(|x|:(");
  EXPECT_EQ(imdb("wow! what?"), "wow|what");
  EXPECT_EQ(imdb("wow! what? *** 'em", "!\n?\nwow\n'em\n***\n"),
            "wow|!|what|?|***|'em");
  EXPECT_EQ(imdb("'em", "em\n"), "em");
}

// Whatever the bytes, no token is empty or holds white space.
TEST(Tokenizer, AnyBytes) {
  std::mt19937 random(1);
  const std::string_view pieces[] = {
      "a", "<", ">", "&#", ";", "'s", "--", "\xFF",   "\xE2", "\x80",
      " ", "é", "Σ", "_",  "!", "'",  "9",  "\u0301", "<!--", "-->"};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (unsigned count = random() % 60; count > 0; --count)
      text += pieces[random() % std::size(pieces)];
    for (auto [name, kind] : tokenizerNames) {
      TokenBuffer buffer;
      Tokenizer({.kind = kind, .vocabulary = "!\n"}).tokenize(text, buffer);
      for (std::size_t at = 0; at < buffer.size(); ++at) {
        ASSERT_FALSE(buffer[at].empty()) << name;
        ASSERT_EQ(buffer[at].find_first_of(" \t\n"), std::string_view::npos)
            << name;
      }
    }
  }
}
