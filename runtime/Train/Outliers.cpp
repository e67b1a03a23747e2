//===- Outliers.cpp - Steps that are unlike the last ones -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Outliers.h"

#include <cmath>

namespace mlc::runtime {

std::optional<double> RecentValues::add(float value) {
  values_[count_ % size] = value;
  ++count_;
  if (count_ < size)
    return std::nullopt;
  // Anew for each value: sums that are kept would lose digits after a large
  // one has come and gone.
  double sum = 0, squares = 0;
  for (float other : values_)
    sum += other;
  const double mean = sum / size;
  for (float other : values_)
    squares += (other - mean) * (other - mean);
  const double deviation = std::sqrt(squares / size);
  return deviation == 0 ? 0 : (value - mean) / deviation;
}

} // namespace mlc::runtime
