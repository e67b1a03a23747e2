//===- ImportSteps.cpp - The work for texts and counts --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/ImportSteps.h"

#include "Error.h"
#include "Import/EmojiCount.h"
#include "Import/Folds.h"
#include "Import/HoldOut.h"
#include "Import/LibsvmReader.h"
#include "Import/Vocabulary.h"
#include "Import/WordList.h"

#include <algorithm>
#include <fmt/core.h>

using namespace mlc::runtime;

static std::vector<std::vector<std::size_t>> asList(HeldOut parts) {
  return {std::move(parts.rest), std::move(parts.aside)};
}

/// The rows of each part.
std::vector<std::vector<std::size_t>>
ImportSteps::split(std::span<const double> labels, const LabelRule &rule) {
  if (options_.holdOut) {
    const bool byLabel = rule.kind != LabelKind::Numbers && !rule.hasColumns();
    const HoldOutOptions &wanted = *options_.holdOut;
    std::vector<std::string> groups;
    if (!wanted.fold.groupColumn.empty())
      groups = readGroups(options_.inputs, options_.documents,
                          wanted.fold.groupColumn);
    if (wanted.fold.count == 0)
      return asList(holdOut(labels, wanted.share, byLabel, wanted.seed));
    HeldOut parts =
        holdOutFold(labels, groups, wanted.fold, byLabel, wanted.seed);
    if (wanted.share > 0)
      parts =
          holdOutAmong(parts.rest, labels, wanted.share, byLabel, wanted.seed);
    return asList(std::move(parts));
  }
  std::vector<std::size_t> all(labels.size());
  for (std::size_t row = 0; row < all.size(); ++row)
    all[row] = row;
  return {std::move(all)};
}

/// Which classes there are is learned as the features are. Returns the labels.
std::vector<double>
ImportSteps::learnLabels(LabelReader &reader, std::span<const double> labels,
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

std::vector<ImportedPart> ImportSteps::fromTexts() {
  LabelReader labels(settings_.labels);
  const TextFields &fields = options_.documents.fields;
  if (!options_.like && fields.text != TextFields().text)
    settings_.textColumn = fields.text;
  if (!options_.like && fields.label != TextFields().label &&
      options_.documents.labelsFile.empty())
    settings_.labelColumn = fields.label;
  DocumentOptions reading = options_.documents;
  if (options_.like) { // What columns are for was said when they were learned.
    reading = withColumnsOf(reading, vectorizer.settings());
    reading.fields.note = nullptr;
  }
  Documents documents(options_.inputs, std::move(first_), reading, labels);
  if (options_.progress)
    documents.progress = [&](const Documents &source) {
      options_.progress(source, false);
    };
  std::vector<ImportedPart> parts;
  if (options_.like) {
    EmojiCount emoji(documents, vectorizer.settings().text.tokenizer);
    parts.push_back({vectorizer.transform(emoji, options_.threads), {}});
    for (std::uint32_t number : emoji.counts())
      parts[0].emoji += number;
    labels.resolve(parts[0].rows.sparse.labels);
  } else {
    parts = learnFromTexts(documents, labels);
  }
  for (ImportedPart &part : parts)
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

GivenTerms ImportSteps::readTerms() {
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

std::vector<ImportedPart> ImportSteps::learnFromTexts(Documents &documents,
                                                      LabelReader &labels) {
  const GivenTerms given = readTerms();
  CountedDocuments counted = count(documents);
  const auto rows = split(counted.labels(), labels.rule());
  counted.setLabels(learnLabels(labels, counted.labels(), rows.front()));
  vectorizer = Vectorizer::fit(counted, settings_, given, options_.threads,
                               std::span(rows.front()));
  std::vector<ImportedPart> parts;
  for (const std::vector<std::size_t> &numbers : rows) {
    ImportedPart &part = parts.emplace_back();
    part.numbers = numbers;
    addTexts(counted, numbers, part);
  }
  return parts;
}

void ImportSteps::addTexts(const CountedDocuments &counted,
                           const std::vector<std::size_t> &numbers,
                           ImportedPart &part) const {
  part.rows =
      vectorizer.transform(counted, options_.threads, std::span(numbers));
  for (std::size_t row : numbers) {
    part.lengths.push_back(counted.lengths()[row]);
    part.emoji += emoji_.empty() ? 0 : emoji_[row];
  }
}

CountedDocuments ImportSteps::count(DocumentSource &source) {
  EmojiCount emoji(source, settings_.text.tokenizer);
  CountedDocuments counted =
      CountedDocuments::read(emoji, settings_, options_.threads);
  emoji_ = emoji.counts();
  if (std::ranges::any_of(emoji_, [](auto number) { return number > 0; }))
    note("emoji are dropped, since this tokenizer makes no tokens of them; "
         "--tokenizer words does");
  return counted;
}

SparseRows ImportSteps::readCounts(LabelReader &labels, std::int64_t width) {
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

std::vector<ImportedPart> ImportSteps::fromCounts() {
  LabelReader labels(settings_.labels);
  std::vector<ImportedPart> parts;
  auto transform = [&](const SparseRows &rows) {
    ImportedPart &part = parts.emplace_back();
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
  // A column that only held out rows have is none.
  if (!isWhole && !words && !learned.indices.empty())
    learned.width = std::ranges::max(learned.indices) + 1;
  vectorizer = Vectorizer::fit(learned, settings_, words ? &*words : nullptr);
  transform(learned);
  if (!isWhole)
    transform(pickRows(rows, numbers[1]));
  for (std::size_t part = 0; part < parts.size(); ++part)
    parts[part].numbers = numbers[part];
  return parts;
}
