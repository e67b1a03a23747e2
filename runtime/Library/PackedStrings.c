//===- PackedStrings.c - Finds strings that are packed --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Core.h"

/// What is looked for, and how far it is as the string that was read last.
typedef struct Search {
  const unsigned char *bytes;
  size_t size, matched;
} Search;

/// A string of a block: its codes, and how much of the one before it has.
typedef struct Entry {
  size_t shared, count;
  const unsigned char *codes;
} Entry;

static size_t longer(const unsigned char **at, size_t half) {
  if (half < 15)
    return half;
  unsigned char more;
  do
    half += more = *(*at)++;
  while (more == 255);
  return half;
}

/// Returns what stands behind it.
static const unsigned char *readEntry(const unsigned char *at, Entry *entry) {
  const unsigned char head = *at++;
  entry->shared = longer(&at, head >> 4);
  entry->count = longer(&at, head & 15);
  entry->codes = at;
  return at + entry->count;
}

/// Compares a string that has the first `matched` bytes of what is looked for
/// and then what its codes stand for; raises `matched`. Below 0: it stands
/// before that; 0: it is that.
static int compare(const unsigned char (*pairs)[2], const Entry *entry,
                   Search *search) {
  unsigned char later[MLC_CODE_DEPTH + 1];
  for (size_t i = 0; i < entry->count; ++i) {
    size_t count = 0;
    unsigned char code = entry->codes[i];
    for (;;) {
      while (pairs[code][0] != code) {
        later[count++] = pairs[code][1];
        code = pairs[code][0];
      }
      if (search->matched == search->size ||
          code > search->bytes[search->matched])
        return 1;
      if (code < search->bytes[search->matched])
        return -1;
      ++search->matched;
      if (count == 0)
        break;
      code = later[--count];
    }
  }
  return search->matched < search->size ? -1 : 0;
}

/// False for most of what is none of them, sooner than a search finds that.
static bool mayBeThere(const MlcPackedStrings *strings, const char *bytes,
                       size_t size) {
  const unsigned char *filter = imageAt(strings->filter);
  uint64_t hash = hashBytes(bytes, size);
  for (int half = 0; half < 2; ++half, hash >>= 32) {
    const uint64_t bit =
        (hash & UINT32_MAX) * (uint64_t)strings->filter_bits >> 32;
    if (!(filter[bit / 8] >> (bit % 8) & 1))
      return false;
  }
  return true;
}

uint32_t findPacked(const MlcPackedStrings *strings, const char *bytes,
                    size_t size) {
  const unsigned char *entries = imageAt(strings->entries);
  const unsigned char (*pairs)[2] = imageAt(strings->pairs);
  const size_t all = (size_t)strings->count;
  Search search = {(const unsigned char *)bytes, size, 0};
  Entry entry;
  if (!mayBeThere(strings, bytes, size))
    return MLC_NO_STRING;
  // The last block that does not begin behind the string.
  size_t block = 0, behind = (all + MLC_BLOCK_STRINGS - 1) / MLC_BLOCK_STRINGS;
  while (behind - block > 1) {
    const size_t middle = block + (behind - block) / 2;
    readEntry(entries + packedNumber(&strings->begins, middle), &entry);
    search.matched = 0;
    if (compare(pairs, &entry, &search) > 0)
      behind = middle;
    else
      block = middle;
  }
  const unsigned char *at = entries + packedNumber(&strings->begins, block);
  search.matched = 0;
  for (size_t place = block * MLC_BLOCK_STRINGS, i = 0;
       i < MLC_BLOCK_STRINGS && place < all; ++i, ++place) {
    at = readEntry(at, &entry);
    // The string before it stands before what is looked for, and is as that up
    // to `matched`: one that shares more stands before it, too.
    if (entry.shared > search.matched)
      continue;
    if (entry.shared < search.matched)
      break;
    const int order = compare(pairs, &entry, &search);
    if (order == 0)
      return strings->numbers.bytes ? packedNumber(&strings->numbers, place)
                                    : (uint32_t)place;
    if (order > 0)
      break;
  }
  return MLC_NO_STRING;
}
