//===- LibraryFiles.cpp - What lies beside a library ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LibraryFiles.h"

#include "mlc/Version.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

#include <algorithm>
#include <utility>

using namespace llvm;
using namespace mlc;

ArrayRef<StringLiteral> mlc::libraryFunctions() {
  static constexpr StringLiteral names[] = {
      "abi",          "info_json",     "error",
      "column",       "scratch_bytes", "text_scratch_bytes",
      "predict_csr",  "predict_dense", "predict_dense_width",
      "predict_text", "predict_row",   "row_scratch_bytes",
  };
  return names;
}

std::string mlc::libraryName(StringRef words) {
  std::string name;
  if (!words.empty() && isDigit(words.front()))
    name = "_";
  for (char c : words)
    name += isAlnum(c) || c == '_' ? c : '_';
  return name;
}

/// What stands for what in the texts below.
static std::string filled(StringRef text, const LibraryFacts &facts) {
  const std::pair<StringRef, std::string> words[] = {
      {"@NAME@", facts.name},
      {"@FEATURES@", std::to_string(facts.features)},
      {"@STEP@", std::to_string(facts.featuresStep)},
      {"@OUTPUTS@", std::to_string(facts.outputs)},
      {"@COLUMNS@", std::to_string(facts.columns)},
      {"@INPUTS@", facts.inputs},
      {"@LIBRARIES@", facts.libraries},
      {"@VERSION@", MLC_VERSION},
  };
  std::string result;
  while (!text.empty()) {
    for (const auto &[word, value] : words)
      if (text.consume_front(word)) {
        result += value;
        break;
      }
    const size_t next =
        std::min(text.find('@', text.starts_with("@")), text.size());
    result += text.take_front(next);
    text = text.drop_front(next);
  }
  return result;
}

static constexpr StringLiteral header =
    R"(/* @NAME@.h - a trained model, made by mlc @VERSION@. It takes @INPUTS@.
 *
 * No function allocates memory, starts a thread, keeps anything from call to
 * call or stops the process: all of them may be called from any number of
 * threads at once, each with a scratch of its own. Two models may be used in one
 * process. Numbers have the bits that `PROGRAM predict` prints, where PROGRAM
 * was compiled from the same model with --gemm generated and the same --cpu. */
#ifndef @NAME@_H
#define @NAME@_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The interface of this header: compare it with @NAME@_abi(). It rises when a
 * function or a code changes its meaning; new ones do not raise it. */
#define @NAME@_ABI 1

/* Features of a row (a model that leaves their number open takes any multiple
 * of FEATURES_STEP up to FEATURES, see @NAME@_predict_dense_width), numbers that
 * are predicted for it, and the cells of a row of a table (0: the model takes
 * none). */
#define @NAME@_FEATURES @FEATURES@
#define @NAME@_FEATURES_STEP @STEP@
#define @NAME@_OUTPUTS @OUTPUTS@
#define @NAME@_COLUMNS @COLUMNS@

/* What a call returns. On all but OK nothing has been written to `out`. */
enum {
  @NAME@_OK = 0,
  @NAME@_NULL = 1,   /* a pointer is NULL */
  @NAME@_ROWS = 2,   /* rows is negative, or too large */
  @NAME@_INDPTR = 3, /* indptr does not begin with 0, or falls */
  @NAME@_INDEX = 4,  /* indices do not rise in a row, or are out of range */
  @NAME@_VALUE = 5,  /* a value is not finite */
  @NAME@_KIND = 6,   /* the model takes another kind of input */
  @NAME@_TEXT = 7,   /* not UTF-8, or a NUL in it */
  @NAME@_CELL = 8,   /* a cell is no number, or one too large */
  @NAME@_SIZE = 9,   /* the text has more than 64 MiB */
  @NAME@_CPU = 10,   /* this CPU lacks instructions that the model needs */
  @NAME@_WIDTH = 11  /* rows of the model never have so many features */
};

uint32_t @NAME@_abi(void);

/* What the model is, as a JSON object; see also @NAME@_column. */
const char *@NAME@_info_json(void);

