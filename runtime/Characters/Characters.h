//===- Characters.h - What tokenizers ask of characters ---------*- C -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of Unicode what tokenizers need, in plain C that allocates nothing: programs
// and libraries of models (runtime/Library) both use it. The tables are made of
// utf8proc's when mlc is built (MakeTables.c), with 45 kB in place of 320.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_CHARACTERS_CHARACTERS_H
#define MLC_RUNTIME_CHARACTERS_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  replacementCharacter = 0xFFFD,
  rightQuote = 0x2019,
  /// A space without width, which parts words where no white space does.
  zeroWidthSpace = 0x200B,
};

/// The classes of bytes, for loops over them; 0 is any other sign of ASCII.
enum {
  asciiWord = 1,   ///< letter or digit
  asciiSpace = 2,  ///< white space
  asciiJoiner = 4, ///< `'` and `-`
  notAscii = 8,    ///< a byte of a longer character
};
extern const uint8_t byteClasses[256];
static inline uint8_t classOf(char c) { return byteClasses[(unsigned char)c]; }

static inline bool isAsciiWord(char c) { return classOf(c) == asciiWord; }
static inline bool isAsciiSpace(char c) { return classOf(c) == asciiSpace; }
/// Whether it is a byte of a character that is not ASCII.
static inline bool isLong(char c) { return (unsigned char)c >= 0x80; }
/// Whether a byte goes on with a character that began before it.
static inline bool isContinuation(char c) {
  return ((unsigned char)c & 0xC0) == 0x80;
}
static inline char lowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/// Whether it has so many characters at least.
static inline bool hasCharacters(const char *text, size_t size, size_t least) {
  if (least <= 1 || size >= 4 * least) // Of at most 4 bytes each.
    return size >= least;
  size_t count = 0;
  for (size_t at = 0; at < size; ++at)
    if (!isContinuation(text[at]) && ++count >= least)
      return true;
  return false;
}

/// The code point that starts at text[*at], which is moved behind it. What is
/// not UTF-8 gives U+FFFD, a byte at a time. `*at` is below `size`.
int32_t decodeCharacter(const char *text, size_t size, size_t *at);
/// Writes a code point as UTF-8, at most 4 bytes; returns where it ends.
char *putUtf8(int32_t codePoint, char *to);

// Of code points below 0x110000:

/// Letter (L) or number (N): what Python's str.isalnum takes.
bool isLetterOrNumber(int32_t codePoint);
/// A mark (M), such as an accent that is written apart.
bool isMark(int32_t codePoint);
/// The property White_Space.
bool isWhiteSpace(int32_t codePoint);
/// Whether a character is the picture of an emoji: Extended_Pictographic, but
/// no sign of Latin-1. Source: https://www.unicode.org/reports/tr51/
bool isEmoji(int32_t codePoint);
/// One of the two letters of a flag.
static inline bool isFlagLetter(int32_t codePoint) {
  return codePoint >= 0x1F1E6 && codePoint <= 0x1F1FF;
}
/// Ideographs and hiragana, which are written without spaces.
static inline bool isWordOfItsOwn(int32_t codePoint) {
  // Hiragana and the blocks of CJK ideographs.
  return (codePoint >= 0x3041 && codePoint <= 0x309F) ||
         (codePoint >= 0x3400 && codePoint <= 0x4DBF) ||
         (codePoint >= 0x4E00 && codePoint <= 0x9FFF) ||
         (codePoint >= 0xF900 && codePoint <= 0xFAFF) ||
         (codePoint >= 0x20000 && codePoint <= 0x3FFFF);
}

/// Writes the character at text[*at], which is not ASCII, in lower case, at
/// most twice its bytes and at least 3; moves `*at` behind it and returns where
/// what was written ends. By Unicode's full mapping with its rule for the final
/// sigma, as Python's str.lower. Source:
/// https://www.unicode.org/versions/Unicode15.0.0/ch03.pdf, 3.13
char *lowerCharacter(const char *text, size_t size, size_t *at, char *to);

/// What a browser makes of U+0080 to U+009F, which are control characters that
/// stand where text in Windows-1252 was taken for Latin-1; others are returned
/// as they are.
int32_t fromWindows1252(int32_t codePoint);

/// A byte becomes at most so many of the form NFKC_Casefold (U+FDFA does), and
/// so many code points on the way to it.
enum { foldedBytes = 12, foldedPoints = 6 };

/// Writes a piece of text in the form NFKC_Casefold at `to`, at most
/// foldedBytes for each of its own; returns the end. Null where marks have to
/// be put in order or joined to letters: then foldJoined does it, and what was
/// written is of no use. C1 controls count as fromWindows1252 gives them. With
/// `partsWords`, U+200B becomes a space, else it is left out.
/// Source: https://www.unicode.org/reports/tr44/#NFKC_Casefold
char *foldSimple(const char *piece, size_t size, bool partsWords, char *to);
/// The same of any piece. `points` and `memory` have room for foldedPoints for
/// each byte.
char *foldJoined(const char *piece, size_t size, bool partsWords,
                 int32_t *points, int32_t *memory, char *to);

#ifdef __cplusplus
}
#endif

#endif // MLC_RUNTIME_CHARACTERS_CHARACTERS_H
