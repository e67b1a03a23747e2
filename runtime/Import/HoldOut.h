//===- HoldOut.h - Sets examples aside for validation -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_HOLDOUT_H
#define MLC_RUNTIME_IMPORT_HOLDOUT_H

#include "Data/SparseRows.h"

#include <cstdint>
#include <utility>

namespace mlc::runtime {

/// Splits rows in two: first those that remain, second those set aside, the
/// share `share` (in (0, 1), to the nearest row) of them. Where `byLabel`, that
/// is the share of the rows of each label. A row's place in the order of
/// choice is a hash (XXH3) of its number keyed by `seed`. Both parts keep the
/// order of the rows. Throws InputError where one would be empty.
std::pair<SparseRows, SparseRows> holdOut(const SparseRows &rows, double share,
                                          bool byLabel, std::uint64_t seed);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_HOLDOUT_H
