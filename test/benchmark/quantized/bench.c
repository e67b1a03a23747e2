//===- bench.c - One review by f32, int8 and int4 weights -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// bench.py compiles one model several times, as programs `wide`, `int8`, `int4`
// and `units`, of which dense rows have the first and the last, and links them
// with this. Each round predicts some rows, others
// than the round before, by each of them in turn, on one core: so many that a
// program soon finds its own weights in the caches, and so few that seldom
// another process comes between. Prints a line a program: nanoseconds a row
// (the median of the rounds) and the median of the rounds' ratios to `wide`.
//
//===----------------------------------------------------------------------===//

#define _POSIX_C_SOURCE 200809L

#include "mlc/QuantizedWeights.h"
#include "mlc/RuntimeABI.h"

#include <immintrin.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

extern const MlcProgram mlc_program_wide, mlc_program_units;
__attribute__((weak)) extern const MlcProgram mlc_program_int8,
    mlc_program_int4;

// Predictions wait for nobody, and are not profiled.
void mlc_barrier(void *barrier, int64_t worker) { (void)barrier, (void)worker; }
void mlc_profile(void *profile, int64_t worker, int64_t region) {
  (void)profile, (void)worker, (void)region;
}

enum { Programs = 4, MostRounds = 1001, RowsOfRound = 1024 };

static uint64_t state = 1;
static double uniform(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (double)(state >> 11) * 0x1p-53;
}

static void *zeros(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 127) / 64 * 64);
  if (!memory)
    exit(1);
  return memset(memory, 0, (bytes + 127) / 64 * 64);
}

/// Any numbers: what they are does not change the time. `byColumns`: with a
/// scale for each column, which is a parameter of its own.
static void *weightsFor(const MlcParameter *parameter, int byColumns) {
  const int64_t rows = parameter->shape.sizes[0],
                columns = parameter->shape.sizes[1];
  if (parameter->element == MLC_F16 && !byColumns)
    return NULL;
  if (parameter->element == MLC_F32 || parameter->element == MLC_F16) {
    float *elements = zeros((size_t)(rows * columns) * sizeof(float));
    for (int64_t i = 0; i < rows * columns; ++i)
      elements[i] = (float)uniform() - 0.5f;
    return elements;
  }
  const int64_t bits = parameter->element == MLC_I8 ? 8 : 4;
  const size_t record = (size_t)(byColumns ? MLC_UNSCALED_BYTES(columns)
                                           : MLC_RECORD_BYTES(bits, columns));
  char *records = zeros((size_t)rows * record + MLC_RECORD_PADDING);
  for (int64_t row = 0; row < rows; ++row) {
    for (size_t at = 0; at < record; ++at)
      records[(size_t)row * record + at] = (char)(uniform() * 255 - 127);
    // An f16 from 2^-8 up to 2^-7.
    const uint16_t scale = (uint16_t)(0x1c00 + (int)(uniform() * 0x400));
    if (!byColumns)
      memcpy(records + (size_t)row * record, &scale, sizeof(scale));
  }
  return records;
}

typedef struct Rows {
  int32_t count, *numbers, *wide;
  uint16_t *narrow;
  int64_t *indptr;
  float *values;
} Rows;

static int ascending(const void *a, const void *b) {
  return *(const int32_t *)a - *(const int32_t *)b;
}

/// Columns as words of texts are, each once in a row: the k-th most frequent
/// one about 1 / k often. Values are not given where `areOnes`.
static Rows makeRows(int32_t count, int32_t entries, int64_t width,
                     int areOnes) {
  Rows rows = {.count = count};
  const size_t all = (size_t)count * (size_t)entries;
  rows.numbers = zeros((size_t)count * sizeof(int32_t));
  rows.wide = zeros(all * sizeof(int32_t));
  rows.narrow = zeros(all * sizeof(uint16_t));
  rows.values = zeros(all * sizeof(float));
  rows.indptr = zeros(((size_t)count + 1) * sizeof(int64_t));
  // Frequent words do not stand side by side in a vocabulary.
  int32_t *places = zeros((size_t)width * sizeof(int32_t));
  for (int64_t i = 0; i < width; ++i) {
    const int64_t j = (int64_t)(uniform() * (double)(i + 1));
    places[i] = places[j];
    places[j] = (int32_t)i;
  }
  int32_t *lastRow = zeros((size_t)width * sizeof(int32_t));
  for (int32_t row = 0; row < count; ++row) {
    rows.numbers[row] = row;
    int32_t *columns = rows.wide + (size_t)row * (size_t)entries;
    for (int32_t i = 0; i < entries;) {
      const int32_t column =
          places[(int64_t)(exp(uniform() * log((double)width + 1)) - 1)];
      if (lastRow[column] == row + 1)
        continue;
      lastRow[column] = row + 1;
      columns[i++] = column;
    }
    qsort(columns, (size_t)entries, sizeof(int32_t), ascending);
    rows.indptr[row + 1] = rows.indptr[row] + entries;
  }
  for (size_t i = 0; i < all; ++i) {
    rows.narrow[i] = (uint16_t)rows.wide[i];
    rows.values[i] = (float)uniform();
  }
  if (areOnes) {
    free(rows.values);
    rows.values = NULL;
  }
  free(lastRow);
  free(places);
  return rows;
}

