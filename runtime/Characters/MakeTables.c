//===- MakeTables.c - Makes the tables of characters ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   MakeTables classes|fold|fold-latin > FILE
//
// Runs when mlc is built: asks utf8proc of every code point what Tables.h
// describes, and writes it as C.
//
//===----------------------------------------------------------------------===//

#include "Characters.h"
#include "Tables.h"
#include "Words.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { mostPoints = 32, mostPairs = 2000 };

static const utf8proc_option_t folding = UTF8PROC_STABLE | UTF8PROC_COMPOSE |
                                         UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                         UTF8PROC_IGNORE;

/// What a code point becomes.
typedef struct Form {
  int32_t from, points[mostPoints];
  size_t count;
} Form;

static void fail(const char *message) {
  fprintf(stderr, "MakeTables: %s\n", message);
  exit(1);
}

static bool isSurrogate(int32_t c) { return c >= 0xD800 && c < 0xE000; }
static bool isHangul(int32_t c) { return c >= 0xAC00 && c < 0xD7A4; }

static bool isLatin(int32_t c) { return c < latinEnd; }

static int placeOf(int32_t c) {
  return utf8proc_get_property(c)->combining_class;
}

/// All apart, in the order that utf8proc gives it.
static size_t decompose(int32_t c, utf8proc_option_t options, int32_t *points) {
  int boundary = 0;
  const utf8proc_ssize_t count =
      utf8proc_decompose_char(c, points, mostPoints, options, &boundary);
  if (count < 0 || count > mostPoints)
    fail("a character becomes too many");
  return (size_t)count;
}

/// Puts marks in order and joins what can be.
static size_t compose(int32_t *points, size_t count) {
  for (size_t i = 1; i < count; ++i)
    for (size_t at = i; at > 0 && placeOf(points[at]) != 0 &&
                        placeOf(points[at - 1]) > placeOf(points[at]);
         --at) {
      const int32_t point = points[at];
      points[at] = points[at - 1];
      points[at - 1] = point;
    }
  return (size_t)utf8proc_normalize_utf32(points, (utf8proc_ssize_t)count,
                                          folding);
}

static Form foldedForm(int32_t c) {
  Form form = {.from = c};
  form.count = decompose(c, folding, form.points);
  form.count = compose(form.points, form.count);
  return form;
}

static bool isChange(const Form *form) {
  return form->count != 1 || form->points[0] != form->from;
}

//===----------------------------------------------------------------------===//
// Pairs that are joined
//===----------------------------------------------------------------------===//

typedef struct Pair {
  int32_t first, second, joined;
} Pair;

static Pair pairs[mostPairs];
static size_t pairCount;
static bool isSecond[codePoints];

/// Of each code point that Unicode's canonical form is joined of: the last one
/// and all before it, joined.
static void findPairs(void) {
  const utf8proc_option_t apart = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
  for (int32_t c = 0; c < codePoints; ++c) {
    int32_t points[mostPoints], all[mostPoints];
    if (isSurrogate(c) || isHangul(c))
      continue;
    const size_t count = decompose(c, apart, points);
    memcpy(all, points, sizeof(all));
    if (count < 2 || compose(all, count) != 1 || all[0] != c)
      continue;
    Pair pair = {0, points[count - 1], c};
    if (compose(points, count - 1) != 1 || pairCount == mostPairs)
      fail("a character is joined of more than two");
    pair.first = points[0];
    if (pair.first >> 16 != c >> 16 || pair.second >> 16 != c >> 16 ||
        c >> 16 > 1)
      fail("a pair of several planes");
    pairs[pairCount++] = pair;
    isSecond[pair.second] = true;
  }
  for (int32_t c = 0x1161; c < 0x1176; ++c) // The vowels of Hangul,
    isSecond[c] = true;
  for (int32_t c = 0x11A7; c < 0x11C3; ++c) // and its final consonants.
    isSecond[c] = true;
}

