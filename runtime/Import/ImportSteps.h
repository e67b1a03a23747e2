//===- ImportSteps.h - The work for one kind of input -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_IMPORTSTEPS_H
#define MLC_RUNTIME_IMPORT_IMPORTSTEPS_H

#include "Import/DataImport.h"
#include "Import/EmbeddingsReader.h"
#include "Import/LabelReader.h"
#include "Table/Table.h"
#include "Text/Vectorizer.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mlc::runtime {

/// One of the files to be: its rows, and how many tokens each text has where
/// that is known.
struct ImportedPart {
  FeatureRows rows;
  std::vector<std::uint32_t> lengths;
  std::vector<std::size_t> numbers = {}; ///< Of the examples, where learned.
  std::int64_t emoji = 0;                ///< That are no tokens, of all texts.
};

/// The work for one kind of input.
class ImportSteps {
public:
  ImportSteps(const ImportOptions &options, OpenInput first)
      : options_(options), settings_(options.settings),
        first_(std::move(first)) {}

  /// Takes over the features and the label rule of another data set.
  void takeOver(const SafetensorsFile &other) {
    table = Table::load(other);
    if (!table || !table->settings().textColumns.empty())
      vectorizer = Vectorizer::load(other);
    settings_.labels =
        table ? table->settings().labels : vectorizer.settings().labels;
  }

  /// First what was learned from, then what was held out.
  std::vector<ImportedPart> fromTexts();
  std::vector<ImportedPart> fromCounts();
  /// Of CSV or JSON with columns of numbers and categories.
  std::vector<ImportedPart> fromTable();
  Vectorizer vectorizer;
  std::optional<Table> table;

  /// What the rows were made by.
  Transform transform() const {
    const bool hasVectorizer = !table || !table->settings().textColumns.empty();
    return {hasVectorizer ? &vectorizer : nullptr, table ? &*table : nullptr,
            settings_.labels};
  }

private:
  std::vector<ImportedPart> learnFromTexts(Documents &documents,
                                           LabelReader &labels);
  GivenTerms readTerms();
  void noteScaling() const;
  /// Counts texts, and says what of them is dropped.
  CountedDocuments count(DocumentSource &source);
  /// What the texts with these numbers have, of which there is at least one.
  void addTexts(const CountedDocuments &counted,
                const std::vector<std::size_t> &numbers,
                ImportedPart &part) const;
  SparseRows readCounts(LabelReader &labels, std::int64_t width);
  std::vector<std::vector<std::size_t>> split(std::span<const double> labels,
                                              const LabelRule &rule);
  std::vector<double> learnLabels(LabelReader &reader,
                                  std::span<const double> labels,
                                  std::span<const std::size_t> rows);

  void note(const std::string &text) const {
    if (options_.note)
      options_.note(text);
  }

  const ImportOptions &options_;
  VectorizerSettings settings_;
  OpenInput first_;
  std::vector<std::string> words_; ///< What readTerms read.
  Embeddings embeddings_;
  std::vector<std::uint32_t> emoji_; ///< Of each text, where none are tokens.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_IMPORTSTEPS_H
