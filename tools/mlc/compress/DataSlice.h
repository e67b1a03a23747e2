//===- DataSlice.h - Rows and features of a data set ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_COMPRESS_DATASLICE_H
#define MLC_TOOLS_MLC_COMPRESS_DATASLICE_H

#include "Data/Dataset.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mlc {

/// What of a data set goes into another.
struct DataSlice {
  std::vector<std::size_t> rows; ///< Rising.
  /// Rising. A vectoriser is cut to them, and rows whose vectoriser divides
  /// them by their length are divided by that of what is kept. Empty: all.
  std::vector<std::int32_t> features = {};
  /// How often each row is there. In every copy, each of its entries is left
  /// out with the probability `dropout`, independently of others, and those
  /// that stay are divided by 1 - dropout: dropout of features, which are data
  /// and not values of the model.
  std::int64_t copies = 1;
  double dropout = 0;
  std::uint64_t seed = 0; ///< Key of dropout.
  /// [rows, columns]: logits of another model; empty: none.
  std::span<const float> teacher = {};
  std::size_t columns = 1;
};

/// Throws InputError, also where the data set has no features that can be left
/// out (those of a table belong together, those of hashes have no names).
void writeSlice(const runtime::Dataset &data, const std::string &path,
                const DataSlice &slice);

} // namespace mlc

#endif // MLC_TOOLS_MLC_COMPRESS_DATASLICE_H
