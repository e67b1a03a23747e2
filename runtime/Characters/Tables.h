//===- Tables.h - Tables of Unicode -----------------------------*- C -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What MakeTables.c writes and Characters.c and Fold.c read.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_CHARACTERS_TABLES_H
#define MLC_RUNTIME_CHARACTERS_TABLES_H

#include <stdint.h>

/// The classes of a code point.
enum {
  classLetterOrNumber = 1,
  classMark = 2,
  classEmoji = 4,
  classCased = 8,
  classCaseIgnorable = 16,
  /// It has another form in lower case, or in NFKC_Casefold.
  classChanges = 32,
  /// What it becomes by NFKC_Casefold begins with a mark that has a place in an
  /// order, or with what may be joined to a character before it.
  classJoins = 64,
};

/// Classes are found by three tables: of the highest bits a row of the middle
/// one, whose elements are blocks of classes.
enum { classBlockBits = 4, classRowBits = 5, codePoints = 0x110000 };

/// Behind the letters that are called Latin here: of Europe's languages.
enum { latinEnd = 0x250 };

/// Code points that follow one another, or every other one, and what each
/// becomes: a code point as far away as the others, or characters of `units`.
typedef struct UnicodeRun {
  uint32_t first : 21, count : 11;
  uint32_t kind : 2, length : 5, value : 25;
} UnicodeRun;

enum {
  /// `length` UTF-16 units each, one after another from units[value] on.
  runUnits = 0,
  /// `value` is what the first one becomes.
  runDistance = 1,
  /// The same, of every other code point; `count` is how many change.
  runEveryOther = 2,
};

/// Marks that have a place in the order of marks.
typedef struct UnicodeMarks {
  uint32_t first : 21, count : 5;
  uint32_t place : 6; ///< Number of a Canonical_Combining_Class in markPlaces.
} UnicodeMarks;

/// Two code points and the one that they are joined to, the lowest 16 bits of
/// each. All three are in one plane, 0 or 1.
typedef struct UnicodePair {
  uint16_t first, second, joined;
} UnicodePair;

#endif // MLC_RUNTIME_CHARACTERS_TABLES_H
