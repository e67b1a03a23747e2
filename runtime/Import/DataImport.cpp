//===- DataImport.cpp - Text files in, data set files out -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/DataImport.h"

#include "Data/AtomicFile.h"
#include "Error.h"
#include "Import/HoldOut.h"
#include "Import/LibsvmReader.h"
#include "Import/Vocabulary.h"
#include "mlc/RuntimeABI.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fmt/core.h>
#include <set>

using namespace mlc::runtime;

/// No output is an input or another output, under whatever name.
static void checkPaths(const ImportOptions &options) {
  std::vector<std::string> inputs = options.inputs;
  for (const auto &file : {options.like, options.vocabulary})
    if (file)
      inputs.push_back(*file);
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

static SparseRows readInputs(const ImportOptions &options,
                             const VectorizerSettings &settings,
                             std::int64_t width) {
  LibsvmReader reader({.labels = settings.labels,
                       .onlyCounts = settings.needsCounts(),
                       .width = width});
  for (const std::string &input : options.inputs)
    reader.read(input);
  return std::move(reader.rows());
}

/// Writes the rows, as the vectoriser makes them, into `file`.
static ImportedFile writeDataset(AtomicFile &file, const SparseRows &input,
                                 const Vectorizer &vectorizer) {
  SparseRows rows = vectorizer.transform(input);
  ImportedFile report{.path = file.path(),
                      .rows = static_cast<std::int64_t>(rows.size()),
                      .features = vectorizer.features(),
                      .nonzeros = rows.indptr.back(),
                      .labels = vectorizer.settings().labels.kind,
                      .dropped = input.indptr.back() - rows.indptr.back()};
  SafetensorsContents contents;
  contents.metadata = {{"format", "mlc.dataset"},
                       {"version", "1"},
                       {"features", std::to_string(report.features)}};
  auto add = [&](const char *name, ElementType type, const auto &elements) {
    contents.tensors.push_back({name,
                                type,
                                {static_cast<std::int64_t>(elements.size())},
                                std::as_bytes(std::span(elements))});
  };
  add("indptr", ElementType::I64, rows.indptr);
  // The smaller forms of a data set file; see Dataset.
  std::vector<std::uint16_t> narrow;
  if (report.features <= MLC_U16_WIDTH) {
    narrow.assign(rows.indices.begin(), rows.indices.end());
    add("indices", ElementType::U16, narrow);
  } else {
    add("indices", ElementType::I32, rows.indices);
  }
  if (std::ranges::any_of(rows.values, [](float x) { return x != 1; }))
    add("values", ElementType::F32, rows.values);
  std::vector<std::int32_t> classes;
  std::vector<float> numbers;
  if (report.labels == LabelKind::Classes) {
    for (double label : rows.labels)
      classes.push_back(static_cast<std::int32_t>(label));
    report.classes = std::int64_t{std::ranges::max(classes)} + 1;
    add("labels", ElementType::I32, classes);
  } else {
    numbers.assign(rows.labels.begin(), rows.labels.end());
    report.positives = std::ranges::count(numbers, 1.0f);
    add("labels", ElementType::F32, numbers);
  }
  vectorizer.store(contents);
  writeSafetensors(file, contents);
  report.bytes = file.size();
  return report;
}

std::vector<ImportedFile>
mlc::runtime::importDataset(const ImportOptions &options) {
  checkPaths(options);
  std::vector<std::pair<std::string, SparseRows>> parts;
  Vectorizer vectorizer;
  if (options.like) {
    vectorizer = Vectorizer::load(SafetensorsFile(*options.like));
    if (vectorizer.isText())
      throw InputError(fmt::format("{}: its features were made of text, not of "
                                   "LIBSVM columns; give texts as input",
                                   *options.like));
    parts.emplace_back(options.output,
                       readInputs(options, vectorizer.settings(), maxWidth));
  } else {
    std::optional<std::vector<std::string>> words;
    if (options.vocabulary)
      words = readVocabulary(*options.vocabulary);
    SparseRows rows =
        readInputs(options, options.settings,
                   words ? static_cast<std::int64_t>(words->size()) : maxWidth);
    if (options.holdOut) {
      const HoldOutOptions &holdOut = *options.holdOut;
      bool byLabel = options.settings.labels.kind != LabelKind::Numbers;
      auto [rest, aside] =
          mlc::runtime::holdOut(rows, holdOut.share, byLabel, holdOut.seed);
      parts.emplace_back(options.output, std::move(rest));
      parts.emplace_back(holdOut.output, std::move(aside));
    } else {
      parts.emplace_back(options.output, std::move(rows));
    }
    vectorizer = Vectorizer::fit(parts.front().second, options.settings,
                                 words ? &*words : nullptr);
  }

  std::deque<AtomicFile> files;
  std::vector<ImportedFile> reports;
  for (const auto &[path, rows] : parts)
    reports.push_back(writeDataset(files.emplace_back(path), rows, vectorizer));
  for (AtomicFile &file : files)
    file.prepare();
  for (AtomicFile &file : files)
    file.commit();
  return reports;
}
