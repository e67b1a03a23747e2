//===- DatasetFile.h - Writes rows as a data set ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_DATASETFILE_H
#define MLC_RUNTIME_IMPORT_DATASETFILE_H

#include "Data/PartEntry.h"
#include "System/AtomicFile.h"
#include "Table/Table.h"
#include "Text/FeatureRows.h"
#include "Text/Vectorizer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlc::runtime {

/// What a written file holds.
struct ImportedFile {
  std::string path;
  std::int64_t rows = 0, features = 0;
  std::int64_t nonzeros = 0; ///< Of dense rows, all elements.
  LabelRule labels;
  std::int64_t positives = 0; ///< Labels of 1, where they are binary.
  std::int64_t labelColumns = 1;
  std::int64_t classes = 0; ///< Largest class + 1, where they are classes.
  /// The first class below that no row has; nothing where there is none.
  std::optional<std::int64_t> missingClass = {};
  /// Counts whose term is no feature; see FeatureRows.
  std::optional<std::int64_t> dropped = 0;
  std::int64_t emptyTexts = 0;         ///< Texts in which there is no token.
  FeatureRows::LookedUp lookedUp = {}; ///< For `like`.
  /// Emoji of the texts, where the tokenizer makes no tokens of them.
  std::int64_t emoji = 0;
  std::int64_t bytes = 0;
  std::string statistics = {}; ///< A table for people, where it was asked for.
  /// Where the rows stand among the examples of the input, from 0; empty for
  /// `like`.
  std::vector<std::size_t> numbers = {};
};

/// What made rows: a vectoriser of texts or counts, a table, or both.
struct Transform {
  const Vectorizer *vectorizer = nullptr;
  const Table *table = nullptr;
  LabelRule labels = {};
};

/// Writes the rows, which the transform made and of which there is one, into
/// `file`, for the caller to commit; `weights` say how much each counts, and
/// are left out where all count 1; `part` says where they are some of a set's.
/// Throws InputError.
ImportedFile writeDataset(AtomicFile &file, const FeatureRows &rows,
                          const Transform &transform,
                          const std::vector<float> &weights = {},
                          const std::optional<PartEntry> &part = std::nullopt);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_DATASETFILE_H
