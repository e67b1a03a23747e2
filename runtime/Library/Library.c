//===- Library.c - The functions of a model's library ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Header.h.in says what each function does. `mlc compile --emit lib` links
// these sources with a model's code and image to one object, and gives
// mlc_model_NAME the library's own name there: NAME stands for it below.
//
//===----------------------------------------------------------------------===//

#include "Core.h"
#include "mlc/RuntimeABI.h"

#include <cpuid.h>
#include <immintrin.h>
#include <math.h>
#include <string.h>

#define MLC_API __attribute__((visibility("default")))

enum { ABI = 1, MAX_TEXT_BYTES = 64 << 20 };

void *take(Scratch *scratch, size_t bytes) {
  const size_t line = MLC_IMAGE_ALIGNMENT;
  char *begin = scratch->base ? scratch->base + scratch->used : NULL;
  scratch->used += (bytes + line - 1) / line * line;
  return begin;
}

/// The caller's memory from its first cache line on.
static Scratch scratchAt(void *memory) {
  const uintptr_t line = MLC_IMAGE_ALIGNMENT;
  return (Scratch){(char *)(((uintptr_t)memory + line - 1) / line * line), 0};
}

/// What a caller gives: that, and the way to the first cache line.
static size_t bytesOf(const Scratch *counted) {
  return counted->used + MLC_IMAGE_ALIGNMENT;
}

//===----------------------------------------------------------------------===//
// Whether this CPU can run the code
//===----------------------------------------------------------------------===//

static bool hasCpuBits(void) {
  uint64_t saved = 0;
  uint32_t words[4];
  if (__get_cpuid(1, &words[0], &words[1], &words[2], &words[3]) &&
      words[2] >> 27 & 1) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    saved = low;
  }
  const MlcCpuBit *bits = imageAt(mlc_model_image.cpu);
  for (int64_t i = 0; i < mlc_model_image.cpu_bits; ++i) {
    if (!__get_cpuid_count(bits[i].leaf, bits[i].subleaf, &words[0], &words[1],
                           &words[2], &words[3]) ||
        !(words[bits[i].place] >> bits[i].bit & 1) ||
        (saved & bits[i].state) != bits[i].state)
      return false;
  }
  return true;
}

/// Asked once: CPUID takes long in a virtual machine. Threads that ask at the
/// same time find the same.
static bool isUsable(void) {
  enum { UNKNOWN, USABLE, UNUSABLE };
  static int known;
  int is = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (is == UNKNOWN) {
    is = hasCpuBits() ? USABLE : UNUSABLE;
    __atomic_store_n(&known, is, __ATOMIC_RELAXED);
  }
  return is == USABLE;
}

//===----------------------------------------------------------------------===//
// One call of the compiled code
//===----------------------------------------------------------------------===//

/// Rows that are predicted at once, and the stored entries that they may have:
/// a row of every column always fits.
static int64_t rowsOfCall(int64_t rows) {
  return rows < mlc_program->batch ? rows : mlc_program->batch;
}
static int64_t entriesOfCall(int64_t rows) {
  const int64_t some = 8192, width = mlc_model_image.width;
  if (!mlc_model_image.is_sparse)
    return 0;
  const int64_t all = rowsOfCall(rows) * (width < some ? width : some);
  return width > some ? width : all < some ? all : some > width ? some : width;
}

/// What a call needs.
typedef struct Room {
  int32_t *rows;
  int64_t *indptr;
  uint16_t *narrow; ///< Columns, where the code wants them so.
  void **parameters;
  void *workspace;
  int64_t entries;
} Room;

static bool isNarrow(void) { return mlc_model_image.width <= MLC_U16_WIDTH; }

static Room roomFor(int64_t rows, Scratch *scratch) {
  const MlcWorkspace *need = &mlc_program->entries[0].workspace;
  const size_t count = (size_t)rowsOfCall(rows);
  Room room = {.entries = entriesOfCall(rows)};
  room.rows = take(scratch, count * sizeof(int32_t));
  room.indptr = take(scratch, (count + 1) * sizeof(int64_t));
  room.narrow =
      take(scratch, isNarrow() ? (size_t)room.entries * sizeof(uint16_t) : 0);
  room.parameters =
      take(scratch, (size_t)mlc_program->parameter_count * sizeof(void *));
  room.workspace =
      take(scratch, (size_t)(need->shared + need->own + 63 +
                             need->own_per_nonzero * room.entries));
  if (!scratch->base)
    return room;
  for (size_t row = 0; row < count; ++row)
    room.rows[row] = (int32_t)row;
  const int64_t *offsets = imageAt(mlc_model_image.parameters);
  for (int64_t i = 0; i < mlc_program->parameter_count; ++i)
    room.parameters[i] = (void *)imageAt(offsets[i]); // Only read.
  return room;
}

static void run(const Room *room, const MlcInputData *input, int64_t rows,
                float *out) {
  void *outputs[] = {out};
  const int64_t capacities[] = {room->entries};
  MlcCall call;
  memset(&call, 0, sizeof(call));
  call.rows = room->rows;
  call.row_count = rows;
  call.inputs = input;
  call.capacities = capacities;
  call.parameters = room->parameters;
  call.workspace = room->workspace;
  call.outputs = outputs;
  call.workers = call.ranks = 1;
  // As programs do: results that are too small for a normal number are 0.
  const unsigned flush = 0x8040, before = _mm_getcsr();
  _mm_setcsr(before | flush);
  mlc_program->entries[0].function(&call);
  _mm_setcsr(before);
}

static void runDense(const Room *room, const float *features, int64_t rows,
                     float *out) {
  const MlcInputData input = {.values = features};
  run(room, &input, rows, out);
}

/// Rows [first, first + count) of what `indptr` begins.
static void runSparse(const Room *room, const int64_t *indptr,
                      const int32_t *indices, const float *values,
                      int64_t first, int64_t count, float *out) {
  const int64_t begin = indptr[first], entries = indptr[first + count] - begin;
  MlcInputData input = {0};
  for (int64_t row = 0; row <= count; ++row)
    room->indptr[row] = indptr[first + row] - begin;
  input.indptr = room->indptr;
  input.indices = room->narrow;
  if (entries > 0)
    input.indices = indices + begin;
  if (isNarrow()) {
    for (int64_t i = 0; i < entries; ++i)
      room->narrow[i] = (uint16_t)indices[begin + i];
    input.indices = room->narrow;
  }
  // As data sets do, whose bits these are to be.
  for (int64_t i = 0; values && i < entries; ++i)
    if (values[begin + i] != 1) {
      input.values = values + begin;
      break;
    }
  run(room, &input, count, out);
}

//===----------------------------------------------------------------------===//
// The functions
//===----------------------------------------------------------------------===//

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

MLC_API int mlc_model_predict_dense(const float *features, int64_t rows,
                                    float *out, void *scratch) {
  const int64_t width = mlc_model_image.width;
  if (mlc_model_image.is_sparse)
    return MLC_KIND;
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
             rows - first < most ? rows - first : most,
             out + first * mlc_model_image.outputs);
  return MLC_OK;
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
  runDense(room, made->features, 1, out);
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
