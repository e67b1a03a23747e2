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
#include "Import/EmbeddingsReader.h"
#include "Import/HoldOut.h"
#include "Import/LibsvmReader.h"
#include "Import/TableImport.h"
#include "Import/TableRows.h"
#include "Import/Vocabulary.h"
#include "Import/WordList.h"

#include <algorithm>
#include <cmath>
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

  /// Takes over the features and the label rule of another data set.
  void takeOver(const SafetensorsFile &other) {
    table = Table::load(other);
    if (!table || !table->settings().textColumns.empty())
      vectorizer = Vectorizer::load(other);
    settings_.labels =
        table ? table->settings().labels : vectorizer.settings().labels;
  }

  /// First what was learned from, then what was held out.
  std::vector<Part> fromTexts();
  std::vector<Part> fromCounts();
  /// Of CSV or JSON with columns of numbers and categories.
  std::vector<Part> fromTable();
  Vectorizer vectorizer;
  std::optional<Table> table;

  /// What the rows were made by.
  Transform transform() const {
    const bool hasVectorizer = !table || !table->settings().textColumns.empty();
    return {hasVectorizer ? &vectorizer : nullptr, table ? &*table : nullptr,
            settings_.labels};
  }

private:
  std::vector<Part> learnFromTexts(Documents &documents, LabelReader &labels);
  GivenTerms readTerms();
  void noteScaling() const;
  SparseRows readCounts(LabelReader &labels, std::int64_t width);
  std::vector<std::vector<std::size_t>> split(std::span<const double> labels,
                                              const LabelRule &rule);
  std::vector<double> learnLabels(LabelReader &reader,
                                  std::span<const double> labels,
                                  std::span<const std::size_t> rows);

  void note(const std::string &text) const {
    if (options_.note)
      options_.note(text);
  }

  const ImportOptions &options_;
  VectorizerSettings settings_;
  OpenInput first_;
  std::vector<std::string> words_; ///< What readTerms read.
  Embeddings embeddings_;
};
} // namespace

/// The rows of each part.
std::vector<std::vector<std::size_t>>
Import::split(std::span<const double> labels, const LabelRule &rule) {
  if (options_.holdOut) {
    const bool byLabel = rule.kind != LabelKind::Numbers && !rule.hasColumns();
    HeldOut parts = holdOut(labels, options_.holdOut->share, byLabel,
                            options_.holdOut->seed);
    return {std::move(parts.rest), std::move(parts.aside)};
  }
  std::vector<std::size_t> all(labels.size());
  for (std::size_t row = 0; row < all.size(); ++row)
    all[row] = row;
  return {std::move(all)};
}

/// Which classes there are is learned as the features are. Returns the labels.
std::vector<double> Import::learnLabels(LabelReader &reader,
                                        std::span<const double> labels,
                                        std::span<const std::size_t> rows) {
  std::vector<double> picked;
  for (std::size_t row : rows)
    picked.push_back(labels[row]);
  reader.learn(picked);
  if (options_.mayChangeSelection &&
      (reader.rule().hasColumns() || reader.rule().kind == LabelKind::Numbers))
    settings_.selection = Selection::Documents;
  if (reader.rule().hasColumns() && (settings_.selection == Selection::Chi2 ||
                                     settings_.selection == Selection::Linear))
    throw UsageError("--select: chi2 and linear compare examples by their one "
                     "label, but these have several; give frequency or df");
  settings_.labels = reader.rule();
  std::vector<double> resolved(labels.begin(), labels.end());
  reader.resolve(resolved);
  if (settings_.labels.kind == LabelKind::Stars)
    scoresToClasses(settings_.labels, resolved);
  return resolved;
}

std::vector<Part> Import::fromTexts() {
  LabelReader labels(settings_.labels);
  const TextFields &fields = options_.documents.fields;
  if (!options_.like && fields.text != TextFields().text)
    settings_.textColumn = fields.text;
  if (!options_.like && fields.label != TextFields().label &&
      options_.documents.labelsFile.empty())
    settings_.labelColumn = fields.label;
  Documents documents(
      options_.inputs, std::move(first_),
      options_.like ? withColumnsOf(options_.documents, vectorizer.settings())
                    : options_.documents,
      labels);
  if (options_.progress)
    documents.progress = [&](const Documents &source) {
      options_.progress(source, false);
    };
  std::vector<Part> parts;
  if (options_.like) {
    parts.push_back({vectorizer.transform(documents, options_.threads), {}});
    labels.resolve(parts[0].rows.sparse.labels);
  } else {
    parts = learnFromTexts(documents, labels);
  }
  for (Part &part : parts)
    labels.addColumns(part.rows.sparse);
  if (options_.progress)
    options_.progress(documents, true);
  if (documents.missing() > 0)
    note(fmt::format("{} of the examples had no text and {}",
                     documents.missing(),
                     options_.documents.fields.missing == MissingText::Drop
                         ? "were left out"
                         : "count as empty"));
  return parts;
}

