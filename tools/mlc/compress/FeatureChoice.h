//===- FeatureChoice.h - Features that a model uses most --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_COMPRESS_FEATURECHOICE_H
#define MLC_TOOLS_MLC_COMPRESS_FEATURECHOICE_H

#include "Data/Dataset.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mlc {

/// All features, that of the highest score first: the length of the feature's
/// row in `weights` [features, units], the first layer's, times the root of the
/// sum of its squared values in `rows`. That is how much the layer's sums would
/// change if the feature were left out; the length alone would favour what
/// hardly ever occurs. Of equal scores, the lower number.
std::vector<std::int32_t> rankFeatures(const runtime::Dataset &data,
                                       std::span<const std::size_t> rows,
                                       std::span<const float> weights);

/// The first `count` of them, rising. Features of the score 0 may be among them
/// where there are not enough others.
std::vector<std::int32_t> firstFeatures(std::vector<std::int32_t> ranked,
                                        std::size_t count);

} // namespace mlc

#endif // MLC_TOOLS_MLC_COMPRESS_FEATURECHOICE_H