static int comparePairs(const void *left, const void *right) {
  const Pair *a = left, *b = right;
  if (a->first != b->first)
    return a->first < b->first ? -1 : 1;
  return a->second < b->second ? -1 : a->second > b->second;
}

static int compareJoined(const void *left, const void *right) {
  const int32_t a = pairs[*(const uint16_t *)left].joined,
                b = pairs[*(const uint16_t *)right].joined;
  return a < b ? -1 : a > b;
}

/// Of Latin letters alone, or all.
static void writePairs(bool areLatin) {
  uint16_t order[mostPairs];
  size_t ofPlane0 = 0;
  size_t kept = 0;
  for (size_t i = 0; i < pairCount; ++i)
    if (!areLatin || isLatin(pairs[i].joined))
      pairs[kept++] = pairs[i];
  pairCount = kept;
  qsort(pairs, pairCount, sizeof(*pairs), comparePairs);
  printf("static const UnicodePair pairs[] = {\n");
  for (size_t i = 0; i < pairCount; ++i) {
    printf("{0x%X, 0x%X, 0x%X},\n", pairs[i].first & 0xFFFF,
           pairs[i].second & 0xFFFF, pairs[i].joined & 0xFFFF);
    ofPlane0 += pairs[i].first < 0x10000;
    order[i] = (uint16_t)i;
  }
  qsort(order, pairCount, sizeof(*order), compareJoined);
  printf(
      "};\nenum { pairsOfPlane0 = %zu };\nstatic const uint16_t byJoined[] = "
      "{\n",
      ofPlane0);
  for (size_t i = 0; i < pairCount; ++i)
    printf("%d,\n", order[i]);
  printf("};\n");
}

//===----------------------------------------------------------------------===//
// Classes
//===----------------------------------------------------------------------===//

/// Case_Ignorable: marks, modifiers, formats and the word-internal marks.
static bool isCaseIgnorable(int32_t c) {
  static const int32_t internal[] = {
      '\'',   '.',    ':',    0xB7,   0x387,  0x55F,  0x5F4,  0x2018, 0x2019,
      0x2024, 0x2027, 0xFE13, 0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A};
  switch (utf8proc_category(c)) {
  case UTF8PROC_CATEGORY_MN:
  case UTF8PROC_CATEGORY_ME:
  case UTF8PROC_CATEGORY_CF:
  case UTF8PROC_CATEGORY_LM:
  case UTF8PROC_CATEGORY_SK:
    return true;
  default:
    for (size_t i = 0; i < sizeof(internal) / sizeof(*internal); ++i)
      if (internal[i] == c)
        return true;
    return false;
  }
}

static uint8_t classesOf(int32_t c) {
  const utf8proc_property_t *property = utf8proc_get_property(c);
  const utf8proc_propval_t category = property->category;
  uint8_t class = 0;
  if (isSurrogate(c))
    return class;
  if ((category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
      (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO))
    class |= classLetterOrNumber;
  if (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME)
    class |= classMark;
  if (c > 0xFF &&
      property->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC)
    class |= classEmoji;
  if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LT)
    class |= classCased;
  if (isCaseIgnorable(c))
    class |= classCaseIgnorable;
  const Form form = foldedForm(c);
  if (isChange(&form) || utf8proc_tolower(c) != c)
    class |= classChanges;
  int32_t points[mostPoints];
  if (decompose(c, folding, points) > 0 &&
      (placeOf(points[0]) != 0 || isSecond[points[0]]))
    class |= classJoins;
  return class;
}

static void writeNumbers(const char *type, const char *name, const int *numbers,
                         size_t count) {
  printf("static const %s %s[] = {\n", type, name);
  for (size_t i = 0; i < count; ++i)
    printf("%d,%s", numbers[i], i % 16 == 15 ? "\n" : " ");
  printf("};\n");
}

