//===- Weighting.h - From counts to values ----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_WEIGHTING_H
#define MLC_RUNTIME_TEXT_WEIGHTING_H

#include "Text/VectorizerSettings.h"

#include <cstdint>
#include <span>
#include <vector>

namespace mlc::runtime {

/// What ValueKind and Normalization make of a row.
class Weighting {
public:
  Weighting() = default;
  /// `documentFrequencies` of each feature among `documents` examples; for
  /// tf-idf alone.
  Weighting(ValueKind value, Normalization normalization,
            std::int64_t documents,
            std::span<const std::int32_t> documentFrequencies);

  /// Replaces the counts of a row by its values. Sums run in the row's order.
  void apply(std::span<const std::int32_t> features,
             std::span<float> counts) const;

private:
  double weigh(float count, std::int32_t feature) const;

  ValueKind value_ = ValueKind::Count;
  Normalization normalization_ = Normalization::None;
  std::vector<double> inverseFrequencies_; // ln((1 + n) / (1 + df)) + 1
};

/// Divides by the Euclidean length, unless that is 0.
void divideByLength(std::span<float> values);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_WEIGHTING_H
