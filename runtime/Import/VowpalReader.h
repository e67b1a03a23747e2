//===- VowpalReader.h - Reads Vowpal Wabbit's lines -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_VOWPALREADER_H
#define MLC_RUNTIME_IMPORT_VOWPALREADER_H

#include "Import/TextFormat.h"
#include "Text/Document.h"

#include <string_view>

namespace mlc::runtime {

/// Whether a line is `[LABEL [IMPORTANCE]] ['TAG]|NAMESPACE WORD ...`.
bool looksLikeVowpal(std::string_view line);

/// Reads a document from each line of Vowpal Wabbit's input: the words of all
/// namespaces are its text, whose names are left out. Values (`word:2`) and
/// importances other than 1 have no place in a text and are an error. Blank
/// lines, which part VW's multi-line examples, are skipped.
/// Source: https://github.com/VowpalWabbit/vowpal_wabbit/wiki/Input-format
class VowpalReader : public DocumentSource {
public:
  /// `labels` must outlive the reader.
  VowpalReader(LineReader lines, const TextFields &fields, LabelReader &labels);

  /// Throws InputError with the place of what is at fault.
  bool next(Document &document) override;

private:
  double readLabel(std::string_view head, double &weight);
  void readWords(std::string_view words, Document &document);

  LineReader lines_;
  LabelReader &labels_;
  bool needsLabels_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_VOWPALREADER_H
