//===- Call.c - One call of the compiled code -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Call.h"

#include "mlc/RuntimeABI.h"

#include <immintrin.h>
#include <string.h>

void *take(Scratch *scratch, size_t bytes) {
  const size_t line = MLC_IMAGE_ALIGNMENT;
  char *begin = scratch->base ? scratch->base + scratch->used : NULL;
  scratch->used += (bytes + line - 1) / line * line;
  return begin;
}

Scratch scratchAt(void *memory) {
  const uintptr_t line = MLC_IMAGE_ALIGNMENT;
  return (Scratch){(char *)(((uintptr_t)memory + line - 1) / line * line), 0};
}

size_t bytesOf(const Scratch *counted) {
  return counted->used + MLC_IMAGE_ALIGNMENT;
}

int64_t rowsOfCall(int64_t rows) {
  return rows < mlc_program->batch ? rows : mlc_program->batch;
}

/// The stored entries that they may have: a row of every column always fits.
static int64_t entriesOfCall(int64_t rows) {
  const int64_t some = 8192, width = mlc_model_image.width;
  if (!mlc_model_image.is_sparse)
    return 0;
  const int64_t all = rowsOfCall(rows) * (width < some ? width : some);
  return width > some ? width : all < some ? all : some > width ? some : width;
}

static bool isNarrow(void) { return mlc_model_image.width <= MLC_U16_WIDTH; }

Room roomFor(int64_t rows, Scratch *scratch) {
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

void runDense(const Room *room, const float *features, int64_t rows,
              int64_t width, float *out) {
  // Where rows may differ in size, this says how large they are.
  for (int64_t row = 0; row <= rows; ++row)
    room->indptr[row] = row * (width / mlc_model_image.step);
  const MlcInputData input = {.values = features, .indptr = room->indptr};
  run(room, &input, rows, out);
}

void runSparse(const Room *room, const int64_t *indptr, const int32_t *indices,
               const float *values, int64_t first, int64_t count, float *out) {
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
