//===- Imdb.h - As the IMDB review data set counts words ----------*- C -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tokenizer `imdb`, whose steps runtime/Text/README.md has. Programs and
// libraries of models compile the same loops.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_CHARACTERS_IMDB_H
#define MLC_RUNTIME_CHARACTERS_IMDB_H

#include "Characters/Characters.h"
#include "Characters/Html.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Step 1 without the lower case, which comes last: `&#N;` is its character.
size_t readImdbReference(Markup *markup, size_t at, int32_t *character);
/// Step 2. Before lower-casing it gives the same: no other character becomes
/// `<` or `>` by it, and for the final sigma they are what a space is.
size_t readImdbTag(Markup *markup, size_t at, int32_t *character);
/// Step 3, of a text in lower case: `_`, runs of `-`, `'s`, and spaces around
/// `!` and `?`. Writes at most imdbGrowth times the size; returns the end.
char *replaceImdbMarks(const char *text, size_t size, char *to);
enum { imdbGrowth = 3 };

/// What step 4 tells apart.
enum {
  imdbWord = asciiWord,
  imdbSpace = asciiSpace,
  imdbJoiner = asciiJoiner,
  imdbOther = 0,
};

/// The kind of the character at text[at], which ends at `*end`.
static inline int imdbKindAt(const char *text, size_t size, size_t at,
                             size_t *end) {
  const uint8_t mark = classOf(text[at]);
  if (mark != notAscii) {
    *end = at + 1;
    return mark;
  }
  const int32_t codePoint = decodeCharacter(text, size, &at);
  *end = at;
  return isLetterOrNumber(codePoint) ? imdbWord
         : isWhiteSpace(codePoint)   ? imdbSpace
                                     : imdbOther;
}

/// How far a text has been cut; 0 at its begin.
typedef struct ImdbCut {
  size_t at;
  /// The word character there ended a match, so that it starts none.
  bool isUsedUp;
} ImdbCut;

/// Steps 4 and 5: finds the next piece, text[begin, end), which stands between
/// spaces, or what step 4 makes one. False if there is none.
static inline bool nextImdbPiece(const char *text, size_t size, ImdbCut *cut,
                                 size_t *begin, size_t *end) {
  size_t at = cut->at, behind = at;
  if (cut->isUsedUp)
    imdbKindAt(text, size, at, &behind);
  else
    for (; at < size && imdbKindAt(text, size, at, &behind) == imdbSpace;)
      at = behind;
  if (at >= size)
    return false;
  *begin = at;
  if (cut->isUsedUp)
    at = behind;
  cut->isUsedUp = false;
  // Of `word, other..., word` the middle parts, left to right.
  for (bool afterWord = false; at < size;) {
    const size_t start = at;
    const int kind = imdbKindAt(text, size, at, &behind);
    if (kind == imdbSpace)
      break;
    at = behind;
    if (kind != imdbOther || !afterWord) {
      afterWord = kind == imdbWord;
      continue;
    }
    afterWord = false;
    int next = imdbSpace;
    while (at < size &&
           (next = imdbKindAt(text, size, at, &behind)) == imdbOther)
      at = behind;
    if (at < size && next == imdbWord) {
      *end = start;
      cut->at = at;
      cut->isUsedUp = true;
      return true;
    }
  }
  *end = cut->at = at;
  return true;
}

/// Where the last character of a token, which has one, starts.
static inline size_t lastCharacter(const char *token, size_t size) {
  size_t at = size - 1;
  while (at > 0 && isContinuation(token[at]))
    --at;
  return at;
}

/// Whether a token begins and ends with word characters. If not, step 6 strips
/// it, unless it is an emoticon or a word of the vocabulary.
static inline bool hasWordEnds(const char *token, size_t size) {
  size_t end;
  return imdbKindAt(token, size, 0, &end) == imdbWord &&
         imdbKindAt(token, size, lastCharacter(token, size), &end) == imdbWord;
}

bool isEmoticon(const char *token, size_t size);
/// Leaves what stands from the first to the last word character.
void stripImdbWord(const char **token, size_t *size);

#ifdef __cplusplus
}
#endif

#endif // MLC_RUNTIME_CHARACTERS_IMDB_H
