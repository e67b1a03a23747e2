//===- TargetScale.h - The scale of regression targets ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_TARGETSCALE_H
#define MLC_RUNTIME_DATA_TARGETSCALE_H

#include "Data/Safetensors.h"

#include <optional>

namespace mlc::runtime {

/// A data set's labels are (y - mean) / deviation of the targets y.
struct TargetScale {
  double mean = 0, deviation = 1;
  bool operator==(const TargetScale &) const = default;

  /// The target that a label, or an output, stands for.
  double undo(double label) const { return label * deviation + mean; }
};

/// `__metadata__.target_mean` and `target_sd` of a data set or of weights, one
/// number each; nothing where there are none. Throws InputError.
std::optional<TargetScale> targetScaleOf(const SafetensorsFile &file);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_TARGETSCALE_H
