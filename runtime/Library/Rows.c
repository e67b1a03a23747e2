//===- Rows.c - Texts and rows of a table ---------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// lib/Emit/LibraryFiles.cpp says what each function does.
//
//===----------------------------------------------------------------------===//

#include "Call.h"

#include <string.h>

enum { MAX_TEXT_BYTES = 64 << 20 };

/// What a row is made in: of the texts that it has, so many bytes.
typedef struct RowRoom {
  char *text;
  SparseRow row;
  float *dense;    ///< Of embeddings.
  float *features; ///< Of the whole row, where those are dense.
} RowRoom;

/// Turns the texts, if there are any, into the row's first features.
static RowRoom rowFor(const char *text, size_t bytes, Scratch *scratch) {
  const MlcModelImage *image = &mlc_model_image;
  RowRoom room = {0};
  if (image->text.takes_text) {
    textToRow(text, bytes, scratch, &room.row, &room.dense);
  } else {
    room.row.columns =
        take(scratch, (size_t)image->table.width * sizeof(int32_t));
    room.row.values = take(scratch, (size_t)image->table.width * sizeof(float));
  }
  room.features = take(
      scratch, image->is_sparse ? 0 : (size_t)image->width * sizeof(float));
  return room;
}

MLC_API size_t mlc_model_text_scratch_bytes(size_t bytes) {
  Scratch scratch = {0};
  if (!mlc_model_image.text.takes_text || mlc_model_image.table.takes_rows ||
      bytes > MAX_TEXT_BYTES)
    return 0;
  roomFor(1, &scratch);
  rowFor(NULL, bytes, &scratch);
  return bytesOf(&scratch);
}

/// Predicts a row that was made of a text or of a table's cells, or both.
static int runRow(const Room *room, const RowRoom *made, float *out) {
  const SparseRow *row = &made->row;
  if (mlc_model_image.is_sparse) {
    const int64_t indptr[] = {0, (int64_t)row->count};
    runSparse(room, indptr, row->columns, row->values, 0, 1, out);
    return MLC_OK;
  }
  const size_t width = (size_t)mlc_model_image.width,
               texts = (size_t)mlc_model_image.text.dimensions;
  memset(made->features, 0, width * sizeof(float));
  if (texts > 0)
    memcpy(made->features, made->dense, texts * sizeof(float));
  for (size_t i = 0; i < row->count; ++i)
    made->features[row->columns[i]] = row->values[i];
  runDense(room, made->features, 1, (int64_t)width, out);
  return MLC_OK;
}

MLC_API int mlc_model_predict_text(const char *utf8, size_t bytes, float *out,
                                   void *scratch) {
  if (!mlc_model_image.text.takes_text || mlc_model_image.table.takes_rows)
    return MLC_KIND;
  if (!utf8 || !out || !scratch)
    return MLC_NULL;
  if (bytes > MAX_TEXT_BYTES)
    return MLC_SIZE;
  if (!isGoodText(utf8, bytes))
    return MLC_TEXT;
  if (!isUsable())
    return MLC_CPU;
  Scratch memory = scratchAt(scratch);
  const Room room = roomFor(1, &memory);
  const RowRoom row = rowFor(utf8, bytes, &memory);
  return runRow(&room, &row, out);
}

/// Of the texts that a table's row has, with what stands between them.
static size_t bytesOfTexts(const char *const *texts) {
  size_t bytes = 0;
  for (int64_t i = 0; i < mlc_model_image.table.text_columns; ++i)
    bytes += (i > 0) + (texts[i] ? strlen(texts[i]) : 0);
  return bytes;
}

static void joinTexts(const char *const *texts, char *to) {
  for (int64_t i = 0; i < mlc_model_image.table.text_columns; ++i) {
    const size_t size = texts[i] ? strlen(texts[i]) : 0;
    if (i > 0)
      *to++ = '\n';
    memcpy(to, texts[i] ? texts[i] : "", size);
    to += size;
  }
}

MLC_API size_t mlc_model_row_scratch_bytes(const char *const *cells) {
  const MlcTableImage *table = &mlc_model_image.table;
  if (!table->takes_rows || !cells)
    return 0;
  const size_t bytes = bytesOfTexts(cells + table->columns);
  if (bytes > MAX_TEXT_BYTES)
    return 0;
  Scratch scratch = {0};
  roomFor(1, &scratch);
  take(&scratch, bytes + 1);
  rowFor(NULL, bytes, &scratch);
  return bytesOf(&scratch);
}

MLC_API const char *mlc_model_column(int64_t number) {
  const MlcTableImage *table = &mlc_model_image.table;
  if (number < 0 || number >= table->columns + table->text_columns)
    return NULL;
  return imageAt(((const int64_t *)imageAt(table->names))[number]);
}

MLC_API int mlc_model_predict_row(const char *const *cells, float *out,
                                  void *scratch) {
  const MlcTableImage *table = &mlc_model_image.table;
  if (!table->takes_rows)
    return MLC_KIND;
  if (!cells || !out || !scratch)
    return MLC_NULL;
  const char *const *texts = cells + table->columns;
  const size_t bytes = bytesOfTexts(texts);
  if (bytes > MAX_TEXT_BYTES)
    return MLC_SIZE;
  for (int64_t i = 0; i < table->text_columns; ++i)
    if (texts[i] && !isGoodText(texts[i], strlen(texts[i])))
      return MLC_TEXT;
  if (!isUsable())
    return MLC_CPU;
  Scratch memory = scratchAt(scratch);
  const Room room = roomFor(1, &memory);
  char *text = take(&memory, bytes + 1);
  joinTexts(texts, text);
  RowRoom row = rowFor(text, bytes, &memory);
  const int code =
      tableToRow(cells, mlc_model_image.width - table->width, &row.row);
  return code ? code : runRow(&room, &row, out);
}