/// The number of a block of `size` numbers among `blocks`, of which there are
/// *count; adds it where it is new.
static int numberOf(const int *block, size_t size, int *blocks, size_t *count) {
  for (size_t i = 0; i < *count; ++i)
    if (memcmp(blocks + i * size, block, size * sizeof(*block)) == 0)
      return (int)i;
  memcpy(blocks + *count * size, block, size * sizeof(*block));
  return (int)(*count)++;
}

static void writeClasses(void) {
  enum {
    block = 1 << classBlockBits,
    row = 1 << classRowBits,
    blockCount = codePoints / block,
    rowCount = blockCount / row
  };
  static int all[codePoints], kept[codePoints], numbers[blockCount],
      keptRows[blockCount], rows[rowCount];
  size_t blocks = 0, middle = 0;
  for (int32_t c = 0; c < codePoints; ++c)
    all[c] = classesOf(c);
  for (size_t i = 0; i < blockCount; ++i)
    numbers[i] = numberOf(all + i * block, block, kept, &blocks);
  for (size_t i = 0; i < rowCount; ++i)
    rows[i] = numberOf(numbers + i * row, row, keptRows, &middle);
  if (middle > UINT8_MAX || blocks > UINT16_MAX)
    fail("too many kinds of blocks");
  writeNumbers("uint8_t", "classRows", rows, rowCount);
  writeNumbers("uint16_t", "classBlocks", keptRows, middle * row);
  writeNumbers("uint8_t", "classes", kept, blocks * block);
}

static void writeMarks(void) {
  uint8_t places[64];
  size_t placeCount = 0;
  printf("static const UnicodeMarks marks[] = {\n");
  for (int32_t c = 0; c < codePoints;) {
    const int place = isSurrogate(c) ? 0 : placeOf(c);
    int32_t behind = c + 1;
    while (place != 0 && behind - c < 31 && placeOf(behind) == place)
      ++behind;
    if (place != 0) {
      size_t number = 0;
      while (number < placeCount && places[number] != place)
        ++number;
      if (number == sizeof(places))
        fail("too many places of marks");
      places[number] = (uint8_t)place;
      placeCount += number == placeCount;
      printf("{0x%X, %d, %zu},\n", c, behind - c, number);
    }
    c = behind;
  }
  printf("};\nstatic const uint8_t markPlaces[] = {");
  for (size_t i = 0; i < placeCount; ++i)
    printf("%d, ", places[i]);
  printf("};\n");
}

//===----------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------===//

static size_t unitsOf(const Form *form) {
  size_t units = form->count;
  for (size_t i = 0; i < form->count; ++i)
    units += form->points[i] >= 0x10000;
  return units;
}

/// How many of `forms` are as far away as the first, `stride` apart.
static size_t lengthOf(const Form *forms, size_t count, int stride) {
  size_t length = 0;
  for (; length < count && length < 1000; ++length)
    if (forms[length].count != 1 ||
        forms[length].from != forms[0].from + (int32_t)length * stride ||
        forms[length].points[0] - forms[length].from !=
            forms[0].points[0] - forms[0].from)
      break;
  return length;
}

/// From so many on a run of its own is smaller than their units.
enum { worthARun = 4 };

static size_t distanceRun(const Form *forms, size_t count, int *kind) {
  const size_t next = lengthOf(forms, count, 1),
               other = lengthOf(forms, count, 2);
  *kind = other > next ? runEveryOther : runDistance;
  const size_t longest = other > next ? other : next;
  return longest >= worthARun ? longest : 0;
}

