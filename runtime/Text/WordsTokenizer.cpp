//===- WordsTokenizer.cpp - Unicode words ---------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Characters/Words.h"
#include "Text/HtmlText.h"
#include "Text/TokenizerRules.h"

using namespace mlc::runtime;

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

/// Puts `text`, folded, into scratch.lower, which is returned.
static std::string_view fold(std::string_view text, int version,
                             TokenBuffer::Scratch &scratch) {
  if (isAllAscii(text))
    return lowerCase(text, scratch.lower);
  PaddedBytes &out = scratch.lower;
  out.clear();
  for (std::size_t at = 0; at < text.size();) {
    if (isAsciiSpace(text[at])) {
      out.append(text.substr(at++, 1));
      continue;
    }
    const std::size_t end = endOfFoldedPiece(text.data(), text.size(), at);
    const std::string_view piece = text.substr(at, end - at);
    if (isAllAscii(piece)) {
      char *to = out.room(piece.size());
      for (char byte : piece)
        *to++ = lowerAscii(byte);
      out.setEnd(to);
    } else {
      appendNormalized(piece, version, scratch);
    }
    at = end;
  }
  return out.view();
}

namespace {
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
    const bool isOld = version_ == oldTokenizer;
    FoundWord found;
    for (std::size_t at = 0;
         nextWord(folded.data(), folded.size(), &at, isOld, &found);) {
      const std::string_view word =
          folded.substr(found.begin, found.end - found.begin);
      if (!found.hasQuotes)
        push(tokens, word);
      else if (isLongEnough(word))
        tokens.end(putWithApostrophes(word.data(), word.size(),
                                      tokens.room(word.size())));
    }
  }

private:
  int version_;
};
} // namespace

std::unique_ptr<TokenizerRules>
mlc::runtime::makeWordsRules(std::size_t minLength, int version) {
  return std::make_unique<WordsRules>(minLength, version);
}
