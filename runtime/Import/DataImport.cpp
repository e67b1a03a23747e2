//===- DataImport.cpp - Text files in, data set files out -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/DataImport.h"

#include "Error.h"
#include "Import/CsvReader.h"
#include "Import/DataStatistics.h"
#include "Import/DatasetParts.h"
#include "Import/ImportSteps.h"
#include "Text/WholeInputError.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fmt/core.h>
#include <set>

using namespace mlc::runtime;

/// No output is an input or another output, under whatever name.
static void checkPaths(const ImportOptions &options) {
  std::vector<std::string> inputs = options.inputs;
  for (const auto &file : {options.like, options.vocabulary, options.embeddings,
                           options.stopWords})
    if (file)
      inputs.push_back(*file);
  if (!options.documents.labelsFile.empty())
    inputs.push_back(options.documents.labelsFile);
  std::vector<std::string> outputs = {options.output};
  if (options.holdOut)
    outputs.push_back(options.holdOut->output);

  auto identify = [](const std::string &path) {
    std::error_code error;
    std::filesystem::path full = std::filesystem::absolute(path, error);
    std::filesystem::path real = std::filesystem::weakly_canonical(full, error);
    return error ? full : real;
  };
  std::set<std::filesystem::path> used;
  for (const std::string &input : inputs)
    used.insert(identify(input));
  for (const std::string &output : outputs)
    if (!used.insert(identify(output)).second)
      throw UsageError(fmt::format("{}: would be written over a file that this "
                                   "command uses; give another name",
                                   output));
}

static InputKind kindOf(const ImportOptions &options, OpenInput &first) {
  if (first.format == TextFormat::Libsvm)
    return InputKind::Counts;
  if (options.table.areGiven())
    return InputKind::Table;
  if (first.format != TextFormat::Csv)
    return InputKind::Texts;
  const TextFields &fields = options.documents.fields;
  return isTable(tellCsvShape(*first.lines, fields), fields, options.table)
             ? InputKind::Table
             : InputKind::Texts;
}

InputKind mlc::runtime::kindOfInput(const ImportOptions &options) {
  OpenInput first = openInput(options.inputs[0], options.documents.format,
                              options.documents.fields);
  return kindOf(options, first);
}

/// For what is wrong with all of them.
static std::string nameInputs(std::span<const std::string> inputs) {
  const std::string first =
      inputs[0] == standardInput ? "standard input" : inputs[0];
  return inputs.size() == 1
             ? first
             : fmt::format("{} and {} more", first, inputs.size() - 1);
}

static std::vector<ImportedPart> readParts(ImportSteps &import, bool isTabular,
                                           bool isText,
                                           const ImportOptions &options) {
  try {
    return isTabular ? import.fromTable()
           : isText  ? import.fromTexts()
                     : import.fromCounts();
  } catch (const WholeInputError &error) {
    throw error.at(nameInputs(options.inputs));
  }
}

/// The weights of the examples that a part has; empty where none was asked for,
/// and all count 1.
static std::vector<float> weightsOf(const std::vector<float> &all,
                                    const ImportedPart &part,
                                    const ImportOptions &options) {
  const auto isOne = [](float weight) { return weight == 1; };
  if (options.documents.fields.weight.empty() &&
      std::ranges::all_of(all, isOne))
    return {};
  std::vector<float> weights = all;
  if (!part.numbers.empty()) {
    weights.clear();
    for (std::size_t number : part.numbers)
      weights.push_back(all[number]);
  }
  if (std::ranges::all_of(weights, [](float weight) { return weight == 0; }))
    throw InputError(fmt::format("{}: expected an example with a weight above "
                                 "0, but all {} have 0; correct them",
                                 nameInputs(options.inputs), weights.size()));
  return weights;
}

std::vector<ImportedFile>
mlc::runtime::importDataset(const ImportOptions &given) {
  checkPaths(given);
  ImportOptions options = given;
  std::vector<float> weights;
  options.documents.fields.weigh = [&weights](double weight) {
    weights.push_back(static_cast<float>(weight));
  };
  RedactedCounts redacted;
  if (options.redact)
    options.documents.fields.redacted = &redacted;
  OpenInput first = openInput(options.inputs[0], options.documents.format,
                              options.documents.fields);
  const bool isText = first.format != TextFormat::Libsvm;
  if (!isText && !options.textOptions.empty())
    throw UsageError(fmt::format("{}: is for texts, but {} is LIBSVM text; "
                                 "leave it out, or give --format",
                                 options.textOptions.front(),
                                 options.inputs[0]));
  const bool isRows = first.format == TextFormat::Csv ||
                      first.format == TextFormat::Json ||
                      first.format == TextFormat::JsonLines;
  if (!isRows && !options.documents.fields.weight.empty())
    throw UsageError(fmt::format("--weight-column: is for CSV and JSON, but {} "
                                 "is another kind of file; leave it out",
                                 options.inputs[0]));
  bool isTabular =
      options.table.areGiven() || kindOf(options, first) == InputKind::Table;
  ImportSteps import(options, std::move(first));
  if (options.like) {
    import.takeOver(SafetensorsFile(*options.like));
    isTabular = import.table.has_value();
    if (isTabular && !isRows)
      throw InputError(fmt::format("{}: expected a table in CSV or JSON, as {} "
                                   "was made from, but got another kind of "
                                   "file; name its format by --format",
                                   options.inputs[0], *options.like));
    if (!isTabular && import.vectorizer.isText() != isText)
      throw InputError(fmt::format(
          "{}: expected {}, as {} was made from, but got {}; give the same "
          "kind of file, or name its format by --format",
          options.inputs[0], isText ? "LIBSVM text" : "texts", *options.like,
          isText ? "texts" : "LIBSVM text"));
  }
  const std::vector<ImportedPart> parts =
      readParts(import, isTabular, isText, options);
  if (options.redact && !import.transform().vectorizer)
    throw UsageError(fmt::format("--redact: is for texts, but no column of {} "
                                 "is one; leave it out, or name the texts by "
                                 "--text-column",
                                 nameInputs(options.inputs)));
  if (options.redact && options.note)
    options.note(fmt::format("{} of the texts became spaces; names, places and "
                             "what else tells who it is stay, so that the data "
                             "set is not anonymous",
                             redacted.text()));

  std::deque<AtomicFile> files;
  std::vector<ImportedFile> reports;
  for (const ImportedPart &part : parts) {
    const std::string &path =
        files.empty() ? options.output : options.holdOut->output;
    const bool isSharded = files.empty() && options.shardRows > 0;
    const std::vector<float> own = weightsOf(weights, part, options);
    reports.push_back(isSharded
                          ? writeParts(path, options.shardRows, part.rows,
                                       import.transform(), own, files)
                          : writeDataset(files.emplace_back(path), part.rows,
                                         import.transform(), own));
    reports.back().numbers = part.numbers;
    reports.back().lookedUp = part.rows.lookedUp;
    reports.back().emptyTexts =
        std::ranges::count(part.lengths, 0u) + part.rows.lookedUp.empty;
    reports.back().emoji = part.emoji;
    if (options.statistics)
      reports.back().statistics =
          describeData(part.rows, part.lengths, import.transform());
  }
  for (AtomicFile &file : files)
    file.prepare();
  for (AtomicFile &file : files)
    file.commit();
  return reports;
}
