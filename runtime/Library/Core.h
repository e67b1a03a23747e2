//===- Core.h - What the sources of a model's library share -----*- C -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_LIBRARY_CORE_H
#define MLC_RUNTIME_LIBRARY_CORE_H

#include "mlc/ModelImage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// What they mean says the header that lib/Emit/LibraryFiles.cpp writes.
enum {
  MLC_OK = 0,
  MLC_NULL = 1,
  MLC_ROWS = 2,
  MLC_INDPTR = 3,
  MLC_INDEX = 4,
  MLC_VALUE = 5,
  MLC_KIND = 6,
  MLC_TEXT = 7,
  MLC_CELL = 8,
  MLC_SIZE = 9,
  MLC_CPU = 10,
  MLC_WIDTH = 11,
};

/// The model's weights and transforms.
extern const MlcModelImage mlc_model_image;

/// What lies in the image at an offset.
static inline const void *imageAt(int64_t offset) {
  return (const char *)&mlc_model_image + offset;
}

/// The number at `index`, of which there must be so many.
static inline uint32_t packedNumber(const MlcNumbers *numbers, size_t index) {
  const size_t bit = index * (size_t)numbers->bits;
  uint64_t word;
  memcpy(&word, (const char *)imageAt(numbers->bytes) + bit / 8, sizeof word);
  return (uint32_t)(word >> bit % 8 & (((uint64_t)1 << numbers->bits) - 1));
}

/// Memory of the caller that is handed out piece by piece. Without a `base` it
/// only counts.
typedef struct Scratch {
  char *base;
  size_t used;
} Scratch;

/// The next so many bytes, at a cache line; null where it only counts.
void *take(Scratch *scratch, size_t bytes);

/// A row of features that are not 0, columns rising.
typedef struct SparseRow {
  int32_t *columns;
  float *values;
  size_t count;
} SparseRow;

/// The number of a string; MLC_NO_STRING where it is none of them.
uint32_t findString(const MlcStrings *strings, const char *bytes, size_t size);
uint32_t findPacked(const MlcPackedStrings *strings, const char *bytes,
                    size_t size);
/// XXH3-64.
uint64_t hashBytes(const char *bytes, size_t size);

/// Tokens in one piece of memory with a space behind each, so that a run of
/// them, joined by spaces, is a piece of it too.
typedef struct Tokens {
  char *bytes;
  uint32_t *ends; ///< Of each; the next one begins a byte later.
  size_t count, used;
  size_t most, room; ///< Tokens that there can be, and bytes of them.
} Tokens;

/// Cuts a text, which is UTF-8, into tokens. `scratch` gives the memory: of
/// `tokens` and of what is needed meanwhile. Counts alone without a base; then
/// `text` may be null.
void tokenize(const char *text, size_t size, Scratch *scratch, Tokens *tokens);

/// Whether it is UTF-8 without a NUL.
bool isGoodText(const char *text, size_t size);

/// Turns a text into a row, sparse or (embeddings) dense with `dimensions`
/// numbers; `row` then is empty. It has room for a table's features behind.
/// `scratch` as above.
void textToRow(const char *text, size_t size, Scratch *scratch, SparseRow *row,
               float **dense);

/// Appends the features of a table's row to `row`, columns counted from
/// `first`. Returns a code.
int tableToRow(const char *const *cells, int64_t first, SparseRow *row);

#endif // MLC_RUNTIME_LIBRARY_CORE_H
