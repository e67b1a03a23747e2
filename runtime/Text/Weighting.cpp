//===- Weighting.cpp - From counts to values ------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Weighting.h"

#include <cmath>

using namespace mlc::runtime;

Weighting::Weighting(ValueKind value, Normalization normalization,
                     std::int64_t documents,
                     std::span<const std::int32_t> documentFrequencies)
    : value_(value), normalization_(normalization) {
  if (value == ValueKind::TfIdf)
    for (std::int32_t frequency : documentFrequencies)
      inverseFrequencies_.push_back(
          std::log((1 + static_cast<double>(documents)) /
                   (1 + static_cast<double>(frequency))) +
          1);
}

double Weighting::weigh(float count, std::int32_t feature) const {
  switch (value_) {
  case ValueKind::Count:
    return count;
  case ValueKind::Binary:
    return count < 0 ? -1 : 1;
  case ValueKind::Log:
    return (count < 0 ? -1 : 1) *
           (1 + std::log(std::abs(static_cast<double>(count))));
  case ValueKind::TfIdf:
    return count * inverseFrequencies_[static_cast<std::size_t>(feature)];
  }
  __builtin_unreachable();
}

void Weighting::apply(std::span<const std::int32_t> features,
                      std::span<float> counts) const {
  if (normalization_ == Normalization::None) {
    if (value_ != ValueKind::Count)
      for (std::size_t at = 0; at < counts.size(); ++at)
        counts[at] = static_cast<float>(weigh(counts[at], features[at]));
    return;
  }
  double squares = 0;
  for (std::size_t at = 0; at < counts.size(); ++at) {
    const double value = weigh(counts[at], features[at]);
    squares += value * value;
  }
  const double length = squares > 0 ? std::sqrt(squares) : 1;
  for (std::size_t at = 0; at < counts.size(); ++at)
    counts[at] = static_cast<float>(weigh(counts[at], features[at]) / length);
}

void mlc::runtime::divideByLength(std::span<float> values) {
  double squares = 0;
  for (float value : values)
    squares += static_cast<double>(value) * value;
  if (squares > 0)
    for (float &value : values)
      value = static_cast<float>(value / std::sqrt(squares));
}
