//===- DataImport.cpp - Text files in, data set files out -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/DataImport.h"

#include "Error.h"
#include "Import/DataStatistics.h"
#include "Import/EmbeddingsReader.h"
#include "Import/HoldOut.h"
#include "Import/LibsvmReader.h"
#include "Import/Vocabulary.h"

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

namespace {
/// One of the files to be: its rows, and how many tokens each text has where
/// that is known.
struct Part {
  FeatureRows rows;
  std::vector<std::uint32_t> lengths;
};

/// The work for one kind of input.
class Import {
public:
  Import(const ImportOptions &options, OpenInput first)
      : options_(options), settings_(options.settings),
        first_(std::move(first)) {}

  /// First what was learned from, then what was held out.
  std::vector<Part> fromTexts();
  std::vector<Part> fromCounts();
  Vectorizer vectorizer;

private:
  std::vector<Part> learnFromTexts(Documents &documents);
  SparseRows readCounts(const LabelRule &labels, std::int64_t width);
  std::vector<std::vector<std::size_t>> split(std::span<const double> labels);
  void learnScores(std::span<const double> labels,
                   std::span<const std::size_t> rows);

  const ImportOptions &options_;
  VectorizerSettings settings_;
  OpenInput first_;
};
} // namespace

/// The rows of each part.
std::vector<std::vector<std::size_t>>
Import::split(std::span<const double> labels) {
  if (options_.holdOut) {
    HeldOut parts = holdOut(labels, options_.holdOut->share,
                            settings_.labels.kind != LabelKind::Numbers,
                            options_.holdOut->seed);
    return {std::move(parts.rest), std::move(parts.aside)};
  }
  std::vector<std::size_t> all(labels.size());
  for (std::size_t row = 0; row < all.size(); ++row)
    all[row] = row;
  return {std::move(all)};
}

/// Stars: which there are is learned as the features are.
void Import::learnScores(std::span<const double> labels,
                         std::span<const std::size_t> rows) {
  if (settings_.labels.kind != LabelKind::Stars)
    return;
  std::vector<double> picked;
  for (std::size_t row : rows)
    picked.push_back(labels[row]);
  settings_.labels.scores = distinctScores(picked);
}

std::vector<Part> Import::fromTexts() {
  LabelReader labels(options_.like ? vectorizer.settings().labels
                                   : settings_.labels);
  Documents documents(options_.inputs, std::move(first_), options_.documents,
                      labels);
  if (options_.progress)
    documents.progress = [&](const Documents &source) {
      options_.progress(source, false);
    };
  std::vector<Part> parts;
  if (options_.like)
    parts.push_back({vectorizer.transform(documents, options_.threads), {}});
  else
    parts = learnFromTexts(documents);
  if (options_.progress)
    options_.progress(documents, true);
  return parts;
}

std::vector<Part> Import::learnFromTexts(Documents &documents) {
  std::vector<std::string> words;
  Embeddings embeddings;
  GivenTerms given;
  if (options_.vocabulary) {
    words = readVocabulary(*options_.vocabulary);
    given.vocabulary = &words;
    for (const std::string &word : words)
      settings_.text.tokenizer.vocabulary += word + '\n';
  }
  if (options_.embeddings) {
    embeddings = readEmbeddings(*options_.embeddings);
    given.embeddings = &embeddings;
  }
  if (options_.stopWords)
    settings_.text.stopWords = readVocabulary(*options_.stopWords);

  const CountedDocuments counted =
      CountedDocuments::read(documents, settings_, options_.threads);
  const auto rows = split(counted.labels());
  learnScores(counted.labels(), rows.front());
  vectorizer = Vectorizer::fit(counted, settings_, given, options_.threads,
                               std::span(rows.front()));
  std::vector<Part> parts;
  for (const std::vector<std::size_t> &numbers : rows) {
    Part &part = parts.emplace_back();
    part.rows =
        vectorizer.transform(counted, options_.threads, std::span(numbers));
    for (std::size_t row : numbers)
      part.lengths.push_back(counted.lengths()[row]);
    if (settings_.labels.kind == LabelKind::Stars)
      scoresToClasses(settings_.labels, part.rows.sparse.labels);
  }
  return parts;
}

SparseRows Import::readCounts(const LabelRule &labels, std::int64_t width) {
  LibsvmReader reader({.labels = labels,
                       .onlyCounts = options_.like
                                         ? vectorizer.settings().needsCounts()
                                         : settings_.needsCounts(),
                       .width = width});
  reader.read(std::move(*first_.lines));
  for (std::size_t input = 1; input < options_.inputs.size(); ++input)
    reader.read(options_.inputs[input]);
  return std::move(reader.rows());
}

std::vector<Part> Import::fromCounts() {
  std::vector<Part> parts;
  auto transform = [&](const SparseRows &rows) {
    Part &part = parts.emplace_back();
    part.rows.sparse = vectorizer.transform(rows);
    part.rows.dropped = rows.indptr.back() - part.rows.sparse.indptr.back();
    if (settings_.labels.kind == LabelKind::Stars)
      scoresToClasses(settings_.labels, part.rows.sparse.labels);
  };
  if (options_.like) {
    transform(readCounts(vectorizer.settings().labels, maxWidth));
    return parts;
  }
  std::optional<std::vector<std::string>> words;
  if (options_.vocabulary)
    words = readVocabulary(*options_.vocabulary);
  SparseRows rows =
      readCounts(settings_.labels,
                 words ? static_cast<std::int64_t>(words->size()) : maxWidth);
  const auto numbers = split(rows.labels);
  learnScores(rows.labels, numbers.front());
  const bool isWhole = numbers.size() == 1;
  SparseRows learned = isWhole ? std::move(rows) : pickRows(rows, numbers[0]);
  vectorizer = Vectorizer::fit(learned, settings_, words ? &*words : nullptr);
  transform(learned);
  if (!isWhole)
    transform(pickRows(rows, numbers[1]));
  return parts;
}

std::vector<ImportedFile>
mlc::runtime::importDataset(const ImportOptions &options) {
  checkPaths(options);
  OpenInput first = openInput(options.inputs[0], options.documents.format,
                              options.documents.fields);
  const bool isText = first.format != TextFormat::Libsvm;
  if (!isText && !options.textOptions.empty())
    throw UsageError(fmt::format("{}: is for texts, but {} is LIBSVM text; "
                                 "leave it out, or give --format",
                                 options.textOptions.front(),
                                 options.inputs[0]));
  Import import(options, std::move(first));
  if (options.like) {
    import.vectorizer = Vectorizer::load(SafetensorsFile(*options.like));
    if (import.vectorizer.isText() != isText)
      throw InputError(fmt::format(
          "{}: expected {}, as {} was made from, but got {}; give the same "
          "kind of file, or name its format by --format",
          options.inputs[0], isText ? "LIBSVM text" : "texts", *options.like,
          isText ? "texts" : "LIBSVM text"));
  }
  const std::vector<Part> parts =
      isText ? import.fromTexts() : import.fromCounts();

  std::deque<AtomicFile> files;
  std::vector<ImportedFile> reports;
  for (const Part &part : parts) {
    const std::string &path =
        files.empty() ? options.output : options.holdOut->output;
    reports.push_back(
        writeDataset(files.emplace_back(path), part.rows, import.vectorizer));
    if (options.statistics)
      reports.back().statistics =
          describeData(part.rows, part.lengths, import.vectorizer);
  }
  for (AtomicFile &file : files)
    file.prepare();
  for (AtomicFile &file : files)
    file.commit();
  return reports;
}
