//===- Documents.h - The documents of all inputs ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_DOCUMENTS_H
#define MLC_RUNTIME_IMPORT_DOCUMENTS_H

#include "Import/TextFormat.h"
#include "Text/Document.h"
#include "Text/VectorizerSettings.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlc::runtime {

/// A file or folder of which the format is known.
struct OpenInput {
  std::string path;
  TextFormat format;
  std::optional<LineReader> lines; ///< Not of a folder.
};

/// Opens an input in `format` or, where that is not given, in the one that
/// guessFormat finds. Throws InputError.
OpenInput openInput(const std::string &path, std::optional<TextFormat> format,
                    const TextFields &fields);

struct DocumentOptions {
  std::optional<TextFormat> format;
  /// With an empty `label`, documents get the label 0.
  TextFields fields;
  /// CSV or JSON lines with the labels, in the order of the documents; empty
  /// where the inputs have them.
  std::string labelsFile;
};

/// The options with the columns that a training set was made from, where no
/// others are named.
DocumentOptions withColumnsOf(DocumentOptions options,
                              const VectorizerSettings &settings);

/// The documents of files and folders, one after another.
class Documents : public DocumentSource {
public:
  /// `first` is the first of `inputs`, opened. `labels` must outlive it.
  /// Throws InputError.
  Documents(std::vector<std::string> inputs, OpenInput first,
            const DocumentOptions &options, LabelReader &labels);

  /// Throws InputError, also for an input without documents and where labels
  /// and documents are not equally many.
  bool next(Document &document) override;

  /// Documents and bytes of text so far, and how many had no text.
  std::size_t count() const { return count_; }
  std::size_t missing() const { return missing_; }
  std::size_t bytes() const { return bytes_; }
  /// Called after each document.
  std::function<void(const Documents &)> progress;

private:
  std::unique_ptr<DocumentSource> makeReader(OpenInput input);
  bool nextOfInputs(Document &document);

  std::vector<std::string> inputs_;
  DocumentOptions options_;
  LabelReader &labels_;
  std::unique_ptr<DocumentSource> reader_, labelsReader_;
  Document labelOnly_;
  std::size_t input_ = 0, count_ = 0, bytes_ = 0, countBefore_ = 0,
              missing_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_DOCUMENTS_H
