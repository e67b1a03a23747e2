//===- Words.c - The words of a folded text -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Words.h"

#include <string.h>

size_t endOfFoldedPiece(const char *text, size_t size, size_t at) {
  const size_t most = size - at < maxFoldedPiece ? size : at + maxFoldedPiece;
  size_t end = at;
  while (end < most && !isAsciiSpace(text[end]))
    ++end;
  for (size_t back = 0; back < 3 && end == most && end < size; ++back)
    if (!isContinuation(text[end - back]))
      return end - back;
  return end;
}

WordKind kindOfCharacter(int32_t codePoint, bool isOld) {
  if (codePoint == rightQuote)
    return wordApostrophe;
  if (isWordOfItsOwn(codePoint))
    return wordAlone;
  if (isLetterOrNumber(codePoint))
    return wordLetter;
  if (isMark(codePoint))
    return wordMark;
  if (isOld)
    return wordOther;
  if (isFlagLetter(codePoint))
    return wordFlag;
  return isEmoji(codePoint) ? wordAlone : wordOther;
}

char *putWithApostrophes(const char *word, size_t size, char *to) {
  for (size_t at = 0; at < size;) {
    const bool isQuote =
        size - at >= 3 && memcmp(word + at, "\xE2\x80\x99", 3) == 0;
    *to++ = isQuote ? '\'' : word[at];
    at += isQuote ? 3 : 1;
  }
  return to;
}
