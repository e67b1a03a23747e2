//===- DataImport.h - Text files in, data set files out ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_DATAIMPORT_H
#define MLC_RUNTIME_IMPORT_DATAIMPORT_H

#include "Import/DatasetFile.h"
#include "Import/Documents.h"
#include "Import/Folds.h"
#include "Import/TablePlan.h"
#include "Text/VectorizerSettings.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Part of the examples, for a file of its own.
struct HoldOutOptions {
  /// In (0, 1), or 0 where `fold` says which part. With both, of the rows that
  /// the fold leaves; its own are in no file.
  double share = 0;
  FoldChoice fold;
  std::string output;
  std::uint64_t seed = 0;
};

struct ImportOptions {
  /// All of them texts, or all of them LIBSVM text; read one after another.
  std::vector<std::string> inputs;
  std::string output;
  /// Rows of each part that the output is written as; 0: it is one file.
  std::int64_t shardRows = 0;
  /// How texts are read.
  DocumentOptions documents;
  /// A data set whose vectoriser is used again; then `settings`, `vocabulary`,
  /// `embeddings`, `stopWords` and `holdOut` do not count.
  std::optional<std::string> like;
  VectorizerSettings settings;
  /// A file of the only terms that may be features, which the tokeniser knows
  /// too. Of LIBSVM text: the names of its columns.
  std::optional<std::string> vocabulary;
  std::optional<std::string> embeddings; ///< A file of word vectors.
  std::optional<std::string> stopWords;  ///< A file of words, one a line.
  std::optional<HoldOutOptions> holdOut;
  /// Names of options that were given and that texts alone have.
  std::vector<std::string> textOptions;
  std::int64_t threads = 1;
  bool statistics = false;
  /// E-mail addresses, telephone and card numbers of texts become spaces.
  bool redact = false;
  /// Where examples have several labels or numbers, `settings.selection` may
  /// become Documents, which asks for no class.
  bool mayChangeSelection = false;
  /// How tables are read.
  TableOptions table;
  /// Called after each document and, as `done` = true, after the last.
  std::function<void(const Documents &, bool done)> progress;
  /// Told what people should know of the inputs.
  std::function<void(const std::string &)> note;
};

/// What an input's examples are made of.
enum class InputKind { Texts, Counts, Table };

/// Of the first input, as `importDataset` is going to read it. Throws
/// InputError.
InputKind kindOfInput(const ImportOptions &options);

/// Reads `inputs`, learns the vectoriser from what is not held out, and writes
/// all outputs or none. Holds the non-zeros in memory, 8 bytes each, not the
/// texts. The same input and options give the same bytes for any number of
/// threads. Throws InputError, and UsageError where options do not go with the
/// input or a file would be written over another that is in use.
std::vector<ImportedFile> importDataset(const ImportOptions &options);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_DATAIMPORT_H
