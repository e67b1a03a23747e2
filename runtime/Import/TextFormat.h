//===- TextFormat.h - The forms that documents come in ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_TEXTFORMAT_H
#define MLC_RUNTIME_IMPORT_TEXTFORMAT_H

#include "Import/LabelReader.h"
#include "Import/LineReader.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mlc::runtime {

enum class TextFormat {
  Folder,    ///< `pos/` and `neg/` with files ID_RATING.txt, as in aclImdb
  Csv,       ///< RFC 4180 with a header
  JsonLines, ///< an object a line
  Lines,     ///< a document a line, without a label
  Libsvm,    ///< no documents but counts: LABEL INDEX:VALUE ...
};

/// As options spell them.
constexpr std::pair<const char *, TextFormat> formatNames[] = {
    {"folder", TextFormat::Folder},   {"csv", TextFormat::Csv},
    {"jsonl", TextFormat::JsonLines}, {"lines", TextFormat::Lines},
    {"libsvm", TextFormat::Libsvm},
};

/// What is to be read from files.
struct TextFields {
  /// Columns of CSV, fields of JSON. An empty name: that part is not read, and
  /// documents have no text, or the label 0.
  std::string text = "review", label = "label";
  TextCheck check = TextCheck::Refuse;
};

/// Tells the format by the name's ending (.csv, .jsonl, .ndjson, .feat,
/// .libsvm, .svm; before .xz or .gz), else by the first line: an object, a
/// header with the column `fields.text`, or `LABEL INDEX:VALUE ...`. Nothing
/// where it is none of them.
std::optional<TextFormat> guessFormat(std::string_view path,
                                      std::string_view firstLine,
                                      const TextFields &fields);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_TEXTFORMAT_H
