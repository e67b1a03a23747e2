//===- ModelImage.h - What a library of a model is made of ------*- C -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `mlc compile --emit lib` writes weights and transforms as one constant,
// `mlc_model_image` (lib/Emit/ImageBuilder.cpp); the sources of
// runtime/Library, which become part of each library, read it where it lies.
// Plain C, without a pointer: what points is an offset in bytes from the
// image's beginning, so that nothing is to be done when a library is loaded.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_MODELIMAGE_H
#define MLC_MODELIMAGE_H

#include <stdint.h>

/// Of the image, its parameters and its other tables.
#define MLC_IMAGE_ALIGNMENT 64

#define MLC_NO_STRING 0xFFFFFFFFu

/// Strings in buckets, which the high bits of their XXH3-64 name. A bucket has
/// its strings one after another: the size in a byte, or MLC_LONG_STRING and
/// then the size as a uint32_t; the number in `number_bytes`, the lowest first;
/// the bytes. So a string takes little more than its bytes, and is found in one
/// place of memory. All offsets are 0 where there are none.
typedef struct MlcStrings {
  int64_t count;
  int64_t shift;        ///< There are 1 << 64 - shift buckets, two or more.
  int64_t number_bytes; ///< 2 or 4.
  int64_t begins;       ///< uint32_t, [buckets + 1]: from `entries` on.
  int64_t entries;
} MlcStrings;

#define MLC_LONG_STRING 255

/// Whole numbers of as many bits as the largest needs, up to 32, one behind
/// another, the lowest bits first; behind the last are 8 bytes or more, so that
/// a word of 8 bytes can be read at each. All is 0 where there are none.
typedef struct MlcNumbers {
  int64_t bits;  ///< Of each.
  int64_t bytes; ///< The offset of the first byte.
} MlcNumbers;

/// The terms of a model whose weights are packed, in a fraction of their bytes:
/// sorted by their bytes, in blocks of MLC_BLOCK_STRINGS, so that they are
/// found by bisection. A string has a byte whose upper half says how many bytes
/// it has in common with the one before it in its block, and whose lower half
/// how many codes follow; 15 means that the next byte is to be added, 255 again
/// that one more is. A code is a byte of the string, or stands for two other
/// codes, by the table of pairs. What has not both of its bits in the filter,
/// which the halves of its XXH3-64 name, is none of them. All offsets are 0
/// where there are none.
typedef struct MlcPackedStrings {
  int64_t count;
  MlcNumbers begins; ///< Of each block: from `entries` on.
  int64_t entries;
  int64_t pairs; ///< uint8_t, [256, 2]; of a byte of the string itself, twice.
  MlcNumbers numbers; ///< Of each in this order; none: they count up.
  int64_t filter;
  int64_t filter_bits; ///< Below 2^32: half * filter_bits >> 32 names one.
} MlcPackedStrings;

enum { MLC_BLOCK_STRINGS = 16, MLC_MOST_PACKED = 65536, MLC_CODE_DEPTH = 15 };

typedef enum MlcTokenizer {
  MLC_TOKENS_IMDB = 0,
  MLC_TOKENS_WORDS = 1,
  MLC_TOKENS_SCIKIT_LEARN = 2,
  MLC_TOKENS_WHITESPACE = 3,
} MlcTokenizer;

typedef enum MlcValue {
  MLC_VALUE_COUNT = 0,
  MLC_VALUE_BINARY = 1,
  MLC_VALUE_LOG = 2,
  MLC_VALUE_TFIDF = 3,
} MlcValue;

/// How a text becomes features: the settings of runtime/Text/Vectorizer.h.
typedef struct MlcTextImage {
  int64_t takes_text;
  int64_t tokenizer; ///< An MlcTokenizer.
  int64_t tokenizer_version;
  int64_t min_length;
  int64_t ngram_least, ngram_most;
  int64_t characters;
  int64_t hash_bits; ///< 0: terms are found in `terms`.
  int64_t signed_hash;
  int64_t value; ///< An MlcValue.
  int64_t normalize;
  int64_t columns;               ///< Of rows; of embeddings: the words.
  int64_t dimensions;            ///< Of embeddings; 0: rows are sparse.
  int64_t documents;             ///< That document frequencies were counted in.
  MlcNumbers df;                 ///< The frequency of each column.
  int64_t vectors;               ///< float, [columns, dimensions]; 0: none.
  MlcPackedStrings packed_terms; ///< In place of `terms`.
  MlcStrings terms, stop_words;
  MlcStrings kept_words; ///< That MLC_TOKENS_IMDB does not strip.
} MlcTextImage;

typedef enum MlcScaling {
  MLC_SCALING_ROBUST = 0,
  MLC_SCALING_STANDARD = 1,
  MLC_SCALING_NONE = 2,
} MlcScaling;

/// A column of a table: TableColumn of runtime/Table/Column.h.
typedef struct MlcColumnImage {
  int64_t is_category;
  int64_t has_missing;
  int64_t first; ///< Of the table's features.
  double median, center, factor;
  MlcStrings values;
} MlcColumnImage;

typedef struct MlcTableImage {
  int64_t takes_rows;
  int64_t scaling;      ///< An MlcScaling.
  int64_t columns;      ///< Of numbers and categories.
  int64_t text_columns; ///< Behind them.
  int64_t width;        ///< Features.
  int64_t column_rows;  ///< MlcColumnImage each.
  int64_t names;        ///< int64_t, [columns + text_columns]: offsets.
  MlcStrings missing;   ///< Cells that have no value.
} MlcTableImage;

/// An instruction set that the code needs: a bit of a register that CPUID
/// fills, and what of XCR0 the operating system must save for it.
typedef struct MlcCpuBit {
  uint32_t leaf, subleaf;
  uint32_t place; ///< 0 to 3: EAX, EBX, ECX, EDX.
  uint32_t bit;
  uint64_t state;
} MlcCpuBit;

typedef struct MlcModelImage {
  int64_t width;   ///< Features of a row, at most.
  int64_t step;    ///< Of which a row may have a multiple; `width`: it may not.
  int64_t outputs; ///< Numbers that are predicted for it.
  int64_t is_sparse;
  int64_t parameters; ///< int64_t, [the program's parameters]: offsets.
  int64_t info;       ///< JSON, with a zero byte behind it.
  int64_t cpu_bits;
  int64_t cpu; ///< MlcCpuBit each.
  MlcTextImage text;
  MlcTableImage table;
} MlcModelImage;

#endif // MLC_MODELIMAGE_H
