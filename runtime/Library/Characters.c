//===- Characters.c - What tokenizers ask of characters -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Characters.h"

#include <string.h>
#include <utf8proc.h>

int32_t decodeUtf8(const char *text, size_t size, size_t *at) {
  int32_t codePoint = 0;
  const size_t left = size - *at;
  const utf8proc_ssize_t length =
      utf8proc_iterate((const utf8proc_uint8_t *)text + *at,
                       (utf8proc_ssize_t)(left < 4 ? left : 4), &codePoint);
  *at += length <= 0 ? 1 : (size_t)length;
  return length <= 0 ? REPLACEMENT : codePoint;
}

char *putUtf8(int32_t codePoint, char *to) {
  return to + utf8proc_encode_char(codePoint, (utf8proc_uint8_t *)to);
}

bool isLetterOrNumber(int32_t codePoint) {
  const utf8proc_category_t category = utf8proc_category(codePoint);
  return (category >= UTF8PROC_CATEGORY_LU &&
          category <= UTF8PROC_CATEGORY_LO) ||
         (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

bool isMark(int32_t codePoint) {
  const utf8proc_category_t category = utf8proc_category(codePoint);
  return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

bool isWhiteSpace(int32_t codePoint) {
  if (codePoint < 0x80)
    return isAsciiSpace((char)codePoint);
  const utf8proc_category_t category = utf8proc_category(codePoint);
  return codePoint == 0x85 || category == UTF8PROC_CATEGORY_ZS ||
         category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

bool isEmoji(int32_t codePoint) {
  return codePoint > 0xFF && utf8proc_get_property(codePoint)->boundclass ==
                                 UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

bool isWordOfItsOwn(int32_t codePoint) {
  static const int32_t ranges[][2] = {{0x3041, 0x309F},
                                      {0x3400, 0x4DBF},
                                      {0x4E00, 0x9FFF},
                                      {0xF900, 0xFAFF},
                                      {0x20000, 0x3FFFF}};
  for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); ++i)
    if (codePoint >= ranges[i][0] && codePoint <= ranges[i][1])
      return true;
  return false;
}

static bool isCased(int32_t codePoint) {
  const utf8proc_category_t category = utf8proc_category(codePoint);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LT;
}

/// Case_Ignorable: marks, modifiers, formats and the word-internal marks.
static bool isCaseIgnorable(int32_t codePoint) {
  static const int32_t internal[] = {
      '\'',   '.',    ':',    0xB7,   0x387,  0x55F,  0x5F4,  0x2018, 0x2019,
      0x2024, 0x2027, 0xFE13, 0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A};
  switch (utf8proc_category(codePoint)) {
  case UTF8PROC_CATEGORY_MN:
  case UTF8PROC_CATEGORY_ME:
  case UTF8PROC_CATEGORY_CF:
  case UTF8PROC_CATEGORY_LM:
  case UTF8PROC_CATEGORY_SK:
    return true;
  default:
    for (size_t i = 0; i < sizeof(internal) / sizeof(*internal); ++i)
      if (internal[i] == codePoint)
        return true;
    return false;
  }
}

static bool followsCased(const char *text, size_t end) {
  while (end > 0) {
    size_t start = end - 1;
    while (start > 0 && end - start < 4 && isContinuation(text[start]))
      --start;
    size_t at = start;
    const int32_t codePoint = decodeUtf8(text, end, &at);
    if (!isCaseIgnorable(codePoint))
      return isCased(codePoint);
    end = start;
  }
  return false;
}

static bool precedesCased(const char *text, size_t size, size_t at) {
  while (at < size) {
    const int32_t codePoint = decodeUtf8(text, size, &at);
    if (!isCaseIgnorable(codePoint))
      return isCased(codePoint);
  }
  return false;
}

static char *lowerLong(const char *text, size_t size, size_t *at, char *to) {
  const size_t start = *at;
  const int32_t codePoint = decodeUtf8(text, size, at);
  if (codePoint == 0x130) { // The capital I with a dot.
    *to++ = 'i';
    return putUtf8(0x307, to);
  }
  if (codePoint == 0x3A3) { // Sigma has another form at the end of a word.
    const bool isFinal =
        followsCased(text, start) && !precedesCased(text, size, *at);
    return putUtf8(isFinal ? 0x3C2 : 0x3C3, to);
  }
  return putUtf8(utf8proc_tolower(codePoint), to);
}

char *lowerCase(const char *text, size_t size, char *to) {
  for (size_t at = 0; at < size;) {
    if (isLong(text[at]))
      to = lowerLong(text, size, &at, to);
    else
      *to++ = lowerAscii(text[at++]);
  }
  return to;
}

size_t findBytes(const char *text, size_t size, size_t from, const char *what,
                 size_t length) {
  for (size_t at = from; at + length <= size; ++at) {
    const char *first = memchr(text + at, what[0], size - length + 1 - at);
    if (!first)
      return size;
    at = (size_t)(first - text);
    if (memcmp(first, what, length) == 0)
      return at;
  }
  return size;
}
