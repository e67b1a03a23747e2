//===- CompressOptions.h - What mlc compress is asked for -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_COMPRESS_COMPRESSOPTIONS_H
#define MLC_TOOLS_MLC_COMPRESS_COMPRESSOPTIONS_H

#include "../LearningOptions.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mlc {

/// The teacher is the model that is to be made smaller, the pupil the smaller
/// one.
struct CompressOptions {
  std::string model, weights, data; ///< The teacher's; what it learned from.
  std::string folder;               ///< Where the pupil goes.
  std::optional<std::int64_t> features, units; ///< Not given: the teacher's.
  bool distills = false;
  double alpha = 0.5, temperature = 1; ///< See graph.distill_bce.
  double featureDropout = 0.2;
  /// Of the first layer's weights: 4 or 8; 32 leaves them as they are.
  int bits = 32;
  double prune = 0; ///< Share of the first layer's weights that become 0.
  /// Of the weights' file: features and units that are not given are searched
  /// under it.
  std::optional<double> maxBytes;
  std::optional<double> maxLoss; ///< Of accuracy, where rows are set aside.
  std::int64_t folds = 5;        ///< One of them is set aside.
  std::string sign; ///< A secret key's file; empty: the record is not signed.
  LearningOptions learning; ///< Epochs and rate are the pupil's.
  bool json = false;

  /// Whether the pupil's weights are written as a packed file.
  bool packs() const { return bits < 32 || prune > 0; }
};

} // namespace mlc

#endif // MLC_TOOLS_MLC_COMPRESS_COMPRESSOPTIONS_H
