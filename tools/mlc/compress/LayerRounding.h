//===- LayerRounding.h - A first layer in 4 bits ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_COMPRESS_LAYERROUNDING_H
#define MLC_TOOLS_MLC_COMPRESS_LAYERROUNDING_H

#include "Data/Dataset.h"
#include "Data/Quantize.h"

#include <optional>
#include <span>
#include <vector>

namespace mlc {

/// The weights of a network as mlc new writes it, of one layer or two.
struct LayerWeights {
  std::span<const float> first;      ///< [features, units]
  std::span<const float> firstBias;  ///< [units]
  std::span<const float> second;     ///< [units, outputs]; empty: one layer.
  std::span<const float> secondBias; ///< [outputs]
};

/// A first layer that was rounded.
struct RoundedLayer {
  runtime::QuantizedRows numbers; ///< 4 bits, a scale for each row.
  std::vector<float> bias;
};

/// Rounds the first layer so that the network's probabilities for the rows of
/// `data` change little: the metric of its rows (RowRounding) is the mean of
/// J^T S J over these, J being the gradient of the outputs by the layer's sums
/// and S the curvature of the loss by the outputs, p (1 - p) of a yes or no and
/// diag(p) - p p^T of classes (the Gauss-Newton matrix); with a hundredth of
/// its mean diagonal added to the diagonal, as in GPTQ (Frantar et al., 2022).
/// What errors add to a layer's sums on the average over the rows, each counted
/// by the trace of S, is taken off its bias. Of labels only their kind takes
/// part. Nothing for a layer so large that this would take minutes, or whose
/// features have factors of their own (learningDefaults).
std::optional<RoundedLayer> roundLayer(const runtime::Dataset &data,
                                       const LayerWeights &weights);

} // namespace mlc

#endif // MLC_TOOLS_MLC_COMPRESS_LAYERROUNDING_H
