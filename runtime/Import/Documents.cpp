//===- Documents.cpp - The documents of all inputs ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/Documents.h"

#include "Error.h"
#include "Import/CsvReader.h"
#include "Import/CsvShape.h"
#include "Import/FastTextReader.h"
#include "Import/FolderReader.h"
#include "Import/FormatAdvice.h"
#include "Import/JsonLinesReader.h"
#include "Import/JsonSequence.h"
#include "Import/PlainTextReader.h"
#include "Import/VowpalReader.h"

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

  LineReader lines(path, fields.encoding);
  if (!format)
    format = guessFormat(path);
  if (!format) {
    const std::string_view block = lines.peekBlock(sampleBytes);
    format = guessFormat(block, block.size() < sampleBytes, fields);
    if (!format)
      failOnFormat(lines.path(), path, block);
  }
  return {path, *format, std::move(lines)};
}

DocumentOptions
mlc::runtime::withColumnsOf(DocumentOptions options,
                            const VectorizerSettings &settings) {
  const TextFields usual;
  TextFields &fields = options.fields;
  if (fields.text == usual.text && !settings.textColumn.empty())
    fields.text = settings.textColumn;
  if (fields.label == usual.label && !settings.labelColumn.empty() &&
      options.labelsFile.empty())
    fields.label = settings.labelColumn;
  return options;
}

Documents::Documents(std::vector<std::string> inputs, OpenInput first,
                     const DocumentOptions &options, LabelReader &labels)
    : inputs_(std::move(inputs)), options_(options), labels_(labels) {
  if (!options.labelsFile.empty()) {
    if (options.fields.missing == MissingText::Drop)
      throw UsageError("--missing-text drop: labels of another file would no "
                       "longer stand beside their texts; give empty, or "
                       "labels in the same file");
    options_.fields.text = "";
    OpenInput file = openInput(options.labelsFile, {}, options_.fields);
    if (file.format != TextFormat::Csv &&
        file.format != TextFormat::JsonLines && file.format != TextFormat::Json)
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
    input.lines->setCheck(fields.check);
    return std::make_unique<JsonLinesReader>(
        makeJsonLines(std::move(*input.lines)), fields, labels_);
  case TextFormat::Json:
    return std::make_unique<JsonLinesReader>(
        makeJsonArray(std::move(*input.lines), fields.check), fields, labels_);
  case TextFormat::FastText:
    return std::make_unique<FastTextReader>(std::move(*input.lines), fields,
                                            labels_);
  case TextFormat::Vowpal:
    return std::make_unique<VowpalReader>(std::move(*input.lines), fields,
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
  bool isThere;
  do {
    document.isTextMissing = false;
    isThere = nextOfInputs(document);
    missing_ += isThere && document.isTextMissing;
  } while (isThere && document.isTextMissing &&
           options_.fields.missing == MissingText::Drop);
  if (!isThere) {
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
  if (options_.fields.weigh)
    options_.fields.weigh(document.weight);
  if (options_.fields.redacted)
    redact(document.text, *options_.fields.redacted);
  bytes_ += document.text.size();
  if (progress)
    progress(*this);
  return true;
}
