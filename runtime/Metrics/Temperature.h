//===- Temperature.h - The temperature that calibrates best -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_METRICS_TEMPERATURE_H
#define MLC_RUNTIME_METRICS_TEMPERATURE_H

#include "Metrics/Judged.h"

#include <optional>

namespace mlc::runtime {

/// The temperature T with the least log loss of logits / T (Guo et al. 2017,
/// "On calibration of modern neural networks"), found by Brent's bounded search
/// over ln(1/T) from -10 to 10, as scikit-learn's method="temperature" does.
/// Nothing where the loss only falls towards one end: all rows are right (or
/// wrong) by the sign, so that no temperature is best. `judged` is no
/// regression; its decision does not matter.
std::optional<double> bestTemperature(const Judged &judged);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_METRICS_TEMPERATURE_H
