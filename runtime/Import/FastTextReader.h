//===- FastTextReader.h - Reads fastText's lines ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_FASTTEXTREADER_H
#define MLC_RUNTIME_IMPORT_FASTTEXTREADER_H

#include "Import/TextFormat.h"
#include "Text/Document.h"

#include <string_view>
#include <vector>

namespace mlc::runtime {

/// What a word of a line starts with where it is a label.
constexpr std::string_view fastTextLabel = "__label__";

/// Reads a document from each line: words that start with `__label__` are its
/// labels, the others its text. Lines without labels are an error unless rows
/// may have any number of them; blank ones are skipped.
/// Source: https://fasttext.cc/docs/en/supervised-tutorial.html, and
/// Dictionary::getLine of fastText, which looks for labels in the whole line.
class FastTextReader : public DocumentSource {
public:
  /// `labels` must outlive the reader.
  FastTextReader(LineReader lines, const TextFields &fields,
                 LabelReader &labels);

  /// Throws InputError with the place of what is at fault.
  bool next(Document &document) override;

private:
  double readLabels(const char *place);

  LineReader lines_;
  LabelReader &labels_;
  bool needsLabels_;
  std::vector<std::string_view> words_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_FASTTEXTREADER_H
