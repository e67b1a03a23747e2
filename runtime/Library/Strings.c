//===- Strings.c - Finds strings of an image ------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Core.h"

#include <string.h>
#define XXH_INLINE_ALL
#define XXH_NO_STREAM
#include <xxhash.h>

uint64_t hashBytes(const char *bytes, size_t size) {
  return XXH3_64bits(bytes, size);
}

/// A number of `bytes` bytes, the lowest first, at any place.
static uint32_t numberAt(const unsigned char *from, size_t bytes) {
  uint32_t number = 0;
  for (size_t at = 0; at < bytes; ++at)
    number |= (uint32_t)from[at] << (8 * at);
  return number;
}

uint32_t findString(const MlcStrings *strings, const char *bytes, size_t size) {
  if (strings->count == 0)
    return MLC_NO_STRING;
  const uint32_t *begins = imageAt(strings->begins);
  const unsigned char *entries = imageAt(strings->entries);
  const size_t bucket = (size_t)(hashBytes(bytes, size) >> strings->shift);
  const size_t numberBytes = (size_t)strings->number_bytes;
  for (const unsigned char *at = entries + begins[bucket],
                           *end = entries + begins[bucket + 1];
       at < end;) {
    size_t length = *at++;
    if (length == MLC_LONG_STRING) {
      length = numberAt(at, sizeof(uint32_t));
      at += sizeof(uint32_t);
    }
    if (length == size && memcmp(at + numberBytes, bytes, size) == 0)
      return numberAt(at, numberBytes);
    at += numberBytes + length;
  }
  return MLC_NO_STRING;
}
