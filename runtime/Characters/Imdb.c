//===- Imdb.c - As the IMDB review data set counts words ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Imdb.h"

#include <string.h>

enum { MAX_REFERENCE_DIGITS = 10 };

size_t readImdbReference(Markup *markup, size_t at, int32_t *character) {
  const char *text = markup->text;
  const size_t size = markup->size, first = at + 2;
  if (text[at] != '&' || first >= size || text[at + 1] != '#')
    return at;
  uint64_t number = 0;
  size_t digit = first;
  for (; digit < size && digit < first + MAX_REFERENCE_DIGITS &&
         text[digit] >= '0' && text[digit] <= '9';
       ++digit)
    number = number * 10 + (uint64_t)(text[digit] - '0');
  if (digit == first || digit >= size || text[digit] != ';')
    return at;
  const bool isCharacter =
      number <= 0x10FFFF && (number < 0xD800 || number > 0xDFFF);
  *character = isCharacter ? (int32_t)number : replacementCharacter;
  return digit + 1;
}

size_t readImdbTag(Markup *markup, size_t at, int32_t *character) {
  if (markup->text[at] != '<' || markup->hasNoTags)
    return at;
  const char *close = memchr(markup->text + at, '>', markup->size - at);
  markup->hasNoTags = close == NULL;
  *character = ' ';
  return close ? (size_t)(close - markup->text) + 1 : at;
}

char *replaceImdbMarks(const char *text, size_t size, char *to) {
  for (size_t at = 0; at < size; ++at) {
    const char c = text[at], next = at + 1 < size ? text[at + 1] : 0;
    switch (c) {
    case '_':
      *to++ = ' ';
      break;
    case '-':
      while (at + 1 < size && text[at + 1] == '-')
        ++at;
      *to++ = next == '-' ? ' ' : c;
      break;
    case '\'':
      if (next == 's')
        ++at;
      else
        *to++ = c;
      break;
    case '!':
    case '?':
      *to++ = ' ';
      *to++ = c;
      *to++ = ' ';
      break;
    default:
      *to++ = c;
    }
  }
  return to;
}

static bool isOneOf(char c, const char *set) { return c && strchr(set, c); }

bool isEmoticon(const char *token, size_t size) {
  static const char eyes[] = ":;=8", nose[] = "-o*'",
                    mouth[] = ")]([dp/:}{@|\\";
  if (size < 2 || size > 3 || (size == 3 && !isOneOf(token[1], nose)))
    return false;
  const char first = token[0], last = token[size - 1];
  return (isOneOf(first, eyes) && isOneOf(last, mouth)) ||
         (isOneOf(first, mouth) && isOneOf(last, eyes));
}

void stripImdbWord(const char **token, size_t *size) {
  size_t end;
  while (*size > 0 && imdbKindAt(*token, *size, 0, &end) != imdbWord) {
    *token += end;
    *size -= end;
  }
  while (*size > 0 && imdbKindAt(*token, *size, lastCharacter(*token, *size),
                                 &end) != imdbWord)
    *size = lastCharacter(*token, *size);
}
