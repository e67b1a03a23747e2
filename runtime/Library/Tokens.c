//===- Tokens.c - Text in, tokens out -------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tokenizers of runtime/Text, in memory of the caller: token for token the
// same, which test/Integration/embed compares.
//
//===----------------------------------------------------------------------===//

#include "Tokens.h"

#include <string.h>

/// A byte of UTF-8 becomes at most so many by lower case. Of what ImdbTokens.c
/// does to it, `!` and `?` become three.
enum { LOWER_GROWTH = 2, IMDB_GROWTH = 3 };

static bool isLongEnough(const char *token, size_t size) {
  const size_t least = (size_t)mlc_model_image.text.min_length;
  if (least <= 1 || size >= 4 * least)
    return true;
  size_t length = 0;
  for (size_t at = 0; at < size; ++at)
    if (!isContinuation(token[at]) && ++length >= least)
      return true;
  return false;
}

static void endToken(Tokens *tokens, char *end) {
  tokens->ends[tokens->count++] = (uint32_t)(end - tokens->bytes);
  *end++ = ' ';
  tokens->used = (size_t)(end - tokens->bytes);
}

void pushToken(Tokens *tokens, const char *token, size_t size) {
  if (!isLongEnough(token, size))
    return;
  char *to = tokens->bytes + tokens->used;
  memcpy(to, token, size);
  endToken(tokens, to + size);
}

/// A word in which U+2019 is written as an apostrophe.
static void pushWithApostrophes(Tokens *tokens, const char *word, size_t size) {
  char *to = tokens->bytes + tokens->used;
  for (size_t at = 0; at < size;) {
    const bool isQuote =
        size - at >= 3 && memcmp(word + at, "\xE2\x80\x99", 3) == 0;
    *to++ = isQuote ? '\'' : word[at];
    at += isQuote ? 3 : 1;
  }
  endToken(tokens, to);
}

//===----------------------------------------------------------------------===//
// Runs of one kind of character
//===----------------------------------------------------------------------===//

static bool isInside(int32_t codePoint) {
  const MlcTextImage *text = &mlc_model_image.text;
  if (text->tokenizer == MLC_TOKENS_SCIKIT_LEARN)
    return codePoint < 0x80 ? isAsciiWord((char)codePoint) || codePoint == '_'
                            : isLetterOrNumber(codePoint);
  return !isWhiteSpace(codePoint) &&
         (codePoint != zeroWidthSpace || text->tokenizer_version == 1);
}

static void cutRuns(const char *text, size_t size, Tokens *tokens) {
  size_t begin = 0;
  bool isIn = false;
  for (size_t at = 0; at < size;) {
    const size_t start = at;
    const bool inside = isInside(
        isLong(text[at]) ? decodeCharacter(text, size, &at) : text[at++]);
    if (inside && !isIn)
      begin = start;
    if (!inside && isIn)
      pushToken(tokens, text + begin, start - begin);
    isIn = inside;
  }
  if (isIn)
    pushToken(tokens, text + begin, size - begin);
}

//===----------------------------------------------------------------------===//
// Words
//===----------------------------------------------------------------------===//

/// Longer pieces without white space are normalised in parts.
static const size_t maxPieceBytes = 64 << 10;

static size_t endOfPiece(const char *text, size_t size, size_t at) {
  const size_t most = size - at < maxPieceBytes ? size : at + maxPieceBytes;
  size_t end = at;
  while (end < most && !isAsciiSpace(text[end]))
    ++end;
  for (size_t back = 0; back < 3 && end == most && end < size; ++back)
    if (!isContinuation(text[end - back]))
      return end - back;
  return end;
}

static char *foldCase(const char *text, size_t size, int32_t *points,
                      int32_t *memory, char *to) {
  const bool partsWords = mlc_model_image.text.tokenizer_version != 1;
  for (size_t at = 0; at < size;) {
    if (isAsciiSpace(text[at])) {
      *to++ = text[at++];
      continue;
    }
    const size_t end = endOfPiece(text, size, at);
    char *behind = foldSimple(text + at, end - at, partsWords, to);
    to = behind
             ? behind
             : foldJoined(text + at, end - at, partsWords, points, memory, to);
    at = end;
  }
  return to;
}

char *lowerCase(const char *text, size_t size, char *to) {
  for (size_t at = 0; at < size;) {
    if (isLong(text[at]))
      to = lowerCharacter(text, size, &at, to);
    else
      *to++ = lowerAscii(text[at++]);
  }
  return to;
}

/// Writes `text` without tags, comments and character references.
static char *htmlToText(const char *text, size_t size, char *to) {
  Markup markup = {.text = text, .size = size};
  for (size_t at = 0; at < size;) {
    int32_t character;
    const size_t end = text[at] == '<' || text[at] == '&'
                           ? readMarkup(&markup, at, &character)
                           : at;
    if (end == at) {
      *to++ = text[at++];
      continue;
    }
    to = putUtf8(character, to);
    at = end;
  }
  return to;
}