static void writeRuns(const char *name, const Form *forms, size_t count) {
  static uint16_t units[1 << 16];
  size_t used = 0;
  printf("static const UnicodeRun %sRuns[] = {\n", name);
  for (size_t i = 0; i < count;) {
    int kind;
    size_t length = distanceRun(forms + i, count - i, &kind);
    if (length > 0) {
      printf("{0x%X, %zu, %d, 1, 0x%X},\n", forms[i].from, length, kind,
             forms[i].points[0]);
      i += length;
      continue;
    }
    const size_t each = unitsOf(&forms[i]), first = used;
    while (i + length < count && length < 1000 &&
           forms[i + length].from == forms[i].from + (int32_t)length &&
           unitsOf(&forms[i + length]) == each &&
           (length == 0 ||
            distanceRun(forms + i + length, count - i - length, &kind) == 0)) {
      const Form *form = &forms[i + length++];
      if (used + each > sizeof(units) / sizeof(*units) || each > 31)
        fail("too many units");
      for (size_t at = 0; at < form->count; ++at) {
        const int32_t point = form->points[at];
        if (point >= 0x10000)
          units[used++] = (uint16_t)(0xD800 + ((point - 0x10000) >> 10));
        units[used++] =
            (uint16_t)(point < 0x10000 ? point : 0xDC00 + (point & 0x3FF));
      }
    }
    printf("{0x%X, %zu, %d, %zu, %zu},\n", forms[i].from, length, runUnits,
           each, first);
    i += length;
  }
  printf("};\nstatic const uint16_t %sUnits[] = {\n", name);
  for (size_t i = 0; i < used; ++i)
    printf("0x%X,%s", units[i], i % 12 == 11 ? "\n" : " ");
  printf("0};\n");
}

static Form lowerForm(int32_t c) {
  return (Form){.from = c, .points = {utf8proc_tolower(c)}, .count = 1};
}

/// What a character is to words, as kindOfCharacter (Words.c) says; a mark, and
/// a letter, goes on with what is before it.
static int kindOf(int32_t c) {
  if (c == rightQuote)
    return wordApostrophe;
  if (isWordOfItsOwn(c))
    return wordAlone;
  const uint8_t class = classesOf(c);
  if (class & (classLetterOrNumber | classMark))
    return class & classMark ? wordMark : wordLetter;
  // Emoji are no words to old versions, others are none to any.
  return isFlagLetter(c) ? wordFlag : class & classEmoji ? -1 : wordOther;
}

/// The folded form, unless neither a word of Latin letters depends on it, nor
/// where words begin and end.
static Form latinForm(int32_t c) {
  const Form form = foldedForm(c),
             same = {.from = c, .points = {c}, .count = 1};
  const int kind = kindOf(c);
  if (form.count == 0 || kindOf(form.points[0]) != kind)
    return form;
  for (size_t i = 0; i < form.count; ++i) {
    const int next = kindOf(form.points[i]);
    const bool goesOn = i == 0 || next == wordMark ||
                        (kind == wordLetter && next == wordLetter);
    if (isLatin(form.points[i]) || !goesOn)
      return form;
  }
  return same;
}

static void writeForms(const char *name, Form (*formOf)(int32_t)) {
  static Form forms[1 << 14];
  size_t count = 0;
  // ASCII is lower-cased without a table.
  for (int32_t c = 0x80; c < codePoints; ++c) {
    const Form form = formOf(c);
    if (isSurrogate(c) || !isChange(&form))
      continue;
    if (count == sizeof(forms) / sizeof(*forms))
      fail("too many forms");
    forms[count++] = form;
  }
  writeRuns(name, forms, count);
}

int main(int argc, char **argv) {
  findPairs();
  printf("// Made by MakeTables.c from utf8proc %s, Unicode %s.\n",
         utf8proc_version(), utf8proc_unicode_version());
  if (argc == 2 && strcmp(argv[1], "classes") == 0) {
    writeClasses();
    writeForms("lower", lowerForm);
  } else if (argc == 2 && strcmp(argv[1], "fold") == 0) {
    writeForms("fold", foldedForm);
    writeMarks();
    writePairs(false);
  } else if (argc == 2 && strcmp(argv[1], "fold-latin") == 0) {
    writeForms("fold", latinForm);
    writeMarks();
    writePairs(true);
  } else {
    fail("says classes, fold or fold-latin");
  }
  return fflush(stdout) == 0 ? 0 : 1;
}
