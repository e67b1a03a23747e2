//===- JsonLinesReader.h - Reads documents from JSON lines ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_JSONLINESREADER_H
#define MLC_RUNTIME_IMPORT_JSONLINESREADER_H

#include "Import/TextFormat.h"
#include "Text/Document.h"

#include <boost/json.hpp>
#include <memory>

namespace mlc::runtime {

/// Reads a document from each line, a JSON object with a text and a label that
/// is a number, or a number as text; other fields may be there, and lines that
/// are blank. Source: https://jsonlines.org
class JsonLinesReader : public DocumentSource {
public:
  /// `labels` must outlive the reader.
  JsonLinesReader(LineReader lines, const TextFields &fields,
                  LabelReader &labels);

  /// Throws InputError with the place of what is at fault.
  bool next(Document &document) override;

private:
  const boost::json::value &find(const boost::json::object &object,
                                 const std::string &name, const char *option);
  double labelOf(const boost::json::value &value);

  LineReader lines_;
  TextFields fields_;
  LabelReader &labels_;
  std::string_view line_;
  std::unique_ptr<unsigned char[]> memory_; // For the values of most lines.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_JSONLINESREADER_H
