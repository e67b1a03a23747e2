//===- JsonLinesReader.h - Reads documents from JSON ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_JSONLINESREADER_H
#define MLC_RUNTIME_IMPORT_JSONLINESREADER_H

#include "Import/JsonObject.h"
#include "Import/TextFormat.h"
#include "Text/Document.h"

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// Reads a document from each JSON object, with a text (several are joined by
/// line ends) and a label: a number, a text, true or false, or a list of them,
/// which are several labels; other fields may be there. NaN and Infinity count
/// as null.
class JsonLinesReader : public DocumentSource {
public:
  /// `labels` must outlive the reader.
  JsonLinesReader(std::unique_ptr<JsonSequence> objects,
                  const TextFields &fields, LabelReader &labels);

  /// Throws InputError with the place of what is at fault.
  bool next(Document &document) override;

private:
  void choose(const boost::json::object &object);
  const boost::json::value &findLabel(const boost::json::object &object,
                                      const std::string &name);
  void readText(const boost::json::object &object, Document &document);
  double labelOf(const boost::json::object &object);
  double weightOf(const boost::json::object &object);
  double readLabel(const boost::json::value &value);

  JsonObjects objects_;
  TextFields fields_;
  LabelReader &labels_;
  std::vector<std::string> textNames_, labelNames_; ///< Once one was seen.
  bool isChosen_ = false;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_JSONLINESREADER_H