GivenTerms Import::readTerms() {
  GivenTerms given;
  TextSettings &text = settings_.text;
  const auto meet = [&](const std::string &path,
                        std::vector<std::string> &words, int least, int most,
                        bool mayRepeat = false) {
    const Unmatched unmatched =
        meetTokens(words, text.tokenizer, least, most, mayRepeat);
    if (unmatched.count > 0)
      note(
          fmt::format("{}: {} of {} entries can never be a token of a text: {}",
                      path, unmatched.count, words.size(), unmatched.examples));
  };
  if (options_.vocabulary) {
    words_ = readVocabulary(*options_.vocabulary);
    given.vocabulary = &words_;
    for (const std::string &word : words_)
      text.tokenizer.vocabulary += word + '\n';
    if (!text.characters)
      meet(*options_.vocabulary, words_, text.ngramLeast, text.ngramMost);
  }
  if (options_.embeddings) {
    embeddings_ = readEmbeddings(*options_.embeddings);
    given.embeddings = &embeddings_;
    meet(*options_.embeddings, embeddings_.words, 1, 1);
  }
  if (options_.stopWords) {
    text.stopWords = readWordList(*options_.stopWords);
    meet(*options_.stopWords, text.stopWords, 1, 1, /*mayRepeat=*/true);
    // One entry may have become another.
    std::ranges::sort(text.stopWords);
    text.stopWords.erase(std::ranges::unique(text.stopWords).begin(),
                         text.stopWords.end());
  }
  return given;
}

std::vector<Part> Import::fromTable() {
  std::vector<Part> parts;
  if (options_.like) {
    LabelReader labels(settings_.labels);
    parts.push_back(
        {readTableRows(options_.inputs, std::move(first_), options_.documents,
                       *table, transform().vectorizer, &labels,
                       options_.threads),
         {}});
    return parts;
  }
  RawTable raw(options_.inputs, std::move(first_), options_.documents,
               options_.table, settings_.labels);
  std::optional<CountedDocuments> counted;
  GivenTerms given;
  std::vector<double> labels;
  if (raw.hasTexts()) {
    given = readTerms();
    counted.emplace(CountedDocuments::read(raw, settings_, options_.threads));
    labels = raw.finishLabels(counted->labels());
  } else {
    for (Document document; raw.next(document);)
      labels.push_back(document.label);
    labels = raw.finishLabels(labels);
  }
  const auto rows = split(labels, raw.labels().rule());
  labels = learnLabels(raw.labels(), labels, rows.front());
  std::optional<TargetScale> target;
  const LabelRule &rule = settings_.labels;
  if (rule.kind == LabelKind::Numbers && !rule.hasColumns() &&
      options_.table.scaling != Scaling::None) {
    std::vector<double> picked;
    for (std::size_t row : rows.front())
      picked.push_back(labels[row]);
    target = learnTarget(picked);
    for (double &label : labels)
      if (target)
        label = static_cast<float>((label - target->mean) / target->deviation);
  }
  table = raw.learn(rows.front(), target);
  if (counted) {
    counted->setLabels(labels);
    vectorizer = Vectorizer::fit(*counted, settings_, given, options_.threads,
                                 std::span(rows.front()));
  }
  for (const std::vector<std::size_t> &numbers : rows) {
    Part &part = parts.emplace_back();
    if (counted) {
      part.rows =
          vectorizer.transform(*counted, options_.threads, std::span(numbers));
      for (std::size_t row : numbers)
        part.lengths.push_back(counted->lengths()[row]);
    }
    joinTable(part.rows, raw.encode(*table, labels, numbers),
              counted.has_value());
    raw.labels().addColumns(part.rows.sparse);
  }
  noteScaling();
  return parts;
}

