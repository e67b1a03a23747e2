//===- LearnedFeatures.h - What a vectorizer has learned --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_LEARNEDFEATURES_H
#define MLC_RUNTIME_TEXT_LEARNEDFEATURES_H

#include "Text/Candidates.h"
#include "Text/TermTable.h"
#include "Text/TextAnalysis.h"
#include "Text/VectorizerSettings.h"
#include "Text/Weighting.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Finds the columns of a text's terms.
struct TextLookup {
  TextAnalysis analysis;
  TermTable table;
  std::vector<std::int32_t> columnOf; ///< By term; -1: only part of others.
};

/// The inside of Vectorizer.
struct LearnedFeatures {
  VectorizerSettings settings;
  bool isText = false;
  std::int64_t inputFeatures = 0; ///< LIBSVM: before columns are picked.
  std::int64_t columnCount = 0;   ///< Of sparse rows; embeddings: words.
  std::int64_t documents = 0;
  std::vector<std::int32_t> columns; ///< LIBSVM; empty: all are kept.
  std::vector<std::int32_t> documentFrequencies; ///< tf-idf alone.
  std::string vocabulary;
  std::string stopWords;
  std::int64_t dimensions = 0; ///< Of embeddings; 0: rows are sparse.
  std::vector<float> vectors;  ///< [columnCount, dimensions]

  Weighting weighting;
  /// The columns of the collection that this was learned from.
  std::uint64_t collection = 0; ///< 0: of none.
  std::vector<ColumnMap> collectionColumns;

  /// Makes what follows from the rest.
  void finish();
  /// Made when it is first asked for: counted documents need none.
  const TextLookup &lookup() const;

private:
  mutable std::once_flag once_;
  mutable std::unique_ptr<const TextLookup> lookup_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_LEARNEDFEATURES_H
