//===- Documents.cpp - The documents of all inputs ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/Documents.h"

#include "Error.h"
#include "Import/CsvReader.h"
#include "Import/FolderReader.h"
#include "Import/JsonLinesReader.h"
#include "Import/PlainTextReader.h"

#include <filesystem>
#include <fmt/core.h>

using namespace mlc::runtime;

OpenInput mlc::runtime::openInput(const std::string &path,
                                  std::optional<TextFormat> format,
                                  const TextFields &fields) {
  std::error_code error;
  const bool isFolder = std::filesystem::is_directory(path, error);
  if (isFolder && format.value_or(TextFormat::Folder) != TextFormat::Folder)
    throw InputError(fmt::format("{}: expected a file of the format that "
                                 "--format names, but got a folder; leave the "
                                 "option out",
                                 path));
  if (isFolder || format == TextFormat::Folder)
    return {path, TextFormat::Folder, {}};

  LineReader lines(path);
  if (!format) {
    std::string_view line;
    lines.peek(line);
    format = guessFormat(path, line, fields);
  }
  if (!format)
    lines.fail(fmt::format(
        "expected CSV with a column {:?}, JSON lines, LIBSVM text or a folder "
        "with pos/ and neg/, but the first line is none of them; name the "
        "format by --format and the columns by --text-column, --label-column",
        fields.text));
  return {path, *format, std::move(lines)};
}

Documents::Documents(std::vector<std::string> inputs, OpenInput first,
                     const DocumentOptions &options, LabelReader &labels)
    : inputs_(std::move(inputs)), options_(options), labels_(labels) {
  if (!options.labelsFile.empty()) {
    options_.fields.text = "";
    OpenInput file = openInput(options.labelsFile, {}, options_.fields);
    if (file.format != TextFormat::Csv && file.format != TextFormat::JsonLines)
      throw InputError(
          fmt::format("{}: expected CSV or JSON lines with labels; "
                      "name it .csv or .jsonl",
                      options.labelsFile));
    labelsReader_ = makeReader(std::move(file));
    options_.fields.text = options.fields.text;
    options_.fields.label = "";
  }
  reader_ = makeReader(std::move(first));
}

std::unique_ptr<DocumentSource> Documents::makeReader(OpenInput input) {
  const TextFields &fields = options_.fields;
  switch (input.format) {
  case TextFormat::Folder:
    return std::make_unique<FolderReader>(input.path, fields, labels_);
  case TextFormat::Csv:
    return std::make_unique<CsvReader>(std::move(*input.lines), fields,
                                       labels_);
  case TextFormat::JsonLines:
    return std::make_unique<JsonLinesReader>(std::move(*input.lines), fields,
                                             labels_);
  case TextFormat::Lines:
    if (!fields.label.empty())
      input.lines->fail("expected labels, but plain text has none; give "
                        "--labels-file, or the reviews as CSV");
    return std::make_unique<PlainTextReader>(std::move(*input.lines),
                                             fields.check);
  case TextFormat::Libsvm:
    input.lines->fail("expected documents, but got LIBSVM text, which has "
                      "counts; give the two in separate commands");
  }
  __builtin_unreachable();
}

bool Documents::nextOfInputs(Document &document) {
  while (!reader_->next(document)) {
    if (count_ == countBefore_)
      throw InputError(fmt::format("{}: expected documents, but got none; give "
                                   "a file with at least one",
                                   inputs_[input_]));
    countBefore_ = count_;
    if (++input_ == inputs_.size())
      return false;
    reader_ = makeReader(
        openInput(inputs_[input_], options_.format, options_.fields));
  }
  return true;
}

bool Documents::next(Document &document) {
  if (!nextOfInputs(document)) {
    if (labelsReader_ && labelsReader_->next(labelOnly_))
      throw InputError(fmt::format("{}: expected {} labels, one a document, "
                                   "but got more; give the file that goes with "
                                   "the input",
                                   options_.labelsFile, count_));
    return false;
  }
  if (labelsReader_) {
    if (!labelsReader_->next(labelOnly_))
      throw InputError(fmt::format("{}: expected a label for each document, "
                                   "but got only {}; give the file that goes "
                                   "with the input",
                                   options_.labelsFile, count_));
    document.label = labelOnly_.label;
  }
  ++count_;
  bytes_ += document.text.size();
  if (progress)
    progress(*this);
  return true;
}
