//===- FeatureRows.h - Rows of features on their way to a file --*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_FEATUREROWS_H
#define MLC_RUNTIME_TEXT_FEATUREROWS_H

#include "Data/SparseRows.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace mlc::runtime {

/// What a vectorizer makes: sparse rows or, of embeddings, dense ones.
struct FeatureRows {
  /// Labels and width are here in both cases.
  SparseRows sparse;
  bool isDense = false;
  std::vector<float> dense; ///< [rows, width], row-major.
  /// Of all rows: counts (different terms of a row) that are no feature. Not
  /// known of texts that were not counted first, whose other terms are never
  /// told apart.
  std::optional<std::int64_t> dropped = 0;
  /// Of texts whose words were looked up among those that were learned; 0
  /// words where features are characters or hashes.
  struct LookedUp {
    std::int64_t words = 0;
    std::int64_t unknown = 0; ///< Of the words, those that no feature has.
    std::int64_t empty = 0;   ///< Texts without a word.
  };
  LookedUp lookedUp;

  std::size_t size() const { return sparse.size(); }
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_FEATUREROWS_H