/// Dense ones.
static Rows makeDenseRows(int32_t count, int64_t width) {
  Rows rows = {.count = count};
  rows.numbers = zeros((size_t)count * sizeof(int32_t));
  rows.values = zeros((size_t)(count * width) * sizeof(float));
  for (int32_t row = 0; row < count; ++row)
    rows.numbers[row] = row;
  for (int64_t i = 0; i < count * width; ++i)
    rows.values[i] = (float)uniform() - 0.5f;
  return rows;
}

static MlcCall callOf(const MlcProgram *program, const Rows *rows,
                      int64_t entries) {
  MlcInputData *input = zeros(sizeof(MlcInputData));
  input->values = rows->values;
  input->indptr = rows->indptr;
  if (rows->indptr)
    input->indices = program->inputs[0].shape.sizes[0] <= MLC_U16_WIDTH
                         ? (const void *)rows->narrow
                         : (const void *)rows->wide;
  void **parameters = zeros((size_t)program->parameter_count * sizeof(void *));
  int byColumns = 0;
  for (int64_t i = 0; i < program->parameter_count; ++i)
    byColumns |= program->parameters[i].element == MLC_F16 &&
                 program->parameters[i].shape.rank == 2;
  for (int64_t i = 0; i < program->parameter_count; ++i)
    parameters[i] = weightsFor(&program->parameters[i], byColumns);
  void **outputs = zeros(sizeof(void *));
  outputs[0] = zeros((size_t)rows->count * sizeof(float));
  int64_t *capacity = zeros(sizeof(int64_t));
  *capacity = entries * program->batch;
  size_t workspace = 0;
  for (int64_t i = 0; i < program->entry_count; ++i) {
    const MlcWorkspace *need = &program->entries[i].workspace;
    const size_t bytes =
        (size_t)(need->shared + need->own + need->own_per_nonzero * *capacity);
    workspace = bytes > workspace ? bytes : workspace;
  }
  MlcCall call = {.rows = rows->numbers,
                  .row_count = rows->count,
                  .inputs = input,
                  .capacities = capacity,
                  .parameters = parameters,
                  .outputs = outputs,
                  .workspace = zeros(workspace),
                  .workers = 1,
                  .ranks = 1};
  return call;
}

static MlcFunction predictOf(const MlcProgram *program) {
  for (int64_t i = 0; i < program->entry_count; ++i)
    if (strcmp(program->entries[i].name, "predict") == 0)
      return program->entries[i].function;
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int rising(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}
static double median(const double *numbers, int count) {
  double sorted[MostRounds];
  memcpy(sorted, numbers, (size_t)count * sizeof(double));
  qsort(sorted, (size_t)count, sizeof(double), rising);
  return sorted[count / 2];
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: bench ROWS ENTRIES ROUNDS values|ones|dense\n");
    return 2;
  }
  const int32_t entries = atoi(argv[2]);
  int rounds = atoi(argv[3]);
  rounds = rounds > MostRounds ? MostRounds : rounds;
  const MlcProgram *programs[Programs] = {&mlc_program_wide, &mlc_program_int8,
                                          &mlc_program_int4,
                                          &mlc_program_units};
  const int64_t width = programs[0]->inputs[0].shape.sizes[0];
  const Rows rows = strcmp(argv[4], "dense") == 0
                        ? makeDenseRows(atoi(argv[1]), width)
                        : makeRows(atoi(argv[1]), entries, width,
                                   strcmp(argv[4], "ones") == 0);
  MlcCall calls[Programs];
  static double times[Programs][MostRounds], ratios[MostRounds];
  for (int p = 0; p < Programs; ++p)
    if (programs[p])
      calls[p] = callOf(programs[p], &rows, entries);
  _mm_setcsr(_mm_getcsr() | 0x8040); // As the runtime does.
  for (int round = -1; round < rounds; ++round)
    for (int p = 0; p < Programs; ++p) {
      if (!programs[p])
        continue;
      const int windows = rows.count / RowsOfRound;
      calls[p].rows = rows.numbers + (round + 1) % windows * RowsOfRound;
      calls[p].row_count = RowsOfRound;
      const double begin = now();
      predictOf(programs[p])(&calls[p]);
      if (round >= 0)
        times[p][round] = (now() - begin) / RowsOfRound;
    }
  for (int p = 0; p < Programs; ++p) {
    if (!programs[p])
      continue;
    for (int round = 0; round < rounds; ++round)
      ratios[round] = times[0][round] / times[p][round];
    printf("%s %.0f %.2f\n", programs[p]->name, median(times[p], rounds),
           median(ratios, rounds));
  }
  return 0;
}
