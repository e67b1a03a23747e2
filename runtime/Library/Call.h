//===- Call.h - One call of the compiled code ---------------------*- C -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_LIBRARY_CALL_H
#define MLC_RUNTIME_LIBRARY_CALL_H

#include "Core.h"

/// What others may call.
#define MLC_API __attribute__((visibility("default")))

/// Whether this CPU can run the code.
bool isUsable(void);

/// The caller's memory from its first cache line on.
Scratch scratchAt(void *memory);
/// What a caller gives: that, and the way to the first cache line.
size_t bytesOf(const Scratch *counted);

/// What a call needs.
typedef struct Room {
  int32_t *rows;
  int64_t *indptr;
  uint16_t *narrow; ///< Columns, where the code wants them so.
  void **parameters;
  void *workspace;
  int64_t entries;
} Room;

/// Rows that are predicted at once.
int64_t rowsOfCall(int64_t rows);
/// Takes what a call with so many rows needs.
Room roomFor(int64_t rows, Scratch *scratch);

/// Predicts rows of `width` features, at most as many rows as rowsOfCall says.
void runDense(const Room *room, const float *features, int64_t rows,
              int64_t width, float *out);
/// Rows [first, first + count) of what `indptr` begins, whose entries are at
/// most room->entries.
void runSparse(const Room *room, const int64_t *indptr, const int32_t *indices,
               const float *values, int64_t first, int64_t count, float *out);

#endif // MLC_RUNTIME_LIBRARY_CALL_H
