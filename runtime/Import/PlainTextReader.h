//===- PlainTextReader.h - Reads a document from each line ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_PLAINTEXTREADER_H
#define MLC_RUNTIME_IMPORT_PLAINTEXTREADER_H

#include "Import/TextFormat.h"
#include "Text/Document.h"

namespace mlc::runtime {

/// Reads a document from each line, blank ones too, with the label 0.
class PlainTextReader : public DocumentSource {
public:
  PlainTextReader(LineReader lines, TextCheck check)
      : lines_(std::move(lines)) {
    lines_.setCheck(check);
  }

  bool next(Document &document) override {
    std::string_view line;
    if (!lines_.next(line))
      return false;
    document.text.assign(line);
    document.label = 0;
    return true;
  }

  /// Whether `next` has no need to wait for what someone still types.
  bool isReady() const { return lines_.isReady(); }
  const std::string &path() const { return lines_.path(); }
  /// Of the line that `next` took last, also where it then threw.
  std::size_t lineNumber() const { return lines_.lineNumber(); }

private:
  LineReader lines_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_PLAINTEXTREADER_H
