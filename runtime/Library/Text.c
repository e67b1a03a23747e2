//===- Text.c - From a text to a row of features --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What runtime/Text does (TextAnalysis, RowAssembly, Weighting), with the same
// bits: sums run in the same order, in f64.
//
//===----------------------------------------------------------------------===//

#include "Characters/Characters.h"
#include "Core.h"

#include <math.h>
#include <string.h>

/// Columns with counts that are not yet sorted or added up: a column and,
/// below, a count in two's complement.
typedef struct Counts {
  uint64_t *keys, *memory;
  size_t count, room;
} Counts;

/// The most code points of a term (maxCharacterNgram of the runtime).
enum { MAX_CHARACTERS = 16 };

static const MlcTextImage *settings(void) { return &mlc_model_image.text; }

bool isGoodText(const char *text, size_t size) {
  for (size_t at = 0; at < size;) {
    const size_t start = at;
    if (!isLong(text[at])) {
      if (text[at++] == 0)
        return false;
    } else if (decodeCharacter(text, size, &at) == replacementCharacter &&
               at == start + 1) {
      return false;
    }
  }
  return true;
}

static void sortByColumn(Counts *counts) {
  uint64_t differing = 0;
  for (size_t i = 0; i < counts->count; ++i)
    differing |= (counts->keys[i] ^ counts->keys[0]) >> 32;
  for (int shift = 32; shift < 64; shift += 8) {
    if ((differing >> (shift - 32) & 0xFF) == 0)
      continue;
    size_t places[256] = {0}, sum = 0;
    for (size_t i = 0; i < counts->count; ++i)
      ++places[counts->keys[i] >> shift & 0xFF];
    for (int i = 0; i < 256; ++i) {
      const size_t here = places[i];
      places[i] = sum;
      sum += here;
    }
    for (size_t i = 0; i < counts->count; ++i) {
      const uint64_t key = counts->keys[i];
      counts->memory[places[key >> shift & 0xFF]++] = key;
    }
    uint64_t *keys = counts->keys;
    counts->keys = counts->memory;
    counts->memory = keys;
  }
}

/// Sorts by column and adds up the counts of each.
static void addUp(Counts *counts) {
  sortByColumn(counts);
  size_t kept = 0;
  for (size_t at = 0; at < counts->count; ++kept) {
    const uint64_t column = counts->keys[at] >> 32;
    uint32_t count = 0;
    for (; at < counts->count && counts->keys[at] >> 32 == column; ++at)
      count += (uint32_t)counts->keys[at];
    counts->keys[kept] = column << 32 | count;
  }
  counts->count = kept;
}

static void countTerm(const char *term, size_t size, Counts *counts) {
  const MlcTextImage *text = settings();
  uint64_t column;
  uint32_t count = 1;
  if (text->hash_bits > 0) {
    const uint64_t hash = hashBytes(term, size);
    column = hash & ((UINT64_C(1) << text->hash_bits) - 1);
    if (text->signed_hash && hash >> 63)
      count = UINT32_MAX;
  } else {
    column = text->packed_terms.count > 0
                 ? findPacked(&text->packed_terms, term, size)
                 : findString(&text->terms, term, size);
    if (column == MLC_NO_STRING)
      return;
  }
  // There is room for every column, and as much again.
  if (counts->count == counts->room)
    addUp(counts);
  counts->keys[counts->count++] = column << 32 | count;
}

static size_t beginOf(const Tokens *tokens, size_t token) {
  return token == 0 ? 0 : tokens->ends[token - 1] + 1;
}

static void countNgrams(const Tokens *tokens, Counts *counts) {
  for (size_t length = (size_t)settings()->ngram_least;
       length <= (size_t)settings()->ngram_most; ++length)
    for (size_t at = 0; at + length <= tokens->count; ++at) {
      const size_t begin = beginOf(tokens, at);
      countTerm(tokens->bytes + begin, tokens->ends[at + length - 1] - begin,
                counts);
    }
}

static void countCharacterRuns(const Tokens *tokens, Counts *counts) {
  if (tokens->count == 0)
    return;
  const size_t size = tokens->ends[tokens->count - 1];
  size_t starts[MAX_CHARACTERS], characters = 0;
  for (size_t at = 0; at < size;) {
    starts[characters++ % MAX_CHARACTERS] = at;
    do
      ++at;
    while (at < size && isContinuation(tokens->bytes[at]));
    for (size_t length = (size_t)settings()->ngram_least;
         length <= (size_t)settings()->ngram_most && length <= characters;
         ++length) {
      const size_t start = starts[(characters - length) % MAX_CHARACTERS];
      countTerm(tokens->bytes + start, at - start, counts);
    }
  }
}

