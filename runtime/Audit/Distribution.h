//===- Distribution.h - How the features of rows are spread -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_DISTRIBUTION_H
#define MLC_RUNTIME_AUDIT_DISTRIBUTION_H

#include "Data/Dataset.h"

#include <cstdint>
#include <span>
#include <vector>

namespace mlc::runtime {

/// How many rows have a feature in which range: at most the first edge, above
/// it and at most the second, and so on, and above the last.
struct FeatureBins {
  std::int64_t feature = 0;
  std::vector<float> edges;         ///< Rising.
  std::vector<std::int64_t> counts; ///< One more than edges.
};

/// How the training rows are spread.
struct Distribution {
  std::int64_t rows = 0;         ///< That were counted.
  std::vector<FeatureBins> bins; ///< By rising features.
};

/// Of at most 4096 of the rows, evenly spaced, and of at most 500 features,
/// those that most rows have; the edges are the deciles, equal ones once. Where
/// all rows have one value, there is an edge below it, too.
Distribution distributionOf(const Dataset &data,
                            std::span<const std::int32_t> rows);

/// All rows of `data` in the ranges of `training`.
Distribution countedAs(const Distribution &training, const Dataset &data);

/// The population stability index: the sum over ranges of (a - e) * ln(a / e),
/// where a and e are the shares of the rows in it, now and in training, each at
/// least 1e-4. Above 0.2 it is usual to look for the reason.
double stabilityIndex(std::span<const std::int64_t> training,
                      std::span<const std::int64_t> now);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_DISTRIBUTION_H
