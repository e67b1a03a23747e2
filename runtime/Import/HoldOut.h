//===- HoldOut.h - Sets examples aside for validation -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_HOLDOUT_H
#define MLC_RUNTIME_IMPORT_HOLDOUT_H

#include "Data/SparseRows.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mlc::runtime {

/// Numbers of rows, each rising.
struct HeldOut {
  std::vector<std::size_t> rest, aside;
};

/// Splits rows in two: those that remain, and those set aside, the share
/// `share` (in (0, 1), to the nearest row) of them. Where `byLabel`, that is
/// the share of the rows of each label. A row's place in the order of choice is
/// a hash (XXH3) of its number keyed by `seed`. Throws InputError where one
/// would be empty.
HeldOut holdOut(std::span<const double> labels, double share, bool byLabel,
                std::uint64_t seed);

/// The same among some of the rows alone, as if there were no others.
HeldOut holdOutAmong(std::span<const std::size_t> rows,
                     std::span<const double> labels, double share, bool byLabel,
                     std::uint64_t seed);

/// The rows with these numbers.
SparseRows pickRows(const SparseRows &rows,
                    std::span<const std::size_t> numbers);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_HOLDOUT_H
