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

uint32_t findString(const MlcStrings *strings, const char *bytes, size_t size) {
  if (strings->count == 0)
    return MLC_NO_STRING;
  const MlcSlot *slots = imageAt(strings->slots);
  const uint32_t *ends = imageAt(strings->ends);
  const char *all = imageAt(strings->bytes);
  const uint32_t tag = (uint32_t)(hashBytes(bytes, size) >> 32);
  const size_t mask = ((size_t)1 << (32 - strings->shift)) - 1;
  for (size_t at = tag >> strings->shift;; at = (at + 1) & mask) {
    const uint32_t number = slots[at].number;
    if (number == MLC_NO_STRING)
      return number;
    if (slots[at].tag == tag && ends[number + 1] - ends[number] == size &&
        memcmp(all + ends[number], bytes, size) == 0)
      return number;
  }
}