/// How numbers were scaled; where they were not, whose range is wide.
void Import::noteScaling() const {
  constexpr double wide = 10; // Beyond this a column outweighs others.
  const bool hasNumbers =
      std::ranges::any_of(table->columns(), [](const TableColumn &column) {
        return column.type == ColumnType::Number;
      });
  if (!hasNumbers)
    return;
  if (options_.table.scaling == Scaling::Robust)
    note("numbers are scaled by median and quartiles (--scale)");
  if (options_.table.scaling == Scaling::Standard)
    note("numbers are scaled to mean 0 and deviation 1 (--scale)");
  if (options_.table.scaling == Scaling::None)
    for (const TableColumn &column : table->columns())
      if (column.type == ColumnType::Number && std::abs(column.median) > wide) {
        note(fmt::format("numbers are not scaled, and half of those in {:?} "
                         "are beyond {:.4g}; without --scale none they would "
                         "train better",
                         column.name, column.median));
        break;
      }
}

std::vector<Part> Import::learnFromTexts(Documents &documents,
                                         LabelReader &labels) {
  const GivenTerms given = readTerms();
  CountedDocuments counted =
      CountedDocuments::read(documents, settings_, options_.threads);
  const auto rows = split(counted.labels(), labels.rule());
  counted.setLabels(learnLabels(labels, counted.labels(), rows.front()));
  vectorizer = Vectorizer::fit(counted, settings_, given, options_.threads,
                               std::span(rows.front()));
  std::vector<Part> parts;
  for (const std::vector<std::size_t> &numbers : rows) {
    Part &part = parts.emplace_back();
    part.rows =
        vectorizer.transform(counted, options_.threads, std::span(numbers));
    for (std::size_t row : numbers)
      part.lengths.push_back(counted.lengths()[row]);
  }
  return parts;
}

SparseRows Import::readCounts(LabelReader &labels, std::int64_t width) {
  LibsvmReader reader({.onlyCounts = options_.like
                                         ? vectorizer.settings().needsCounts()
                                         : settings_.needsCounts(),
                       .width = width},
                      &labels);
  reader.read(std::move(*first_.lines));
  for (std::size_t input = 1; input < options_.inputs.size(); ++input)
    reader.read(options_.inputs[input]);
  if (reader.queries() > 0)
    note(fmt::format("{} lines have a qid:N, which is left out",
                     reader.queries()));
  if (reader.lowestIndex() > 0 && reader.lowestIndex() < maxWidth &&
      !options_.like)
    note(fmt::format("the lowest index is {}, so the columns before it are "
                     "empty; indices stand for columns from 0",
                     reader.lowestIndex()));
  return std::move(reader.rows());
}

std::vector<Part> Import::fromCounts() {
  LabelReader labels(settings_.labels);
  std::vector<Part> parts;
  auto transform = [&](const SparseRows &rows) {
    Part &part = parts.emplace_back();
    part.rows.sparse = vectorizer.transform(rows);
    part.rows.dropped = rows.indptr.back() - part.rows.sparse.indptr.back();
    labels.addColumns(part.rows.sparse);
  };
  if (options_.like) {
    SparseRows rows = readCounts(labels, maxWidth);
    labels.resolve(rows.labels);
    transform(rows);
    return parts;
  }
  std::optional<std::vector<std::string>> words;
  if (options_.vocabulary)
    words = readVocabulary(*options_.vocabulary);
  SparseRows rows = readCounts(
      labels, words ? static_cast<std::int64_t>(words->size()) : maxWidth);
  const auto numbers = split(rows.labels, labels.rule());
  rows.labels = learnLabels(labels, rows.labels, numbers.front());
  const bool isWhole = numbers.size() == 1;
  SparseRows learned = isWhole ? std::move(rows) : pickRows(rows, numbers[0]);
  vectorizer = Vectorizer::fit(learned, settings_, words ? &*words : nullptr);
  transform(learned);
  if (!isWhole)
    transform(pickRows(rows, numbers[1]));
  return parts;
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
  const bool isRows = first.format == TextFormat::Csv ||
                      first.format == TextFormat::Json ||
                      first.format == TextFormat::JsonLines;
  bool isTabular =
      options.table.areGiven() || kindOf(options, first) == InputKind::Table;
  Import import(options, std::move(first));
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
  const std::vector<Part> parts = isTabular ? import.fromTable()
                                  : isText  ? import.fromTexts()
                                            : import.fromCounts();

  std::deque<AtomicFile> files;
  std::vector<ImportedFile> reports;
  for (const Part &part : parts) {
    const std::string &path =
        files.empty() ? options.output : options.holdOut->output;
    reports.push_back(
        writeDataset(files.emplace_back(path), part.rows, import.transform()));
    reports.back().emptyTexts = std::ranges::count(part.lengths, 0u);
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
