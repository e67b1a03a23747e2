//===- Tokens.c - Text in, tokens out -------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tokenizers of runtime/Text, in memory of the caller. What tokens are says
// runtime/Characters to both; test/Integration/embed compares them.
//
//===----------------------------------------------------------------------===//

#include "Characters/Characters.h"
#include "Characters/Html.h"
#include "Characters/Imdb.h"
#include "Characters/Words.h"
#include "Core.h"

#include <string.h>

/// A byte of UTF-8 becomes at most so many by lower case.
enum { LOWER_GROWTH = 2 };

static bool isLongEnough(const char *token, size_t size) {
  return hasCharacters(token, size, (size_t)mlc_model_image.text.min_length);
}

static void endToken(Tokens *tokens, char *end) {
  tokens->ends[tokens->count++] = (uint32_t)(end - tokens->bytes);
  *end++ = ' ';
  tokens->used = (size_t)(end - tokens->bytes);
}

/// Appends a token, unless it is too short.
static void pushToken(Tokens *tokens, const char *token, size_t size) {
  if (!isLongEnough(token, size))
    return;
  char *to = tokens->bytes + tokens->used;
  memcpy(to, token, size);
  endToken(tokens, to + size);
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

static char *foldCase(const char *text, size_t size, int32_t *points,
                      int32_t *memory, char *to) {
  const bool partsWords = mlc_model_image.text.tokenizer_version != 1;
  for (size_t at = 0; at < size;) {
    if (isAsciiSpace(text[at])) {
      *to++ = text[at++];
      continue;
    }
    const size_t end = endOfFoldedPiece(text, size, at);
    char *behind = foldSimple(text + at, end - at, partsWords, to);
    to = behind
             ? behind
             : foldJoined(text + at, end - at, partsWords, points, memory, to);
    at = end;
  }
  return to;
}

/// Writes a text in lower case; returns the end.
static char *lowerCase(const char *text, size_t size, char *to) {
  for (size_t at = 0; at < size;) {
    if (isLong(text[at]))
      to = lowerCharacter(text, size, &at, to);
    else
      *to++ = lowerAscii(text[at++]);
  }
  return to;
}

static void cutWords(const char *text, size_t size, Tokens *tokens) {
  const bool isOld = mlc_model_image.text.tokenizer_version == 1;
  FoundWord found;
  for (size_t at = 0; nextWord(text, size, &at, isOld, &found);) {
    const char *word = text + found.begin;
    const size_t bytes = found.end - found.begin;
    if (!found.hasQuotes)
      pushToken(tokens, word, bytes);
    else if (isLongEnough(word, bytes))
      endToken(tokens,
               putWithApostrophes(word, bytes, tokens->bytes + tokens->used));
  }
}

//===----------------------------------------------------------------------===//
// The words of IMDB
//===----------------------------------------------------------------------===//

static void cutImdbWords(const char *text, size_t size, Tokens *tokens) {
  ImdbCut cut = {0};
  for (size_t begin, end; nextImdbPiece(text, size, &cut, &begin, &end);) {
    const char *token = text + begin;
    size_t bytes = end - begin;
    if (!hasWordEnds(token, bytes) && !isEmoticon(token, bytes) &&
        findString(&mlc_model_image.text.kept_words, token, bytes) ==
            MLC_NO_STRING)
      stripImdbWord(&token, &bytes);
    if (bytes > 0)
      pushToken(tokens, token, bytes);
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
  const size_t piece = size < maxFoldedPiece ? size : maxFoldedPiece;
  const size_t points = isWords ? piece * foldedPoints : 0;
  const size_t lowerBytes = size * (isWords ? foldedBytes : LOWER_GROWTH) + 64;
  const size_t cutBytes = isImdb ? lowerBytes * imdbGrowth : lowerBytes;
  char *plain = take(scratch, isWords || isImdb ? size + 64 : 0);
  char *lower = take(scratch, lowerBytes);
  char *cut = take(scratch, isImdb ? cutBytes : 0);
  int32_t *codePoints = (int32_t *)takeTokens(
      cutBytes, 2 * points * sizeof(int32_t), scratch, tokens);
  if (!scratch->base)
    return;
  if (isImdb) {
    char *end = replaceMarkup(text, size, readImdbReference, plain, NULL, NULL);
    end = replaceMarkup(plain, (size_t)(end - plain), readImdbTag, plain, NULL,
                        NULL);
    end = lowerCase(plain, (size_t)(end - plain), lower);
    end = replaceImdbMarks(lower, (size_t)(end - lower), cut);
    cutImdbWords(cut, (size_t)(end - cut), tokens);
  } else if (isWords) {
    char *end = replaceMarkup(text, size, readMarkup, plain, NULL, NULL);
    end = foldCase(plain, (size_t)(end - plain), codePoints,
                   codePoints + points, lower);
    cutWords(lower, (size_t)(end - lower), tokens);
  } else {
    const char *end = lowerCase(text, size, lower);
    cutRuns(lower, (size_t)(end - lower), tokens);
  }
}
