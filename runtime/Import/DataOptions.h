//===- DataOptions.h - The options of mlc data ------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_DATAOPTIONS_H
#define MLC_RUNTIME_IMPORT_DATAOPTIONS_H

#include "Import/DataImport.h"

#include <string>

namespace CLI {
class App;
}

namespace mlc::runtime {

/// How labels are read where that is not left to them to tell.
enum class LabelChoice { Binary, Classes, Numbers, Stars, Names, Several };

/// As Selection; Auto: Chi2 where each example has one class, else Documents.
enum class SelectionChoice { Frequency, Documents, Chi2, Linear, Auto };

/// What `mlc data` was told. `import` is complete once `finishOptions` was
/// called; the others are what CLI11 reads into.
struct DataOptions {
  ImportOptions import;
  bool quiet = false;

  std::string like, vocabulary, embeddings, stopWords;
  std::string ngrams, charNgrams, minDocuments, maxDocuments;
  std::int64_t maxFeatures = 0, minLength = 0;
  int hashBits = 0;
  LabelChoice labels = LabelChoice::Binary;
  SelectionChoice selection = SelectionChoice::Frequency;
  double positiveFrom = 0;
  HoldOutOptions holdOut;
  std::string fold; ///< I/K, of `holdOut`.
};

/// Tells the parser of all options; `options` must outlive it.
void declareOptions(CLI::App &app, DataOptions &options);

/// After parsing. Throws UsageError where options are out of range or do not
/// go together.
void finishOptions(const CLI::App &app, DataOptions &options);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_DATAOPTIONS_H
