//===- ImdbTokens.c - As the IMDB review data set counts words ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tokens.h"

#include <string.h>

// The steps are those of runtime/Text/README.md.

enum { MAX_REFERENCE_DIGITS = 10 };

typedef enum Kind { WORD, SPACE, JOINER, OTHER } Kind;

static Kind kindAt(const char *text, size_t size, size_t at, size_t *end) {
  if (!isLong(text[at])) {
    *end = at + 1;
    return isAsciiWord(text[at])                 ? WORD
           : isAsciiSpace(text[at])              ? SPACE
           : text[at] == '\'' || text[at] == '-' ? JOINER
                                                 : OTHER;
  }
  const int32_t codePoint = decodeCharacter(text, size, &at);
  *end = at;
  return isLetterOrNumber(codePoint) ? WORD
         : isWhiteSpace(codePoint)   ? SPACE
                                     : OTHER;
}

/// Step 1 without the lower case: each `&#N;` becomes its character.
static size_t replaceReferences(const char *text, size_t size, char *out) {
  char *to = out;
  for (size_t at = 0; at < size;) {
    size_t digit = at + 2;
    uint64_t number = 0;
    if (text[at] == '&' && at + 1 < size && text[at + 1] == '#')
      for (; digit < size && digit < at + 2 + MAX_REFERENCE_DIGITS &&
             text[digit] >= '0' && text[digit] <= '9';
           ++digit)
        number = number * 10 + (uint64_t)(text[digit] - '0');
    if (digit == at + 2 || digit >= size || text[digit] != ';') {
      *to++ = text[at++];
      continue;
    }
    const bool isCharacter =
        number <= 0x10FFFF && (number < 0xD800 || number > 0xDFFF);
    to = putUtf8(isCharacter ? (int32_t)number : replacementCharacter, to);
    at = digit + 1;
  }
  return (size_t)(to - out);
}

/// Step 2, in place.
static size_t removeTags(char *text, size_t size) {
  size_t to = 0;
  bool mayClose = true;
  for (size_t at = 0; at < size; ++at) {
    if (text[at] == '<' && mayClose) {
      const char *close = memchr(text + at, '>', size - at);
      mayClose = close != NULL;
      at = mayClose ? (size_t)(close - text) : at;
      text[to++] = mayClose ? ' ' : '<';
    } else {
      text[to++] = text[at];
    }
  }
  return to;
}

/// Step 3.
static size_t removeMarks(const char *text, size_t size, char *out) {
  char *to = out;
  for (size_t at = 0; at < size; ++at) {
    const char c = text[at], next = at + 1 < size ? text[at + 1] : 0;
    if (c == '_') {
      *to++ = ' ';
    } else if (c == '-' && next == '-') {
      while (at + 1 < size && text[at + 1] == '-')
        ++at;
      *to++ = ' ';
    } else if (c == '\'' && next == 's') {
      ++at;
    } else if (c == '!' || c == '?') {
      *to++ = ' ';
      *to++ = c;
      *to++ = ' ';
    } else {
      *to++ = c;
    }
  }
  return (size_t)(to - out);
}

static bool isOneOf(char c, const char *set) { return c && strchr(set, c); }

static bool isEmoticon(const char *token, size_t size) {
  static const char eyes[] = ":;=8", nose[] = "-o*'",
                    mouth[] = ")]([dp/:}{@|\\";
  if (size < 2 || size > 3 || (size == 3 && !isOneOf(token[1], nose)))
    return false;
  const char first = token[0], last = token[size - 1];
  return (isOneOf(first, eyes) && isOneOf(last, mouth)) ||
         (isOneOf(first, mouth) && isOneOf(last, eyes));
}

static size_t lastCharacter(const char *token, size_t size) {
  size_t at = size - 1;
  while (at > 0 && isContinuation(token[at]))
    --at;
  return at;
}

static bool isWordAt(const char *token, size_t size, size_t at) {
  size_t end;
  return kindAt(token, size, at, &end) == WORD;
}

/// Step 6.
static void finish(const char *token, size_t size, Tokens *tokens) {
  if (size == 0)
    return;
  const bool hasWordEnds = isWordAt(token, size, 0) &&
                           isWordAt(token, size, lastCharacter(token, size));
  if (!hasWordEnds && !isEmoticon(token, size) &&
      findString(&mlc_model_image.text.kept_words, token, size) ==
          MLC_NO_STRING) {
    size_t end;
    while (size > 0 && kindAt(token, size, 0, &end) != WORD) {
      token += end;
      size -= end;
    }
    while (size > 0 && !isWordAt(token, size, lastCharacter(token, size)))
      size = lastCharacter(token, size);
  }
  if (size > 0)
    pushToken(tokens, token, size);
}

/// Steps 4 to 6 for what stands from `at` to the next space, whose place is
/// returned.
static size_t cutChunk(const char *text, size_t size, size_t at,
                       Tokens *tokens) {
  size_t begin = at;
  bool afterWord = false;
  while (at < size) {
    size_t end;
    const Kind kind = kindAt(text, size, at, &end);
    if (kind == SPACE)
      break;
    const size_t start = at;
    at = end;
    if (kind != OTHER || !afterWord) {
      afterWord = kind == WORD;
      continue;
    }
    afterWord = false;
    Kind next = SPACE;
    while (at < size && (next = kindAt(text, size, at, &end)) == OTHER)
      at = end;
    if (at == size || next != WORD)
      continue;
    finish(text + begin, start - begin, tokens);
    begin = at;
    at = end; // Used up, so it starts no match: afterWord stays false.
  }
  finish(text + begin, at - begin, tokens);
  return at;
}

void cutImdbWords(const char *text, size_t size, char *plain, char *lower,
                  char *cut, Tokens *tokens) {
  size = removeTags(plain, replaceReferences(text, size, plain));
  size = (size_t)(lowerCase(plain, size, lower) - lower);
  size = removeMarks(lower, size, cut);
  for (size_t at = 0; at < size;) {
    size_t end;
    at = kindAt(cut, size, at, &end) == SPACE ? end
                                              : cutChunk(cut, size, at, tokens);
  }
}