static void dropStopWords(Tokens *tokens) {
  if (settings()->stop_words.count == 0)
    return;
  size_t kept = 0, to = 0, begin = 0;
  for (size_t token = 0; token < tokens->count; ++token) {
    const size_t end = tokens->ends[token], size = end - begin;
    if (findString(&settings()->stop_words, tokens->bytes + begin, size) ==
        MLC_NO_STRING) {
      memmove(tokens->bytes + to, tokens->bytes + begin, size + 1);
      to += size + 1;
      tokens->ends[kept++] = (uint32_t)(to - 1);
    }
    begin = end + 1;
  }
  tokens->count = kept;
}

static double idfOf(int32_t column) {
  const double frequency = packedNumber(&settings()->df, (size_t)column);
  return log((1 + (double)settings()->documents) / (1 + frequency)) + 1;
}

static double weigh(float count, int32_t column) {
  const double sign = count < 0 ? -1 : 1;
  switch (settings()->value) {
  case MLC_VALUE_BINARY:
    return sign;
  case MLC_VALUE_LOG:
    return sign * (1 + log(fabs((double)count)));
  case MLC_VALUE_TFIDF:
    return (double)count * idfOf(column);
  default:
    return (double)count;
  }
}

/// `weights` has room for as many numbers as the row has.
static void weighRow(SparseRow *row, double *weights) {
  double squares = 0, length = 1;
  for (size_t at = 0; at < row->count; ++at) {
    weights[at] = weigh(row->values[at], row->columns[at]);
    squares += weights[at] * weights[at];
  }
  // Of embeddings, the mean is brought to length 1 instead.
  if (settings()->normalize && settings()->dimensions == 0 && squares > 0)
    length = sqrt(squares);
  for (size_t at = 0; at < row->count; ++at)
    row->values[at] = (float)(weights[at] / length);
}

/// The mean of the words' vectors, each weighted with its value.
static void meanOf(const SparseRow *row, double *sums, float *dense) {
  const size_t width = (size_t)settings()->dimensions;
  const float *vectors = imageAt(settings()->vectors);
  double weights = 0, squares = 0;
  memset(sums, 0, width * sizeof(*sums));
  for (size_t at = 0; at < row->count; ++at) {
    const float *vector = vectors + (size_t)row->columns[at] * width;
    for (size_t i = 0; i < width; ++i)
      sums[i] += (double)row->values[at] * vector[i];
    weights += row->values[at];
  }
  for (size_t i = 0; i < width; ++i) {
    dense[i] = weights > 0 ? (float)(sums[i] / weights) : 0;
    squares += (double)dense[i] * dense[i];
  }
  if (settings()->normalize && squares > 0)
    for (size_t i = 0; i < width; ++i)
      dense[i] = (float)(dense[i] / sqrt(squares));
}

/// Terms that there can be.
static size_t mostTerms(const Tokens *tokens) {
  const MlcTextImage *text = settings();
  const size_t lengths = (size_t)(text->ngram_most - text->ngram_least + 1);
  return lengths * (text->characters ? tokens->room : tokens->most);
}

void textToRow(const char *text, size_t size, Scratch *scratch, SparseRow *row,
               float **dense) {
  Tokens tokens;
  tokenize(text, size, scratch, &tokens);
  size_t most = mostTerms(&tokens);
  const size_t twice = 2 * (size_t)settings()->columns + 4096;
  most = most < twice ? most : twice;
  Counts counts = {.room = most};
  counts.keys = take(scratch, most * sizeof(uint64_t));
  counts.memory = take(scratch, most * sizeof(uint64_t));
  const size_t entries = most + (size_t)mlc_model_image.table.width;
  row->columns = take(scratch, entries * sizeof(int32_t));
  row->values = take(scratch, entries * sizeof(float));
  double *sums = take(scratch, (size_t)settings()->dimensions * sizeof(double));
  *dense = take(scratch, (size_t)settings()->dimensions * sizeof(float));
  row->count = 0;
  if (!scratch->base)
    return;
  dropStopWords(&tokens);
  if (settings()->characters)
    countCharacterRuns(&tokens, &counts);
  else
    countNgrams(&tokens, &counts);
  addUp(&counts);
  for (size_t i = 0; i < counts.count; ++i) {
    const int32_t count = (int32_t)(uint32_t)counts.keys[i];
    if (count == 0) // Signs that cancel out.
      continue;
    row->columns[row->count] = (int32_t)(counts.keys[i] >> 32);
    row->values[row->count++] = (float)count;
  }
  // The counts have been read.
  weighRow(row, (double *)counts.memory);
  if (settings()->dimensions > 0) {
    meanOf(row, sums, *dense);
    row->count = 0;
  }
}
