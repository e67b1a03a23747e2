//===- Words.h - The words of a folded text -----------------------*- C -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the tokenizer `words` cuts a text that foldSimple and foldJoined made.
// Programs and libraries of models compile the same loops.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_CHARACTERS_WORDS_H
#define MLC_RUNTIME_CHARACTERS_WORDS_H

#include "Characters/Characters.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Longer pieces without white space are folded in parts, so that no text asks
/// for more than a little memory.
enum { maxFoldedPiece = 64 << 10 };
/// Behind the piece of text[at...] that is folded as one: at white space, or
/// between characters, unless it is not UTF-8.
size_t endOfFoldedPiece(const char *text, size_t size, size_t at);

/// What a character is to words.
typedef enum WordKind {
  wordLetter,     ///< A letter or number, which words are made of.
  wordMark,       ///< Goes on with a word.
  wordApostrophe, ///< Joins two parts of a word.
  wordAlone,      ///< A word of its own: an ideograph, hiragana, an emoji.
  wordFlag,       ///< One of the two letters of a flag.
  wordOther,      ///< Parts words.
} WordKind;

/// Of a character that is not ASCII. `isOld`: as before emoji were words.
WordKind kindOfCharacter(int32_t codePoint, bool isOld);

/// Of the character at text[*at], which is moved behind it.
static inline WordKind nextWordKind(const char *text, size_t size, size_t *at,
                                    bool isOld) {
  const uint8_t mark = classOf(text[*at]);
  if (mark == notAscii)
    return kindOfCharacter(decodeCharacter(text, size, at), isOld);
  const bool isApostrophe = text[(*at)++] == '\'';
  return mark == asciiWord ? wordLetter
         : isApostrophe    ? wordApostrophe
                           : wordOther;
}

/// A word, text[begin, end).
typedef struct FoundWord {
  size_t begin, end;
  bool hasQuotes; ///< putWithApostrophes gives the word.
} FoundWord;

/// Moves `end` from behind the word's first letter to where the word ends.
static inline void extendWord(const char *text, size_t size, bool isOld,
                              FoundWord *word) {
  for (size_t at = word->end; at < size;) {
    const WordKind kind = nextWordKind(text, size, &at, isOld);
    if (kind == wordLetter || kind == wordMark) {
      word->end = at;
      continue;
    }
    size_t next = at;
    if (kind != wordApostrophe || at == size ||
        nextWordKind(text, size, &next, isOld) != wordLetter)
      return;
    word->hasQuotes |= text[word->end] != '\'';
    at = word->end = next;
  }
}

/// Finds the first word of text[*at...], which is moved behind it; false if
/// there is none.
static inline bool nextWord(const char *text, size_t size, size_t *at,
                            bool isOld, FoundWord *word) {
  while (*at < size) {
    word->begin = *at;
    const WordKind kind = nextWordKind(text, size, at, isOld);
    word->end = *at;
    word->hasQuotes = false;
    if (kind == wordLetter) {
      extendWord(text, size, isOld, word);
    } else if (kind == wordFlag) { // Two letters, or one that is alone.
      size_t next = *at;
      if (next < size && nextWordKind(text, size, &next, isOld) == wordFlag)
        word->end = next;
    } else if (kind != wordAlone) {
      continue;
    }
    *at = word->end;
    return true;
  }
  return false;
}

/// Writes a word with an apostrophe for each U+2019; returns the end.
char *putWithApostrophes(const char *word, size_t size, char *to);

#ifdef __cplusplus
}
#endif

#endif // MLC_RUNTIME_CHARACTERS_WORDS_H
