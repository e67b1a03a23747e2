//===- DataImport.h - Text files in, data set files out ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_DATAIMPORT_H
#define MLC_RUNTIME_IMPORT_DATAIMPORT_H

#include "Text/Vectorizer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Part of the examples, for a file of its own.
struct HoldOutOptions {
  double share = 0; ///< In (0, 1).
  std::string output;
  std::uint64_t seed = 0;
};

struct ImportOptions {
  std::vector<std::string> inputs; ///< LIBSVM text, read one after another.
  std::string output;
  /// A data set whose vectoriser is used again; then only `inputs` and
  /// `output` count.
  std::optional<std::string> like;
  VectorizerSettings settings;
  std::optional<std::string> vocabulary; ///< A file of column names.
  std::optional<HoldOutOptions> holdOut;
};

/// What a written file holds.
struct ImportedFile {
  std::string path;
  std::int64_t rows = 0, features = 0, nonzeros = 0;
  LabelKind labels = LabelKind::Binary;
  std::int64_t positives = 0; ///< Labels of 1, where they are binary.
  std::int64_t classes = 0;   ///< Largest class + 1, where they are classes.
  std::int64_t dropped = 0;   ///< Values whose column is no feature.
  std::int64_t bytes = 0;
};

/// Reads `inputs`, learns the vectoriser from what is not held out, and writes
/// all outputs or none. Holds the input's non-zeros in memory, 8 bytes each.
/// The same input and options give the same bytes. Throws InputError, and
/// UsageError where a file would be written over another that is in use.
std::vector<ImportedFile> importDataset(const ImportOptions &options);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_DATAIMPORT_H
