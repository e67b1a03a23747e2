//===- CardFigures.cpp - What a model card says of a test set -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/CardFigures.h"

#include "Commands/TextInput.h"
#include "Metrics/Judgement.h"
#include "Text/Vectorizer.h"

#include <algorithm>
#include <fmt/format.h>

namespace mlc::runtime {

namespace {

/// Some of the rows that are judged, in memory of their own.
class SomeRows {
public:
  SomeRows(const Judged &all, std::span<const std::int64_t> rows) {
    judged_ = all;
    judged_.rows = std::ssize(rows);
    const std::int64_t columns = all.columns;
    for (const std::int64_t row : rows) {
      const auto outputs = all.outputs.subspan(row * columns, columns);
      outputs_.insert(outputs_.end(), outputs.begin(), outputs.end());
      if (all.task == Task::MultiClass) {
        classes_.push_back(all.classes[row]);
        continue;
      }
      const auto labels = all.labels.subspan(row * columns, columns);
      labels_.insert(labels_.end(), labels.begin(), labels.end());
    }
    judged_.outputs = outputs_;
    judged_.classes = classes_;
    judged_.labels = labels_;
  }
  const Judged &judged() const { return judged_; }

private:
  Judged judged_;
  std::vector<float> outputs_, labels_;
  std::vector<std::int32_t> classes_;
};

/// Of few rows, and of those of one class, other figures say nothing.
bool isOfSlices(const Figure &figure) {
  for (const char *name : {"accuracy", "subset_accuracy", "rmse", "mae"})
    if (figure.name == name)
      return true;
  return false;
}

void addSlice(std::vector<CardSlice> &slices, std::string name,
              const Judged &all, std::span<const std::int64_t> rows) {
  if (rows.empty())
    return;
  const SomeRows some(all, rows);
  Judgement judgement(some.judged());
  CardSlice slice{.name = std::move(name),
                  .rows = std::ssize(rows),
                  .figures = figuresOf(judgement)};
  std::erase_if(slice.figures,
                [](const Figure &figure) { return !isOfSlices(figure); });
  slices.push_back(std::move(slice));
}

void addClasses(std::vector<CardSlice> &slices, const Judged &judged,
                std::span<const std::string> classNames) {
  if (judged.task != Task::Binary && judged.task != Task::MultiClass)
    return;
  const std::int64_t classes = judged.task == Task::Binary ? 2 : judged.columns;
  std::vector<std::vector<std::int64_t>> rows(
      static_cast<std::size_t>(classes));
  for (std::int64_t row = 0; row < judged.rows; ++row)
    rows[std::size_t(judged.task == Task::Binary
                         ? std::int64_t(judged.isPositive(row, 0))
                         : judged.classes[row])]
        .push_back(row);
  for (std::int64_t number = 0; number < classes; ++number)
    addSlice(slices, fmt::format("class {}", className(classNames, number)),
             judged, rows[std::size_t(number)]);
}

/// Quarters of the rows by a number that each has; rows with the same are in
/// one. `name` makes a slice's name of the number of the quarter before, of
/// which there is none at first, and of its own last.
template <typename Number, typename Name>
void addQuarters(std::vector<CardSlice> &slices, const Judged &judged,
                 const std::vector<Number> &numbers, Name name) {
  if (std::ssize(numbers) != judged.rows)
    return; // Several answers a row.
  std::vector<Number> sorted = numbers;
  std::ranges::sort(sorted);
  constexpr std::int64_t quarters = 4;
  std::optional<Number> before;
  for (std::int64_t quarter = 1; quarter <= quarters; ++quarter) {
    const Number last = sorted[std::size_t(
        (judged.rows * quarter + quarters - 1) / quarters - 1)];
    std::vector<std::int64_t> rows;
    for (std::int64_t row = 0; row < judged.rows; ++row) {
      const Number number = numbers[std::size_t(row)];
      if ((!before || *before < number) && number <= last)
        rows.push_back(row);
    }
    addSlice(slices, name(before, last), judged, rows);
    before = last;
  }
}

/// Of whole numbers: from one more than the last of the quarter before.
auto countsOf(const char *what) {
  return [what](std::optional<std::int64_t> before, std::int64_t last) {
    return fmt::format("{} to {} {}", before ? *before + 1 : 0, last, what);
  };
}

/// How many entries each sparse row has; none where rows are dense.
std::vector<std::int64_t> entriesOf(const Dataset &data) {
  const auto starts = data.indptr();
  std::vector<std::int64_t> entries;
  for (std::size_t row = 1; row < starts.size(); ++row)
    entries.push_back(starts[row] - starts[row - 1]);
  return entries;
}

/// In tenths of a percent, rounded up, so that 0 is a text without any.
std::vector<std::int64_t> unknownShares(const TextWords &words) {
  std::vector<std::int64_t> shares;
  for (std::size_t row = 0; row < words.words.size(); ++row) {
    const std::int64_t all = std::max<std::int64_t>(words.words[row], 1);
    shares.push_back((1000 * words.unknown[row] + all - 1) / all);
  }
  return shares;
}

std::string shareName(std::optional<std::int64_t> before, std::int64_t last) {
  const auto percent = [](std::int64_t tenths) {
    return fmt::format("{}.{}", tenths / 10, tenths % 10);
  };
  return fmt::format("{} to {} % unknown words",
                     percent(before ? *before + 1 : 0), percent(last));
}

} // namespace

std::optional<TextWords> wordsOfTexts(const std::string &path,
                                      const SafetensorsFile &weights) {
  const auto texts = openTextDocuments(path, DocumentOptions(), weights);
  if (!texts)
    return std::nullopt;
  const Vectorizer vectorizer = Vectorizer::load(weights);
  Vectorizer::Session session(vectorizer);
  TextWords words;
  std::int64_t all = 0;
  for (Document document; texts->next(document);) {
    FeatureRows row = session.emptyRows();
    session.transform(document.text, 0, row);
    words.words.push_back(row.lookedUp.words);
    words.unknown.push_back(row.lookedUp.unknown);
    all += row.lookedUp.words;
  }
  return all > 0 ? std::optional(std::move(words)) : std::nullopt;
}

std::vector<CardSlice> cardSlices(const Judged &judged, const Dataset &data,
                                  std::span<const std::string> classNames,
                                  const TextWords *words) {
  Judgement judgement(judged);
  std::vector<CardSlice> slices = {
      {.name = "all", .rows = judged.rows, .figures = figuresOf(judgement)}};
  addClasses(slices, judged, classNames);
  if (!words) {
    addQuarters(slices, judged, entriesOf(data), countsOf("entries"));
    return slices;
  }
  addQuarters(slices, judged, words->words, countsOf("words"));
  addQuarters(slices, judged, unknownShares(*words), shareName);
  return slices;
}

} // namespace mlc::runtime