typedef enum Kind { WORD, MARK, ALONE, FLAG, APOSTROPHE, OTHER } Kind;

static Kind nextKind(const char *text, size_t size, size_t *at) {
  if (!isLong(text[*at])) {
    const char c = text[(*at)++];
    return isAsciiWord(c) ? WORD : c == '\'' ? APOSTROPHE : OTHER;
  }
  const int32_t codePoint = decodeCharacter(text, size, at);
  if (codePoint == rightQuote)
    return APOSTROPHE;
  if (isWordOfItsOwn(codePoint))
    return ALONE;
  if (isLetterOrNumber(codePoint))
    return WORD;
  if (isMark(codePoint))
    return MARK;
  if (mlc_model_image.text.tokenizer_version == 1)
    return OTHER;
  if (isFlagLetter(codePoint))
    return FLAG;
  return isEmoji(codePoint) ? ALONE : OTHER;
}

/// Takes the word whose first character is text[start, at). Returns where it
/// ends.
static size_t takeWord(const char *text, size_t size, size_t start, size_t at,
                       Tokens *tokens) {
  size_t end = at;
  bool hasQuotes = false; // Written with another sign than `'`.
  while (at < size) {
    const Kind kind = nextKind(text, size, &at);
    if (kind == WORD || kind == MARK) {
      end = at;
      continue;
    }
    size_t next = at;
    if (kind != APOSTROPHE || at == size || nextKind(text, size, &next) != WORD)
      break;
    hasQuotes |= text[end] != '\'';
    at = end = next;
  }
  if (!hasQuotes)
    pushToken(tokens, text + start, end - start);
  else if (isLongEnough(text + start, end - start))
    pushWithApostrophes(tokens, text + start, end - start);
  return end;
}

static void cutWords(const char *text, size_t size, Tokens *tokens) {
  for (size_t at = 0; at < size;) {
    const size_t start = at;
    const Kind kind = nextKind(text, size, &at);
    if (kind == WORD) {
      at = takeWord(text, size, start, at, tokens);
    } else if (kind == ALONE) {
      pushToken(tokens, text + start, at - start);
    } else if (kind == FLAG) { // Two letters, or one that is alone.
      size_t next = at;
      if (at < size && nextKind(text, size, &next) == FLAG)
        at = next;
      pushToken(tokens, text + start, at - start);
    }
  }
}

//===----------------------------------------------------------------------===//

/// Room for the tokens of so many bytes of text in its last form. A token has a
/// byte at least, and one more stands between two of them, or one of the two is
/// of 3 bytes. The same memory serves before as `points`.
static char *takeTokens(size_t bytes, size_t points, Scratch *scratch,
                        Tokens *tokens) {
  const size_t most = bytes / 2 + 1, ends = most * sizeof(*tokens->ends);
  tokens->most = most;
  tokens->room = bytes + most;
  tokens->count = tokens->used = 0;
  const size_t all = ends + tokens->room;
  char *memory = take(scratch, all > points ? all : points);
  tokens->ends = (uint32_t *)memory;
  tokens->bytes = memory ? memory + ends : NULL;
  return memory;
}

void tokenize(const char *text, size_t size, Scratch *scratch, Tokens *tokens) {
  const int64_t kind = mlc_model_image.text.tokenizer;
  const bool isWords = kind == MLC_TOKENS_WORDS,
             isImdb = kind == MLC_TOKENS_IMDB;
  const size_t piece = size < maxPieceBytes ? size : maxPieceBytes;
  const size_t points = isWords ? piece * foldedPoints : 0;
  const size_t lowerBytes = size * (isWords ? foldedBytes : LOWER_GROWTH) + 64;
  const size_t cutBytes = isImdb ? lowerBytes * IMDB_GROWTH : lowerBytes;
  char *plain = take(scratch, isWords || isImdb ? size + 64 : 0);
  char *lower = take(scratch, lowerBytes);
  char *cut = take(scratch, isImdb ? cutBytes : 0);
  int32_t *codePoints = (int32_t *)takeTokens(
      cutBytes, 2 * points * sizeof(int32_t), scratch, tokens);
  if (!scratch->base)
    return;
  if (isImdb) {
    cutImdbWords(text, size, plain, lower, cut, tokens);
  } else if (isWords) {
    const char *end = htmlToText(text, size, plain);
    const char *folded = foldCase(plain, (size_t)(end - plain), codePoints,
                                  codePoints + points, lower);
    cutWords(lower, (size_t)(folded - lower), tokens);
  } else {
    const char *end = lowerCase(text, size, lower);
    cutRuns(lower, (size_t)(end - lower), tokens);
  }
}
