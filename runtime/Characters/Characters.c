//===- Characters.c - What tokenizers ask of characters -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Characters.h"

#include "Runs.h"
#include "Tables.h"

// Made by MakeTables.c: classRows, classBlocks, classes, lowerRuns, lowerUnits.
#include "ClassTables.inc"

const uint8_t byteClasses[256] = {
    ['\t' ... '\r'] = asciiSpace, [' '] = asciiSpace,
    ['0' ... '9'] = asciiWord,    ['A' ... 'Z'] = asciiWord,
    ['a' ... 'z'] = asciiWord,    ['\''] = asciiJoiner,
    ['-'] = asciiJoiner,          [0x80 ... 0xFF] = notAscii,
};

uint8_t classOfCharacter(int32_t codePoint) {
  const uint32_t block = (uint32_t)codePoint >> classBlockBits;
  const uint32_t row = classRows[block >> classRowBits];
  const uint32_t in = row << classRowBits | (block & ((1 << classRowBits) - 1));
  return classes[(uint32_t)classBlocks[in] << classBlockBits |
                 ((uint32_t)codePoint & ((1 << classBlockBits) - 1))];
}

static bool isOfClass(int32_t codePoint, int class) {
  return (classOfCharacter(codePoint) & class) != 0;
}

const UnicodeRun *findRun(const UnicodeRun *runs, size_t count,
                          int32_t codePoint, uint32_t *place) {
  size_t first = 0, behind = count;
  while (first < behind) {
    const size_t middle = (first + behind) / 2;
    if (runs[middle].first <= (uint32_t)codePoint)
      first = middle + 1;
    else
      behind = middle;
  }
  if (first == 0)
    return NULL;
  const UnicodeRun *run = &runs[first - 1];
  uint32_t distance = (uint32_t)codePoint - run->first;
  if (run->kind == runEveryOther) {
    if (distance % 2 == 1)
      return NULL;
    distance /= 2;
  }
  if (distance >= run->count)
    return NULL;
  *place = distance;
  return run;
}

int32_t decodeCharacter(const char *text, size_t size, size_t *at) {
  const unsigned char *bytes = (const unsigned char *)text + *at;
  const size_t left = size - *at;
  const unsigned char lead = bytes[0];
  size_t length = 1;
  int32_t codePoint = lead;
  if (lead >= 0xC2 && lead < 0xE0) {
    length = 2;
    codePoint = lead & 0x1F;
  } else if (lead >= 0xE0 && lead < 0xF0) {
    length = 3;
    codePoint = lead & 0x0F;
  } else if (lead >= 0xF0 && lead < 0xF5) {
    length = 4;
    codePoint = lead & 0x07;
  } else if (lead >= 0x80) {
    codePoint = -1;
  }
  for (size_t i = 1; i < length; ++i) {
    if (i >= left || !isContinuation((char)bytes[i])) {
      codePoint = -1;
      break;
    }
    codePoint = codePoint << 6 | (bytes[i] & 0x3F);
  }
  // Of 3 and 4 bytes, those that fewer could say, surrogates, and too large
  // ones are not UTF-8.
  const int32_t least = length == 3 ? 0x800 : length == 4 ? 0x10000 : 0;
  if (codePoint < least || codePoint >= codePoints ||
      (codePoint >= 0xD800 && codePoint < 0xE000)) {
    ++*at;
    return replacementCharacter;
  }
  *at += length;
  return codePoint;
}

char *putUtf8(int32_t codePoint, char *to) {
  if (codePoint < 0x80) {
    *to++ = (char)codePoint;
  } else if (codePoint < 0x800) {
    *to++ = (char)(0xC0 | codePoint >> 6);
    *to++ = (char)(0x80 | (codePoint & 0x3F));
  } else if (codePoint < 0x10000) {
    *to++ = (char)(0xE0 | codePoint >> 12);
    *to++ = (char)(0x80 | (codePoint >> 6 & 0x3F));
    *to++ = (char)(0x80 | (codePoint & 0x3F));
  } else {
    *to++ = (char)(0xF0 | codePoint >> 18);
    *to++ = (char)(0x80 | (codePoint >> 12 & 0x3F));
    *to++ = (char)(0x80 | (codePoint >> 6 & 0x3F));
    *to++ = (char)(0x80 | (codePoint & 0x3F));
  }
  return to;
}

bool isLetterOrNumber(int32_t codePoint) {
  return isOfClass(codePoint, classLetterOrNumber);
}

bool isMark(int32_t codePoint) { return isOfClass(codePoint, classMark); }

bool isEmoji(int32_t codePoint) { return isOfClass(codePoint, classEmoji); }

bool isWhiteSpace(int32_t codePoint) {
  if (codePoint < 0x80)
    return isAsciiSpace((char)codePoint);
  switch (codePoint) {
  case 0x85:   // The end of a line.
  case 0xA0:   // Those that keep lines together,
  case 0x202F: // a narrow one too,
  case 0x1680: // the ogham script's,
  case 0x2028: // what parts lines
  case 0x2029: // and paragraphs,
  case 0x205F: // a formula's,
  case 0x3000: // and one as wide as an ideograph.
    return true;
  default: // Spaces of a width.
    return codePoint >= 0x2000 && codePoint <= 0x200A;
  }
}

/// Whether a cased letter stands before text[end], beyond what case ignores.
static bool followsCased(const char *text, size_t end) {
  while (end > 0) {
    size_t start = end - 1;
    while (start > 0 && end - start < 4 && isContinuation(text[start]))
      --start;
    size_t at = start;
    const int32_t codePoint = decodeCharacter(text, end, &at);
    if (!isOfClass(codePoint, classCaseIgnorable))
      return isOfClass(codePoint, classCased);
    end = start;
  }
  return false;
}

static bool precedesCased(const char *text, size_t size, size_t at) {
  while (at < size) {
    const int32_t codePoint = decodeCharacter(text, size, &at);
    if (!isOfClass(codePoint, classCaseIgnorable))
      return isOfClass(codePoint, classCased);
  }
  return false;
}

char *lowerCharacter(const char *text, size_t size, size_t *at, char *to) {
  enum { capitalDottedI = 0x130, dotAbove = 0x307 };
  enum { capitalSigma = 0x3A3, smallSigma = 0x3C3, finalSigma = 0x3C2 };
  const size_t start = *at;
  const int32_t codePoint = decodeCharacter(text, size, at);
  if (!isOfClass(codePoint, classChanges))
    return putUtf8(codePoint, to);
  if (codePoint == capitalDottedI) {
    *to++ = 'i';
    return putUtf8(dotAbove, to);
  }
  if (codePoint == capitalSigma) {
    const bool isFinal =
        followsCased(text, start) && !precedesCased(text, size, *at);
    return putUtf8(isFinal ? finalSigma : smallSigma, to);
  }
  uint32_t place;
  const UnicodeRun *run = findRun(
      lowerRuns, sizeof(lowerRuns) / sizeof(*lowerRuns), codePoint, &place);
  return run ? putRun(run, place, codePoint, lowerUnits, to)
             : putUtf8(codePoint, to);
}

int32_t fromWindows1252(int32_t codePoint) {
  static const uint16_t characters[0x20] = {
      0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
      0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0x8D,   0x17D,  0x8F,
      0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
      0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};
  return codePoint >= 0x80 && codePoint < 0xA0 ? characters[codePoint - 0x80]
                                               : codePoint;
}
