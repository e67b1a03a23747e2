//===- Importance.h - How much worse it is without a column -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_IMPORTANCE_H
#define MLC_RUNTIME_EXPLAIN_IMPORTANCE_H

#include "Explain/InputColumns.h"
#include "Metrics/Judged.h"
#include "Metrics/Measure.h"
#include "Program/Examples.h"
#include "Program/Predictor.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace mlc::runtime {

/// How far a figure falls (of errors: rises) when a column's values are dealt
/// out to the rows in another order: mean and standard deviation (n - 1) over
/// the repeats.
struct ColumnImportance {
  std::int64_t column = 0; ///< See InputColumns.
  double mean = 0, deviation = 0;
};

struct ImportanceOptions {
  std::int64_t repeats = 5; ///< At least 1.
  std::uint64_t seed = 0;
  std::int64_t threads = 1;
};

/// Permutation importance (Breiman, "Random forests", 2001; Fisher, Rudin,
/// Dominici 2019) of every column that occurs, the largest first. The order of
/// a repeat is a keyed permutation by seed, column and repeat, so that the
/// result is the same for any number of threads. Nothing where a signal stopped
/// it.
std::optional<std::vector<ColumnImportance>>
permutationImportance(const Predictor &predictor, const Examples &examples,
                      const InputColumns &columns, const Measure &measure,
                      const Decision &decision,
                      const ImportanceOptions &options);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_IMPORTANCE_H
