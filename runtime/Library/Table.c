//===- Table.c - From a row of a table to features ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What runtime/Table does for one row, with the same bits.
//
//===----------------------------------------------------------------------===//

#include "Core.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Text {
  const char *begin, *end;
} Text;

static Text trimmed(const char *cell, const char *blanks) {
  Text text = {cell, cell + strlen(cell)};
  while (text.begin < text.end && strchr(blanks, *text.begin))
    ++text.begin;
  while (text.begin < text.end && strchr(blanks, text.end[-1]))
    --text.end;
  return text;
}

static bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// Whether it is a number as std::from_chars reads it: no sign but a minus, no
/// hexadecimal digits.
static bool isNumber(Text text) {
  const char *at = text.begin;
  at += at < text.end && *at == '-';
  size_t digits = 0;
  for (; at < text.end && isDigit(*at); ++at)
    ++digits;
  if (at < text.end && *at == '.')
    for (++at; at < text.end && isDigit(*at); ++at)
      ++digits;
  if (digits == 0)
    return false;
  if (at < text.end && (*at == 'e' || *at == 'E')) {
    ++at;
    at += at < text.end && (*at == '-' || *at == '+');
    if (at == text.end)
      return false;
    while (at < text.end && isDigit(*at))
      ++at;
  }
  return at == text.end;
}

/// The number that fills the cell; NaN where it is none. strtod reads it, with
/// the point that the caller's locale has; of more characters than any number
/// needs, the last digits cannot change it.
static double numberOf(const char *cell) {
  Text text = trimmed(cell, " \t");
  if (text.end - text.begin > 1 && text.begin[0] == '+' && text.begin[1] != '-')
    ++text.begin;
  if (!isNumber(text))
    return NAN;
  char copy[1200];
  const char *point = localeconv()->decimal_point;
  size_t size = 0;
  for (const char *at = text.begin; at < text.end; ++at) {
    if (size + strlen(point) + 1 >= sizeof(copy))
      return NAN;
    if (*at == '.') {
      memcpy(copy + size, point, strlen(point));
      size += strlen(point);
    } else {
      copy[size++] = *at;
    }
  }
  copy[size] = 0;
  const double number = strtod(copy, NULL);
  return isfinite(number) ? number : NAN;
}

/// Numbers far from 0 come to lie below 3.
static double pressed(double z) {
  const double limit = 3, large = 1e100; // Whose square is too large.
  if (fabs(z) > large)
    return copysign(limit, z);
  return z / sqrt(1 + (z / limit) * (z / limit));
}

static void append(int64_t column, float value, SparseRow *row) {
  if (value == 0)
    return;
  row->columns[row->count] = (int32_t)column;
  row->values[row->count++] = value;
}

/// False where the number does not fit into an F32.
static bool encodeNumber(const MlcColumnImage *column, double number,
                         int64_t first, SparseRow *row) {
  const bool isMissing = isnan(number);
  const double value = isMissing ? column->median : number;
  const double scaled = (value - column->center) * column->factor;
  const int64_t scaling = mlc_model_image.table.scaling;
  const float feature = (float)(scaling == MLC_SCALING_ROBUST ? pressed(scaled)
                                : scaling == MLC_SCALING_STANDARD ? scaled
                                                                  : value);
  append(first, feature, row);
  if (column->has_missing)
    append(first + 1, isMissing, row);
  return isfinite(feature);
}

int tableToRow(const char *const *cells, int64_t first, SparseRow *row) {
  const MlcTableImage *table = &mlc_model_image.table;
  const MlcColumnImage *columns = imageAt(table->column_rows);
  for (int64_t number = 0; number < table->columns; ++number) {
    const MlcColumnImage *column = &columns[number];
    const char *cell = cells[number] ? cells[number] : "";
    const Text text = trimmed(cell, " \t\r\n");
    const size_t size = (size_t)(text.end - text.begin);
    const bool isMissing =
        findString(&table->missing, text.begin, size) != MLC_NO_STRING;
    if (!column->is_category) {
      const double value = isMissing ? NAN : numberOf(cell);
      if ((!isMissing && isnan(value)) ||
          !encodeNumber(column, value, first + column->first, row))
        return MLC_CELL;
    } else if (!isMissing) {
      const uint32_t place = findString(&column->values, text.begin, size);
      if (place == MLC_NO_STRING)
        continue;
      if (column->values.count == 2)
        append(first + column->first, place == 0 ? 1 : -1, row);
      else
        append(first + column->first + place, 1, row);
    }
  }
  return MLC_OK;
}
