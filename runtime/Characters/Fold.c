//===- Fold.c - Text in the form NFKC_Casefold ----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// foldRuns has the folded form of each character by itself. That is all there
// is to it until a mark, or what else may be joined, stands behind a character:
// then all are taken apart by the pairs that they are joined of, marks are put
// in order, and joined again. As in utf8proc, a Hangul syllable without a final
// consonant takes U+11A7, which is none, into itself.
//
//===----------------------------------------------------------------------===//

#include "Characters.h"

#include "Runs.h"
#include "Tables.h"

#include <string.h>

// Made by MakeTables.c: foldRuns, foldUnits, marks, markPlaces, pairs,
// pairsOfPlane0, byJoined.
#ifdef MLC_FOLD_LATIN
// A model whose terms have Latin letters alone knows no word that has others,
// so its library need not tell these words apart: the tables have what becomes
// a Latin letter, or nothing, or would make words begin or end elsewhere.
#include "FoldLatinTables.inc"
#else
#include "FoldTables.inc"
#endif

enum {
  hangulFirst = 0xAC00,
  hangulCount = 11172,
  hangulL = 0x1100,
  hangulLCount = 19,
  hangulV = 0x1161,
  hangulVCount = 21,
  hangulT = 0x11A7,
  hangulTCount = 28,
};

static bool isHangul(int32_t codePoint) {
  return codePoint >= hangulFirst && codePoint < hangulFirst + hangulCount;
}

/// The next character of a piece, as far as it is one.
static int32_t nextOf(const char *piece, size_t size, size_t *at,
                      bool partsWords) {
  const int32_t codePoint = fromWindows1252(decodeCharacter(piece, size, at));
  return codePoint == zeroWidthSpace && partsWords ? ' ' : codePoint;
}

static const UnicodeRun *findFold(int32_t codePoint, uint32_t *place) {
  return findRun(foldRuns, sizeof(foldRuns) / sizeof(*foldRuns), codePoint,
                 place);
}

char *foldSimple(const char *piece, size_t size, bool partsWords, char *to) {
  for (size_t at = 0; at < size;) {
    if (!isLong(piece[at])) {
      *to++ = lowerAscii(piece[at++]);
      continue;
    }
    const int32_t codePoint = nextOf(piece, size, &at, partsWords);
    const uint8_t class = classOfCharacter(codePoint);
    if (class & classJoins)
      return NULL;
    uint32_t place;
    const UnicodeRun *run =
        class & classChanges ? findFold(codePoint, &place) : NULL;
    to = run ? putRun(run, place, codePoint, foldUnits, to)
             : putUtf8(codePoint, to);
  }
  return to;
}

/// A mark's place in the order of marks, 0 for what is none.
static int placeOf(int32_t codePoint) {
  if (!(classOfCharacter(codePoint) & classJoins))
    return 0;
  size_t first = 0, behind = sizeof(marks) / sizeof(*marks);
  while (first < behind) {
    const size_t middle = (first + behind) / 2;
    if (marks[middle].first <= (uint32_t)codePoint)
      first = middle + 1;
    else
      behind = middle;
  }
  const UnicodeMarks *found = first > 0 ? &marks[first - 1] : NULL;
  return found && (uint32_t)codePoint - found->first < found->count
             ? markPlaces[found->place]
             : 0;
}

/// What is joined of two code points; 0 if nothing is.
static int32_t joined(int32_t left, int32_t right) {
  if (left >= hangulL && left < hangulL + hangulLCount && right >= hangulV &&
      right < hangulV + hangulVCount)
    return hangulFirst +
           ((left - hangulL) * hangulVCount + right - hangulV) * hangulTCount;
  if (isHangul(left) && (left - hangulFirst) % hangulTCount == 0 &&
      right >= hangulT && right < hangulT + hangulTCount)
    return left + right - hangulT;
  const int32_t plane = left >> 16;
  if (plane != right >> 16 || plane > 1)
    return 0;
  const uint32_t key = (uint32_t)left << 16 | (uint32_t)(right & 0xFFFF);
  size_t first = plane == 0 ? 0 : pairsOfPlane0,
         behind = plane == 0 ? pairsOfPlane0 : sizeof(pairs) / sizeof(*pairs);
  while (first < behind) {
    const size_t middle = (first + behind) / 2;
    const UnicodePair *pair = &pairs[middle];
    const uint32_t other = (uint32_t)pair->first << 16 | pair->second;
    if (other == key)
      return plane << 16 | pair->joined;
    if (other < key)
      first = middle + 1;
    else
      behind = middle;
  }
  return 0;
}

