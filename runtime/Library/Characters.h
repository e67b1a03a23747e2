//===- Characters.h - What tokenizers ask of characters ---------*- C -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same answers as runtime/Text/Unicode.h and HtmlText.h give, in C.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_LIBRARY_CHARACTERS_H
#define MLC_RUNTIME_LIBRARY_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPLACEMENT = 0xFFFD, ZERO_WIDTH_SPACE = 0x200B, RIGHT_QUOTE = 0x2019 };

static inline bool isAsciiWord(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}
static inline bool isAsciiSpace(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline bool isLong(char c) { return (unsigned char)c >= 0x80; }
static inline bool isContinuation(char c) {
  return ((unsigned char)c & 0xC0) == 0x80;
}
static inline char lowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/// The character at text[*at], which moves behind it.
int32_t decodeUtf8(const char *text, size_t size, size_t *at);
/// Writes a character; returns where it ends.
char *putUtf8(int32_t codePoint, char *to);

bool isLetterOrNumber(int32_t codePoint);
bool isMark(int32_t codePoint);
bool isWhiteSpace(int32_t codePoint);
bool isEmoji(int32_t codePoint);
bool isWordOfItsOwn(int32_t codePoint);

/// Writes `text` in lower case, at most twice its size; returns the end.
char *lowerCase(const char *text, size_t size, char *to);

/// Writes `text` without tags, comments and character references; returns the
/// end.
char *htmlToText(const char *text, size_t size, char *to);
/// See runtime/Text/HtmlText.h.
int32_t fromWindows1252(int32_t codePoint);

/// Where `what`, of `length` bytes, is in text[from, size); size: nowhere.
size_t findBytes(const char *text, size_t size, size_t from, const char *what,
                 size_t length);

#endif // MLC_RUNTIME_LIBRARY_CHARACTERS_H
