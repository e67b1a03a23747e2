//===- Split.h - Sets rows aside for validation -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_SPLIT_H
#define MLC_RUNTIME_TRAIN_SPLIT_H

#include "Program/Examples.h"

#include <cstdint>
#include <vector>

namespace mlc::runtime {

/// Two disjoint sets of row numbers, each ascending, that cover the data.
struct Split {
  std::vector<std::int32_t> training, validation;
};

/// Sets the share `fraction` (in (0, 1), to the nearest row) of each stratum
/// aside, chosen by the seed: files are often sorted by label, so their last
/// rows would be a poor sample. Throws InputError where either part would be
/// empty.
Split splitRows(const Examples &examples, double fraction, std::uint64_t seed);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_SPLIT_H
