//===- RowWeight.cpp - How much an example counts -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/RowWeight.h"

#include "Import/LabelReader.h"
#include "Import/LineReader.h"
#include "Table/Column.h"

#include <cmath>
#include <fmt/core.h>
#include <limits>

using namespace mlc::runtime;

std::optional<std::string> mlc::runtime::readRowWeight(std::string_view cell,
                                                       double &weight) {
  weight = isNumber(cell) ? numberOf(cell) : NAN;
  if (weight >= 0 && weight <= std::numeric_limits<float>::max())
    return std::nullopt;
  return fmt::format("expected a weight, a number of 0 or more, but got {}; "
                     "correct it, or leave out the row",
                     showToken(cell));
}
