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
#include "Import/Redaction.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mlc::runtime {

enum class TextFormat {
  Folder,    ///< a folder for each class, or `pos/` and `neg/` of aclImdb
  Csv,       ///< RFC 4180 with a header
  JsonLines, ///< an object a line
  Json,      ///< a list of objects, or objects, over any number of lines
  FastText,  ///< a document a line, with words such as `__label__spam`
  Vowpal,    ///< a document a line, as Vowpal Wabbit has it
  Lines,     ///< a document a line, without a label
  Libsvm,    ///< no documents but counts: LABEL INDEX:VALUE ...
};

/// As options spell them.
constexpr std::pair<const char *, TextFormat> formatNames[] = {
    {"folder", TextFormat::Folder},     {"csv", TextFormat::Csv},
    {"jsonl", TextFormat::JsonLines},   {"json", TextFormat::Json},
    {"vw", TextFormat::Vowpal},         {"lines", TextFormat::Lines},
    {"fasttext", TextFormat::FastText}, {"libsvm", TextFormat::Libsvm},
};

/// What becomes of an example of JSON whose text is null, or is not there.
enum class MissingText {
  Error, ///< it is refused
  Empty, ///< it has a text without words
  Drop,  ///< it is left out
};

/// As options spell them.
constexpr std::pair<const char *, MissingText> missingTextNames[] = {
    {"error", MissingText::Error},
    {"empty", MissingText::Empty},
    {"drop", MissingText::Drop},
};

/// What is to be read from files.
struct TextFields {
  /// Columns of CSV, fields of JSON; there may be several, `a,b,c`.
  /// An empty name: that part is not read, and documents have no text, or the
  /// label 0.
  std::string text = "review", label = "label";
  /// The column of what each example counts; empty where there is none.
  std::string weight = {};
  TextCheck check = TextCheck::Refuse;
  TextEncoding encoding = TextEncoding::Auto;
  MissingText missing = MissingText::Error;
  /// Of CSV; where they are not given, told by the first records.
  std::optional<char> delimiter = {};
  std::optional<bool> hasHeader = {};
  /// Where the usual columns are not there, others may stand for them.
  bool mayGuess = true;
  /// Told what each example counts, in their order.
  std::function<void(double)> weigh = {};
  /// Where it is given, texts are redacted before tokens are made of them, and
  /// this counts what was found.
  RedactedCounts *redacted = nullptr;
  /// Told what was chosen unasked, to be shown to people.
  std::function<void(const std::string &)> note = {};
};

/// Tells the format by the name's ending (.csv, .tsv, .jsonl, .ndjson, .json,
/// .vw, .feat, .libsvm, .svm; before .xz, .gz, .bz2 or .zip).
std::optional<TextFormat> guessFormat(std::string_view path);
/// Tells it by the start of the text (all of it where `isWhole`): an object, a
/// list, a word `__label__NAME`, `LABEL INDEX:VALUE ...`, `LABEL |WORDS`, or
/// records whose fields a delimiter parts. Nothing where it is none of them.
std::optional<TextFormat> guessFormat(std::string_view block, bool isWhole,
                                      const TextFields &fields);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_TEXTFORMAT_H
