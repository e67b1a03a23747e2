//===- Library.c - The functions of a model's library ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The header that lib/Emit/LibraryFiles.cpp writes says what each function
// does. `mlc compile --emit lib` links these sources with a model's code and
// image to one object, and gives mlc_model_NAME the library's own name there:
// NAME stands for it below.
//
//===----------------------------------------------------------------------===//

#include "Call.h"

#include <math.h>

enum { ABI = 1 };

MLC_API uint32_t mlc_model_abi(void) { return ABI; }

MLC_API const char *mlc_model_info_json(void) {
  return imageAt(mlc_model_image.info);
}

MLC_API const char *mlc_model_error(int code) {
  static const char *const messages[] = {
      [MLC_OK] = "no error",
      [MLC_NULL] = "a pointer is NULL",
      [MLC_ROWS] = "the number of rows is negative, or too large",
      [MLC_INDPTR] = "indptr does not begin with 0, or falls",
      [MLC_INDEX] = "indices do not rise in a row, or are not from 0 to the "
                    "model's features",
      [MLC_VALUE] = "a value is not finite",
      [MLC_KIND] = "the model takes another kind of input",
      [MLC_TEXT] = "the text is not UTF-8, or has a NUL in it",
      [MLC_CELL] = "a cell is no number, or one too large",
      [MLC_SIZE] = "the text has more than 64 MiB",
      [MLC_CPU] = "this CPU lacks instructions that the model was compiled "
                  "for",
      [MLC_WIDTH] = "rows of the model never have so many features",
  };
  const int count = (int)(sizeof(messages) / sizeof(*messages));
  return code >= 0 && code < count ? messages[code] : "unknown error";
}

MLC_API size_t mlc_model_scratch_bytes(int64_t rows) {
  Scratch scratch = {0};
  if (rows < 0)
    return 0;
  roomFor(rows, &scratch);
  return bytesOf(&scratch);
}

/// Whether rows begin where the ones before end.
static int checkIndptr(const int64_t *indptr, int64_t rows) {
  if (indptr[0] != 0)
    return MLC_INDPTR;
  for (int64_t row = 0; row < rows; ++row)
    if (indptr[row + 1] < indptr[row])
      return MLC_INDPTR;
  return MLC_OK;
}

static int checkEntries(const int64_t *indptr, const int32_t *indices,
                        const float *values, int64_t rows) {
  for (int64_t row = 0; row < rows; ++row) {
    int64_t last = -1;
    for (int64_t at = indptr[row]; at < indptr[row + 1]; ++at) {
      if (indices[at] <= last || indices[at] >= mlc_model_image.width)
        return MLC_INDEX;
      last = indices[at];
      if (values && !isfinite(values[at]))
        return MLC_VALUE;
    }
  }
  return MLC_OK;
}

MLC_API int mlc_model_predict_csr(const int64_t *indptr, const int32_t *indices,
                                  const float *values, int64_t rows, float *out,
                                  void *scratch) {
  if (!mlc_model_image.is_sparse)
    return MLC_KIND;
  if (rows < 0)
    return MLC_ROWS;
  if (!indptr || !out || !scratch)
    return MLC_NULL;
  int code = checkIndptr(indptr, rows);
  if (code)
    return code;
  if (!indices && indptr[rows] > 0)
    return MLC_NULL;
  if ((code = checkEntries(indptr, indices, values, rows)))
    return code;
  if (!isUsable())
    return MLC_CPU;
  Scratch memory = scratchAt(scratch);
  const Room room = roomFor(rows, &memory);
  const int64_t most = rowsOfCall(rows);
  for (int64_t first = 0; first < rows;) {
    int64_t count = 1;
    while (count < most && first + count < rows &&
           indptr[first + count + 1] - indptr[first] <= room.entries)
      ++count;
    runSparse(&room, indptr, indices, values, first, count,
              out + first * mlc_model_image.outputs);
    first += count;
  }
  return MLC_OK;
}

MLC_API int mlc_model_predict_dense_width(const float *features, int64_t rows,
                                          int64_t width, float *out,
                                          void *scratch) {
  if (mlc_model_image.is_sparse)
    return MLC_KIND;
  if (width < 1 || width > mlc_model_image.width ||
      width % mlc_model_image.step != 0)
    return MLC_WIDTH;
  if (rows < 0 || rows > INT64_MAX / width / (int64_t)sizeof(float))
    return MLC_ROWS;
  if (!features || !out || !scratch)
    return MLC_NULL;
  for (int64_t at = 0; at < rows * width; ++at)
    if (!isfinite(features[at]))
      return MLC_VALUE;
  if (!isUsable())
    return MLC_CPU;
  Scratch memory = scratchAt(scratch);
  const Room room = roomFor(rows, &memory);
  const int64_t most = rowsOfCall(rows);
  for (int64_t first = 0; first < rows; first += most)
    runDense(&room, features + first * width,
             rows - first < most ? rows - first : most, width,
             out + first * mlc_model_image.outputs);
  return MLC_OK;
}

MLC_API int mlc_model_predict_dense(const float *features, int64_t rows,
                                    float *out, void *scratch) {
  return mlc_model_predict_dense_width(features, rows, mlc_model_image.width,
                                       out, scratch);
}
