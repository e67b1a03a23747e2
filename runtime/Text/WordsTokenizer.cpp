//===- WordsTokenizer.cpp - Unicode words ---------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/HtmlText.h"
#include "Text/TokenizerRules.h"

#include <algorithm>

using namespace mlc::runtime;

/// Longer pieces without white space are normalised in parts, so that no text
/// asks for more than a little memory.
static constexpr std::size_t maxPieceBytes = 64 << 10;

/// Appends `piece` in NFKC_Casefold.
/// Source: https://www.unicode.org/reports/tr44/#NFKC_Casefold
static void appendNormalized(std::string_view piece, int version,
                             TokenBuffer::Scratch &scratch) {
  // Left out, U+200B would make one of two words.
  const bool partsWords = version != oldTokenizer;
  char *to = scratch.lower.room(foldedBytes * piece.size());
  char *end = foldSimple(piece.data(), piece.size(), partsWords, to);
  if (!end) {
    const std::size_t room = foldedPoints * piece.size();
    if (scratch.codePoints.size() < 2 * room)
      scratch.codePoints.resize(2 * room);
    std::int32_t *points = scratch.codePoints.data();
    end = foldJoined(piece.data(), piece.size(), partsWords, points,
                     points + room, to);
  }
  scratch.lower.setEnd(end);
}

/// Behind the piece of text[at...] that is normalised as one.
static std::size_t endOfPiece(std::string_view text, std::size_t at) {
  const std::size_t most = std::min(text.size(), at + maxPieceBytes);
  std::size_t end = at;
  while (end < most && classOf(text[end]) != asciiSpace)
    ++end;
  // Between characters, unless it is not UTF-8.
  for (int back = 0; back < 3 && end == most && end < text.size(); ++back) {
    if ((static_cast<unsigned char>(text[end - back]) & 0xC0) != 0x80)
      return end - back;
  }
  return end;
}

/// Puts `text`, folded, into scratch.lower, which is returned.
static std::string_view fold(std::string_view text, int version,
                             TokenBuffer::Scratch &scratch) {
  if (isAllAscii(text))
    return lowerCase(text, scratch.lower);
  PaddedBytes &out = scratch.lower;
  out.clear();
  for (std::size_t at = 0; at < text.size();) {
    if (classOf(text[at]) == asciiSpace) {
      out.append(text.substr(at++, 1));
      continue;
    }
    const std::size_t end = endOfPiece(text, at);
    const std::string_view piece = text.substr(at, end - at);
    if (isAllAscii(piece)) {
      char *to = out.room(piece.size());
      for (char byte : piece)
        *to++ = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 'a' - 'A')
                                           : byte;
      out.setEnd(to);
    } else {
      appendNormalized(piece, version, scratch);
    }
    at = end;
  }
  return out.view();
}

namespace {
enum class Kind { Word, Mark, Alone, Flag, Apostrophe, Other };

class WordsRules : public TokenizerRules {
public:
  WordsRules(std::size_t minLength, int version)
      : TokenizerRules(minLength), version_(version) {}

  std::string_view clean(std::string_view text, std::string &memory,
                         PlaceMap *places) const override {
    return htmlToText(text, memory, places);
  }

  void tokenize(std::string_view piece, TokenBuffer &tokens) const override {
    const std::string_view folded = fold(piece, version_, tokens.scratch);
    for (std::size_t at = 0; at < folded.size();) {
      const std::size_t start = at;
      const Kind kind = next(folded, at);
      if (kind == Kind::Word)
        at = takeWord(folded, start, at, tokens);
      else if (kind == Kind::Alone)
        push(tokens, folded.substr(start, at - start));
      else if (kind == Kind::Flag)
        at = takeFlag(folded, start, at, tokens);
    }
  }

private:
  Kind next(std::string_view text, std::size_t &at) const {
    const std::uint8_t mark = classOf(text[at]);
    if (mark == notAscii)
      return kindOf(decodeUtf8(text, at));
    const bool isApostrophe = text[at++] == '\'';
    return mark == asciiWord ? Kind::Word
           : isApostrophe    ? Kind::Apostrophe
                             : Kind::Other;
  }

  /// Hardly ever needed, so it stays out of the loops over ASCII.
  [[gnu::noinline]] Kind kindOf(std::int32_t codePoint) const {
    if (codePoint == rightQuote)
      return Kind::Apostrophe;
    if (isWordOfItsOwn(codePoint))
      return Kind::Alone;
    if (isLetterOrNumber(codePoint))
      return Kind::Word;
    if (isMark(codePoint))
      return Kind::Mark;
    if (version_ == oldTokenizer)
      return Kind::Other;
    if (isFlagLetter(codePoint))
      return Kind::Flag;
    return isEmoji(codePoint) ? Kind::Alone : Kind::Other;
  }

  /// Takes two letters of a flag, or one that is alone. Returns where it ends.
  [[gnu::noinline]] std::size_t takeFlag(std::string_view text,
                                         std::size_t start, std::size_t at,
                                         TokenBuffer &tokens) const {
    std::size_t behind = at;
    if (at < text.size() && next(text, behind) == Kind::Flag)
      at = behind;
    push(tokens, text.substr(start, at - start));
    return at;
  }

  /// Takes the word whose first character is text[start, at). Returns where it
  /// ends.
  std::size_t takeWord(std::string_view text, std::size_t start, std::size_t at,
                       TokenBuffer &tokens) const {
    std::size_t end = at;
    bool hasQuotes = false; // Written with another sign than `'`.
    while (at < text.size()) {
      const Kind kind = next(text, at);
      if (kind == Kind::Word || kind == Kind::Mark) {
        end = at;
        continue;
      }
      if (kind != Kind::Apostrophe || at == text.size())
        break;
      std::size_t behind = at;
      if (next(text, behind) != Kind::Word)
        break;
      hasQuotes |= text[end] != '\'';
      at = end = behind;
    }
    const std::string_view word = text.substr(start, end - start);
    if (!hasQuotes)
      push(tokens, word);
    else if (isLongEnough(word))
      pushWithApostrophes(word, tokens);
    return end;
  }

  static void pushWithApostrophes(std::string_view word, TokenBuffer &tokens) {
    static constexpr std::string_view quote = "\xE2\x80\x99";
    char *to = tokens.room(word.size());
    for (std::size_t at = 0; at < word.size();) {
      const bool isQuote = word.substr(at).starts_with(quote);
      *to++ = isQuote ? '\'' : word[at];
      at += isQuote ? quote.size() : 1;
    }
    tokens.end(to);
  }

  int version_;
};
} // namespace

std::unique_ptr<TokenizerRules>
mlc::runtime::makeWordsRules(std::size_t minLength, int version) {
  return std::make_unique<WordsRules>(minLength, version);
}
