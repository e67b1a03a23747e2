//===- Folds.h - The parts of a cross-validation ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_FOLDS_H
#define MLC_RUNTIME_IMPORT_FOLDS_H

#include "Import/Documents.h"
#include "Import/HoldOut.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// One of `count` parts that have every row once.
struct FoldChoice {
  std::int64_t count = 0;  ///< 0: there are no folds.
  std::int64_t number = 0; ///< From 0.
  /// A column whose rows of one value stay together; empty for none.
  std::string groupColumn;
};

/// Sets the rows of a fold aside. The rows of each label (all rows, unless
/// `byLabel`) are put in the order of a hash (XXH3) of their numbers keyed by
/// `seed`; the i-th of them belongs to fold i mod count. With `groups`, a name
/// for each row, all rows of a group belong to one fold and labels do not
/// matter: groups are taken by falling size, of equal ones in the order of the
/// hash of their names, each for the fold with the fewest rows so far (as
/// scikit-learn's GroupKFold). Throws InputError where a fold would be empty.
HeldOut holdOutFold(std::span<const double> labels,
                    std::span<const std::string> groups, const FoldChoice &fold,
                    bool byLabel, std::uint64_t seed);

/// The group of each row of the inputs, which are CSV or JSON. Throws
/// InputError.
std::vector<std::string> readGroups(std::span<const std::string> inputs,
                                    const DocumentOptions &options,
                                    const std::string &column);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_FOLDS_H
