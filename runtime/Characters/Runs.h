//===- Runs.h - Finds what a code point becomes -----------------*- C -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_CHARACTERS_RUNS_H
#define MLC_RUNTIME_CHARACTERS_RUNS_H

#include "Characters.h"
#include "Tables.h"

/// What Tables.h has of classes.
uint8_t classOfCharacter(int32_t codePoint);

/// The run in which a code point changes, and its place there; null if it stays
/// as it is.
const UnicodeRun *findRun(const UnicodeRun *runs, size_t count,
                          int32_t codePoint, uint32_t *place);

/// The code point at units[*at], which is moved behind it.
static inline int32_t nextUnit(const uint16_t *units, size_t *at) {
  const int32_t unit = units[(*at)++];
  if (unit < 0xD800 || unit >= 0xDC00)
    return unit;
  return 0x10000 + ((unit - 0xD800) << 10) + (units[(*at)++] - 0xDC00);
}

/// What the code point at a place of a run becomes where that is one.
static inline int32_t atDistance(const UnicodeRun *run, int32_t codePoint) {
  return codePoint + ((int32_t)run->value - (int32_t)run->first);
}

/// Writes it; returns the end.
static inline char *putRun(const UnicodeRun *run, uint32_t place,
                           int32_t codePoint, const uint16_t *units, char *to) {
  if (run->kind != runUnits)
    return putUtf8(atDistance(run, codePoint), to);
  size_t at = run->value + place * run->length;
  for (const size_t end = at + run->length; at < end;)
    to = putUtf8(nextUnit(units, &at), to);
  return to;
}

#endif // MLC_RUNTIME_CHARACTERS_RUNS_H
