//===- Split.cpp - Sets rows aside for validation -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Split.h"

#include "Error.h"
#include "Program/Random.h"

#include <cmath>
#include <fmt/format.h>
#include <map>

namespace mlc::runtime {

Split splitRows(const Examples &examples, double fraction, std::uint64_t seed) {
  const std::int64_t rows = examples.rows();
  std::map<std::int64_t, std::int64_t> wanted;
  for (std::int64_t row = 0; row < rows; ++row)
    ++wanted[examples.stratumOf(row)];
  for (auto &[stratum, count] : wanted)
    count = std::llround(fraction * double(count));

  const Permutation order(rows, seed, RandomPurpose::Split, 0);
  std::vector<bool> chosen(rows);
  for (std::int64_t place = 0; place < rows; ++place) {
    const std::int64_t row = order(place);
    std::int64_t &left = wanted[examples.stratumOf(row)];
    if (left > 0) {
      chosen[row] = true;
      --left;
    }
  }
  Split split;
  for (std::int64_t row = 0; row < rows; ++row)
    (chosen[row] ? split.validation : split.training)
        .push_back(std::int32_t(row));
  if (split.validation.empty() || split.training.empty())
    throw InputError(
        fmt::format("{}: --validation {} leaves no row of {} for {}",
                    examples.data().path(), fraction, rows,
                    split.validation.empty() ? "validation" : "training"));
  return split;
}

} // namespace mlc::runtime