/* A code in words, for any int. */
const char *@NAME@_error(int code);

/* Bytes of scratch for so many rows; they stop growing at the model's batch. 0
 * where rows is negative. A scratch needs no alignment and no first contents. */
size_t @NAME@_scratch_bytes(int64_t rows);
/* The same for a text of so many bytes; 0 where it is too large, or the model
 * takes no texts. What suffices for a longer text suffices for a shorter. */
size_t @NAME@_text_scratch_bytes(size_t bytes);

/* Predicts sparse rows. indptr: [rows + 1], from 0, where in indices and values
 * each row begins, and the end. indices: columns, rising in each row, from 0,
 * below @NAME@_FEATURES. values: NULL where all are 1. out: [rows *
 * @NAME@_OUTPUTS]. scratch: @NAME@_scratch_bytes(rows). */
int @NAME@_predict_csr(const int64_t *indptr, const int32_t *indices,
                       const float *values, int64_t rows, float *out,
                       void *scratch);

/* The same of dense rows: [rows * @NAME@_FEATURES]. */
int @NAME@_predict_dense(const float *features, int64_t rows, float *out,
                         void *scratch);

/* The same of dense rows of `width` features each: [rows * width]. */
int @NAME@_predict_dense_width(const float *features, int64_t rows,
                               int64_t width, float *out, void *scratch);

/* Predicts a text. out: [@NAME@_OUTPUTS]. scratch:
 * @NAME@_text_scratch_bytes(bytes). */
int @NAME@_predict_text(const char *utf8, size_t bytes, float *out,
                        void *scratch);

/* The name of a cell of a row, from 0; NULL where there is no such cell. */
const char *@NAME@_column(int64_t number);

/* Predicts a row of a table. cells: [@NAME@_COLUMNS] texts that end with a NUL,
 * in the order of @NAME@_column; NULL where a value is missing. scratch:
 * @NAME@_row_scratch_bytes(cells), which is 0 where a text is too large or the
 * model takes no rows of a table; of models without texts it is always the
 * same. */
size_t @NAME@_row_scratch_bytes(const char *const *cells);
int @NAME@_predict_row(const char *const *cells, float *out, void *scratch);

#ifdef __cplusplus
}
#endif

#endif
)";

static constexpr StringLiteral package = R"(prefix=${pcfiledir}

Name: @NAME@
Description: a trained model
Version: @VERSION@
Cflags: -I${prefix}
Libs: -L${prefix} -l@NAME@
Libs.private: -lm @LIBRARIES@
)";

static constexpr StringLiteral config =
    R"(# find_package(@NAME@ PATHS this folder NO_DEFAULT_PATH) gives the targets
# @NAME@::@NAME@ and, without a shared library, @NAME@::static.
if(NOT TARGET @NAME@::@NAME@)
  add_library(@NAME@::@NAME@ SHARED IMPORTED)
  set_target_properties(@NAME@::@NAME@ PROPERTIES
    IMPORTED_LOCATION "${CMAKE_CURRENT_LIST_DIR}/lib@NAME@.so"
    IMPORTED_SONAME "lib@NAME@.so"
    INTERFACE_INCLUDE_DIRECTORIES "${CMAKE_CURRENT_LIST_DIR}")
  add_library(@NAME@::static STATIC IMPORTED)
  set_target_properties(@NAME@::static PROPERTIES
    IMPORTED_LOCATION "${CMAKE_CURRENT_LIST_DIR}/lib@NAME@.a"
    INTERFACE_LINK_LIBRARIES "-lm @LIBRARIES@"
    INTERFACE_INCLUDE_DIRECTORIES "${CMAKE_CURRENT_LIST_DIR}")
endif()
)";

std::string mlc::libraryHeader(const LibraryFacts &facts) {
  return filled(header, facts);
}

std::string mlc::libraryPackage(const LibraryFacts &facts) {
  return filled(package, facts);
}

std::string mlc::libraryConfig(const LibraryFacts &facts) {
  return filled(config, facts);
}