/// The pair that a code point is joined of; null if it is of none.
static const UnicodePair *pairOf(int32_t codePoint) {
  const int32_t plane = codePoint >> 16;
  if (plane > 1)
    return NULL;
  size_t first = plane == 0 ? 0 : pairsOfPlane0,
         behind = plane == 0 ? pairsOfPlane0 : sizeof(pairs) / sizeof(*pairs);
  const uint16_t key = (uint16_t)codePoint;
  while (first < behind) {
    const size_t middle = (first + behind) / 2;
    const UnicodePair *pair = &pairs[byJoined[middle]];
    if (pair->joined == key)
      return pair;
    if (pair->joined < key)
      first = middle + 1;
    else
      behind = middle;
  }
  return NULL;
}

/// Takes a code point apart; returns how many it is.
static size_t takeApart(int32_t codePoint, int32_t *points) {
  if (isHangul(codePoint)) {
    const int32_t syllable = codePoint - hangulFirst,
                  last = syllable % hangulTCount;
    points[0] = hangulL + syllable / (hangulVCount * hangulTCount);
    points[1] = hangulV + syllable / hangulTCount % hangulVCount;
    points[2] = hangulT + last;
    return last > 0 ? 3 : 2;
  }
  const UnicodePair *pair = pairOf(codePoint);
  if (!pair) {
    points[0] = codePoint;
    return 1;
  }
  const int32_t plane = codePoint & ~0xFFFF;
  const size_t count = takeApart(plane | pair->first, points);
  points[count] = plane | pair->second;
  return count + 1;
}

static size_t foldApart(int32_t codePoint, int32_t *points) {
  if (codePoint < 0x80) {
    points[0] = lowerAscii((char)codePoint);
    return 1;
  }
  uint32_t place;
  const UnicodeRun *run = classOfCharacter(codePoint) & classChanges
                              ? findFold(codePoint, &place)
                              : NULL;
  if (!run)
    return takeApart(codePoint, points);
  if (run->kind != runUnits)
    return takeApart(atDistance(run, codePoint), points);
  size_t count = 0, at = run->value + place * run->length;
  for (const size_t end = at + run->length; at < end;)
    count += takeApart(nextUnit(foldUnits, &at), points + count);
  return count;
}

/// Sorts marks by their place, below 256, equal ones as they stand.
static void sortMarks(int32_t *points, size_t count, int32_t *memory) {
  size_t places[257] = {0};
  for (size_t i = 0; i < count; ++i)
    ++places[placeOf(points[i]) + 1];
  for (int i = 1; i < 257; ++i)
    places[i] += places[i - 1];
  for (size_t i = 0; i < count; ++i)
    memory[places[placeOf(points[i])]++] = points[i];
  memcpy(points, memory, count * sizeof(*points));
}

/// Joins what can be; returns how many are left.
/// Source: https://www.unicode.org/versions/Unicode15.0.0/ch03.pdf, 3.11
static size_t join(int32_t *points, size_t count) {
  size_t kept = 0, starter = 0;
  bool hasStarter = false;
  int highest = -1; // Place of those kept since the starter.
  for (size_t i = 0; i < count; ++i) {
    const int32_t codePoint = points[i];
    const int place = placeOf(codePoint);
    const int32_t both =
        hasStarter && place > highest ? joined(points[starter], codePoint) : 0;
    if (both) {
      points[starter] = both;
      continue;
    }
    if (place == 0) {
      starter = kept;
      hasStarter = true;
      highest = -1;
    } else if (place > highest) {
      highest = place;
    }
    points[kept++] = codePoint;
  }
  return kept;
}

char *foldJoined(const char *piece, size_t size, bool partsWords,
                 int32_t *points, int32_t *memory, char *to) {
  size_t count = 0;
  for (size_t at = 0; at < size;)
    count += foldApart(nextOf(piece, size, &at, partsWords), points + count);
  for (size_t first = 0; first < count;) {
    size_t last = first;
    while (last < count && placeOf(points[last]) != 0)
      ++last;
    if (last - first > 1)
      sortMarks(points + first, last - first, memory);
    first = last + 1;
  }
  count = join(points, count);
  for (size_t i = 0; i < count; ++i)
    to = putUtf8(points[i], to);
  return to;
}
