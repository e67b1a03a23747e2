//===- LabelClasses.cpp - Which classes there are, once all is read -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/LabelReader.h"

#include "Data/ClassNames.h"
#include "Table/Column.h"
#include "Text/WholeInputError.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fmt/core.h>
#include <set>

using namespace mlc::runtime;

/// F32: 1 GiB.
static constexpr std::size_t maxLabelElements = std::size_t(1) << 28;

void LabelReader::setNames(std::vector<std::string> names) {
  rule_.names = std::move(names);
  for (const std::string &name : rule_.names)
    if (!sets_.find(name))
      sets_.add(name);
  classes_.assign(sets_.size(), -1);
  for (std::size_t at = 0; at < rule_.names.size(); ++at)
    classes_[static_cast<std::size_t>(*sets_.find(rule_.names[at]))] =
        static_cast<std::int32_t>(at);
}

/// By their bytes; by size where all of them are numbers.
static void sortNames(std::vector<std::string> &names) {
  std::vector<std::pair<double, std::string>> numbers;
  for (const std::string &name : names) {
    const double number = numberOf(name);
    if (std::isnan(number)) {
      std::ranges::sort(names);
      return;
    }
    numbers.emplace_back(number, name);
  }
  std::ranges::sort(numbers);
  for (std::size_t at = 0; at < names.size(); ++at)
    names[at] = std::move(numbers[at].second);
}

void LabelReader::learnNames(std::span<const double> labels) {
  std::vector<bool> isUsed(sets_.size());
  for (double label : labels)
    for (std::int32_t word : sets_.wordsOf(static_cast<std::int32_t>(label)))
      isUsed[static_cast<std::size_t>(word)] = true;
  std::vector<std::string> names;
  for (std::size_t word = 0; word < isUsed.size(); ++word)
    if (isUsed[word])
      names.push_back(sets_.word(static_cast<std::int32_t>(word)));
  sortNames(names);

  const bool hasOne = rule_.form == LabelForm::Words;
  if (names.empty() || (hasOne && names.size() == 1))
    throw WholeInputError(fmt::format(
        "expected at least two classes, but {}; give examples of each class, "
        "and name the column of labels by "
        "--label-column",
        names.empty() ? "no row has any"
                      : fmt::format("every label is {}", showNames(names))));
  const bool isPair =
      hasOne && names.size() == 2 && rule_.kind == LabelKind::Binary;
  if (hasOne && !isPair && rule_.kind == LabelKind::Binary && rule_.isKindGiven)
    throw WholeInputError(
        fmt::format("expected two classes for --labels binary, but got {}: {}; "
                    "leave the option out",
                    names.size(), showNames(names)));
  if (!rule_.positive.empty()) {
    const auto found = std::ranges::find(names, rule_.positive);
    if (!isPair || found == names.end())
      throw WholeInputError(
          fmt::format("expected two classes, one of them {:?} (--positive), "
                      "but got {}; correct the name, or leave it out",
                      rule_.positive, showNames(names)));
    std::swap(*found, names.back());
  }
  if (hasOne && !isPair)
    rule_.kind = LabelKind::Classes;
  if (!hasOne)
    rule_.kind = LabelKind::Binary;
  setNames(std::move(names));
}

void LabelReader::learn(std::span<const double> labels) {
  const bool hasWords =
      rule_.form == LabelForm::Words || rule_.form == LabelForm::Several;
  if (hasWords && !isLearned())
    learnNames(labels);
  else if (!hasWords && !rule_.positive.empty())
    throw WholeInputError(
        "expected labels that are words for --positive, but got numbers; leave "
        "the option out, or give --labels names");
  if (rule_.kind == LabelKind::Stars && rule_.scores.empty())
    rule_.scores = distinctScores(labels);
}

/// The class of a word; throws where `learn` was not told of it.
std::int32_t LabelReader::classOf(std::int32_t word) const {
  const auto at = static_cast<std::size_t>(word);
  if (at >= classes_.size() || classes_[at] < 0)
    throw WholeInputError(
        fmt::format("the class {:?} is only among the examples that were set "
                    "aside; give more examples or another --split or --seed",
                    sets_.word(word)));
  return classes_[at];
}

void LabelReader::resolve(std::span<double> labels) const {
  if (rule_.form == LabelForm::Words)
    for (double &label : labels)
      label = classOf(sets_.wordsOf(static_cast<std::int32_t>(label)).front());
}

void LabelReader::addColumns(SparseRows &rows) const {
  if (!rule_.hasColumns())
    return;
  const std::size_t columns = rule_.names.size(), count = rows.size();
  if (count > maxLabelElements / columns)
    throw WholeInputError(fmt::format(
        "expected labels that fit into 1 GiB, but {} rows of {} classes do "
        "not; give fewer rows, or leave out rare classes",
        count, columns));
  rows.labelColumns = static_cast<std::int64_t>(columns);
  rows.severalLabels.assign(count * columns, 0);
  for (std::size_t row = 0; row < count; ++row) {
    const auto number = static_cast<std::size_t>(rows.labels[row]);
    const auto out =
        rows.severalLabels.begin() + static_cast<std::ptrdiff_t>(row * columns);
    if (rule_.form == LabelForm::Columns)
      std::copy_n(columns_.begin() +
                      static_cast<std::ptrdiff_t>(number * columns),
                  columns, out);
    else
      for (std::int32_t word : sets_.wordsOf(static_cast<std::int32_t>(number)))
        out[classOf(word)] = 1;
  }
}

std::vector<double>
mlc::runtime::distinctScores(std::span<const double> labels) {
  std::set<double> scores;
  for (double label : labels)
    if (scores.insert(label).second && scores.size() > maxScores)
      throw WholeInputError(fmt::format("expected at most {} different scores, "
                                        "but got more; give --labels numbers",
                                        maxScores));
  return {scores.begin(), scores.end()};
}

void mlc::runtime::scoresToClasses(const LabelRule &rule,
                                   std::span<double> labels) {
  for (double &label : labels) {
    auto found = std::ranges::lower_bound(rule.scores, label);
    if (found == rule.scores.end() || *found != label)
      throw WholeInputError(
          fmt::format("the score {} is only among the examples that were set "
                      "aside; give more examples or another --split or --seed",
                      label));
    label = static_cast<double>(found - rule.scores.begin());
  }
}
