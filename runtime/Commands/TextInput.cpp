//===- TextInput.cpp - Raw text as a program's input ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/TextInput.h"

#include "Data/ClassNames.h"
#include "Error.h"
#include "Import/CsvShape.h"
#include "Import/LibsvmReader.h"
#include "Import/TableRows.h"
#include "Program/StoredDecision.h"
#include "System/FilePattern.h"

#include <boost/json.hpp>
#include <filesystem>
#include <fmt/format.h>

namespace mlc::runtime {

Dataset makeDataset(const std::string &path, FeatureRows rows,
                    const Vectorizer &vectorizer) {
  return Dataset(path, {.sparse = std::move(rows.sparse),
                        .isDense = rows.isDense,
                        .dense = std::move(rows.dense),
                        .hasClasses = vectorizer.settings().labels.hasClasses(),
                        .classNames = vectorizer.settings().labels.names,
                        .target = {}});
}

OutputTerms outputTermsOf(const MlcProgram &program,
                          const SafetensorsFile &weights) {
  return {.scores = scoresOf(weights),
          .names = classNamesOf(weights),
          .target = targetScaleOf(weights),
          .decision = decisionOf(weights, columnsOf(program))};
}

std::vector<double> scoresOf(const SafetensorsFile &weights) {
  std::vector<double> scores;
  if (const auto table = Table::load(weights))
    return table->settings().labels.scores;
  const auto found = weights.metadata().find("vectorizer");
  if (found == weights.metadata().end())
    return scores;
  boost::json::error_code error;
  const boost::json::value root = boost::json::parse(found->second, error);
  if (error || !root.is_object())
    return scores;
  if (const auto *list = root.get_object().if_contains("scores");
      list && list->is_array())
    for (const boost::json::value &score : list->get_array())
      if (score.is_number())
        scores.push_back(score.to_number<double>());
  return scores;
}

/// The file as texts or counts; nothing where it is to be read as a data set,
/// as whatever is of no known format is.
static std::optional<OpenInput> openTexts(const std::string &path,
                                          const DocumentOptions &options) {
  if (options.format || std::filesystem::is_directory(path) ||
      guessFormat(path))
    return openInput(path, options.format, options.fields);
  // A data set starts with the length of its header, in binary.
  std::optional<LineReader> lines;
  std::string_view block;
  try {
    lines.emplace(path, options.fields.encoding);
    block = lines->peekBlock(sampleBytes);
  } catch (const InputError &) {
    return std::nullopt;
  }
  const auto format =
      guessFormat(block, block.size() < sampleBytes, options.fields);
  if (!format)
    return std::nullopt;
  return OpenInput{path, *format, std::move(lines)};
}

static FeatureRows readRows(OpenInput input, DocumentOptions options,
                            const Vectorizer &vectorizer, LabelUse use,
                            std::int64_t threads) {
  const LabelRule &rule = vectorizer.settings().labels;
  const bool areNeeded = use == LabelUse::Needed;
  LabelReader labels(rule);
  FeatureRows rows;
  if (input.format == TextFormat::Libsvm) {
    LibsvmReader reader({.onlyCounts = vectorizer.settings().needsCounts()},
                        areNeeded ? &labels : nullptr);
    reader.read(std::move(*input.lines));
    rows.sparse = vectorizer.transform(reader.rows());
  } else {
    options = withColumnsOf(std::move(options), vectorizer.settings());
    if (!areNeeded)
      options.fields.label = "";
    const std::string path = input.path;
    Documents documents({path}, std::move(input), options, labels);
    rows = vectorizer.transform(documents, threads);
  }
  if (areNeeded) {
    labels.resolve(rows.sparse.labels);
    labels.addColumns(rows.sparse);
  }
  return rows;
}

/// Rows of a table, and of the texts beside it.
static Examples openTable(const MlcProgram &program, const std::string &path,
                          OpenInput input, const DocumentOptions &options,
                          const SafetensorsFile &weights, const Table &table,
                          LabelUse use, std::int64_t threads) {
  std::optional<Vectorizer> vectorizer;
  if (!table.settings().textColumns.empty())
    vectorizer = Vectorizer::load(weights);
  const LabelRule &rule = table.settings().labels;
  LabelReader labels(rule);
  FeatureRows rows =
      readTableRows(std::span(&path, 1), std::move(input), options, table,
                    vectorizer ? &*vectorizer : nullptr,
                    use == LabelUse::Needed ? &labels : nullptr, threads);
  return Examples(program,
                  Dataset(path, {.sparse = std::move(rows.sparse),
                                 .isDense = rows.isDense,
                                 .dense = std::move(rows.dense),
                                 .hasClasses = rule.hasClasses(),
                                 .classNames = rule.names,
                                 .target = table.target()}),
                  use);
}

Examples openExamples(const MlcProgram &program, const std::string &path,
                      const DocumentOptions &options,
                      const SafetensorsFile &weights, LabelUse use,
                      std::int64_t threads) {
  if (isFilePattern(path))
    throw InputError(fmt::format("{}: expected one file, but got a pattern; "
                                 "the parts of a data set are for train and "
                                 "verify: give each of them in turn",
                                 path));
  std::optional<OpenInput> input = openTexts(path, options);
  if (!input) {
    Examples examples(program, path, use);
    examples.expectSameVectorizer(weights);
    return examples;
  }
  if (const auto table = Table::load(weights))
    return openTable(program, path, std::move(*input), options, weights, *table,
                     use, threads);
  const Vectorizer vectorizer = Vectorizer::load(weights);
  const bool isText = input->format != TextFormat::Libsvm;
  if (vectorizer.isText() != isText)
    throw InputError(fmt::format(
        "{}: expected {}, as {} was trained on, but got {}; give the same kind "
        "of file, or a data set",
        path, isText ? "LIBSVM text" : "texts", weights.path(),
        isText ? "texts" : "LIBSVM text"));
  return Examples(program,
                  makeDataset(path,
                              readRows(std::move(*input), options, vectorizer,
                                       use, threads),
                              vectorizer),
                  use);
}

static DocumentOptions withoutLabels(DocumentOptions options,
                                     const SafetensorsFile &weights) {
  options =
      withColumnsOf(std::move(options), Vectorizer::load(weights).settings());
  options.fields.label = "";
  return options;
}

TextDocuments::TextDocuments(const std::string &path, OpenInput input,
                             const DocumentOptions &options,
                             const SafetensorsFile &weights)
    : labels_(LabelRule()),
      documents_({path}, std::move(input), withoutLabels(options, weights),
                 labels_) {}

std::unique_ptr<TextDocuments>
openTextDocuments(const std::string &path, const DocumentOptions &options,
                  const SafetensorsFile &weights) {
  if (Table::load(weights) || !weights.metadata().contains("vectorizer"))
    return nullptr;
  std::optional<OpenInput> input = openTexts(path, options);
  if (!input || input->format == TextFormat::Libsvm ||
      !Vectorizer::load(weights).isText())
    return nullptr;
  return std::make_unique<TextDocuments>(path, std::move(*input), options,
                                         weights);
}

} // namespace mlc::runtime
