//===- TableImport.cpp - Learns a table's transform -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/TableImport.h"

#include "Error.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <limits>

using namespace mlc::runtime;

RawTable::RawTable(std::span<const std::string> inputs, OpenInput first,
                   const DocumentOptions &documents,
                   const TableOptions &options, LabelRule labels)
    : TableSource(inputs, documents),
      settings_{.scaling = options.scaling, .missing = options.missing},
      missing_(settings_, {}, {}), labels_(std::move(labels)) {
  source_ = openRows(std::move(first), documents.fields);
  names_ = source_->names();
  plan_ = planTable(
      names_, documents.fields, options,
      [&](std::optional<std::size_t> column, const std::string &what) {
        source_->failInHeader(column, what);
      });
  paths_.push_back(source_->path());
  const auto placeOf = [&](std::size_t column) {
    return placeText(source_->path(), source_->placeOfName(column));
  };
  tablePlace_ = placeOf(0);
  labelPlace_ = placeOf(plan_.label.empty() ? 0 : plan_.label.back());
  largePlaces_.resize(names_.size());
  extremes_.resize(names_.size());
  const LabelRule &rule = labels_.rule();
  areLabelsOpen_ = plan_.label.size() == 1 && rule.form == LabelForm::Guess &&
                   !rule.isKindGiven && !rule.positiveFrom;
  for (std::size_t column = 0; column < names_.size(); ++column) {
    columns_.emplace_back(plan_.roles[column]);
    places_.push_back(column);
    namePlaces_.push_back(placeOf(column));
  }
  textPlaces_ = plan_.text;
}

void RawTable::open(OpenInput input) {
  TextFields fields = options_.fields;
  fields.text = names_.front();
  source_ = openRows(std::move(input), fields, names_);
  paths_.push_back(source_->path());
  for (std::size_t column = 0; column < names_.size(); ++column) {
    std::size_t count = 0;
    const auto found = findColumn(source_->names(), names_[column], &count);
    if (!found)
      source_->failInHeader(
          {}, fmt::format("expected a column {:?}, as in {}, but there is "
                          "none; give files with the same columns",
                          names_[column], inputs_[0]));
    if (count > 1 &&
        (plan_.roles[column] != ColumnRole::None || column == plan_.weight))
      source_->failInHeader(findAgain(source_->names(), *found),
                            describeRepeated(names_[column], count));
    places_[column] = *found;
  }
  for (std::size_t at = 0; at < textPlaces_.size(); ++at)
    textPlaces_[at] = places_[plan_.text[at]];
}

/// Remembers where a column has its first number that no float can hold.
void RawTable::noteLarge(std::size_t column, double number) {
  const std::string &cell = cells_[places_[column]];
  const bool isLarge = std::abs(number) > std::numeric_limits<float>::max();
  if (!isLarge || !largePlaces_[column].empty() || missing_.isMissing(cell))
    return;
  const bool isLabel = std::ranges::count(plan_.label, column) > 0;
  largePlaces_[column] = fmt::format(
      "{}: expected a number that a float can hold in {:?}, but got {}; {}",
      placeText(source_->path(), source_->placeOf(places_[column])),
      names_[column], showToken(cell),
      isLabel ? "scale the labels, or leave out the row"
              : "scale it, or name what stands for a missing one by --missing");
}

/// Remembers where a column has its least and its largest number. NaN is
/// neither.
void RawTable::noteExtreme(std::size_t column, double number) {
  auto &[least, most] = extremes_[column];
  for (std::optional<PlacedNumber> *extreme : {&least, &most})
    if (*extreme ? (extreme == &least ? number < least->number
                                      : number > most->number)
                 : !std::isnan(number))
      *extreme = {number, paths_.size() - 1, source_->placeOf(places_[column])};
}

/// `number` is too far from `center` to be scaled: names the one of the column
/// that is furthest from it on that side.
void RawTable::failUnscaled(std::size_t column, double number,
                            double center) const {
  const Extremes &extremes = extremes_[column];
  const PlacedNumber &far = number < center ? *extremes.least : *extremes.most;
  throw InputError(fmt::format(
      "{}: expected a number near those of the training part in {:?}, but got "
      "{}, which does not fit into 32 bits once it is scaled; correct it, or "
      "name what stands for a missing one by --missing",
      placeText(paths_[far.input], far.place), names_[column], far.number));
}

/// Keeps a label until all are there.
double RawTable::keepLabel(std::size_t column) {
  const std::string &cell = cells_[places_[column]];
  const std::size_t known = labelCells_.values().size();
  if (const auto wrong = labelCells_.add(cell, false))
    throw LabelError(*wrong);
  // A new word; numbers are judged when it is clear what they are.
  if (labelCells_.values().size() > known && !isNumber(cell))
    checkLabelWord(cell);
  const double number = numberOf(cell);
  noteLarge(column, std::isnan(number) && isNumber(cell) ? INFINITY : number);
  return 0;
}

/// A row's label, or what stands for it until all are there.
double RawTable::readLabel() {
  const auto cellOf = [&](std::size_t column) -> const std::string & {
    return cells_[places_[column]];
  };
  const std::size_t last = plan_.label.back();
  for (std::size_t column : plan_.label)
    if (missing_.isMissing(cellOf(column)))
      source_->fail(places_[column],
                    fmt::format("expected a label in {:?}, but got {}; leave "
                                "out the row",
                                names_[column], showToken(cellOf(column))));
  try {
    if (areLabelsOpen_)
      return keepLabel(last);
    if (plan_.label.size() == 1)
      return labels_.read(cellOf(last));
    std::vector<std::string_view> names, fields;
    for (std::size_t column : plan_.label) {
      names.push_back(names_[column]);
      fields.push_back(cellOf(column));
    }
    return labels_.readColumns(names, fields);
  } catch (const LabelError &error) {
    source_->fail(places_[last], error.what());
  }
}

bool RawTable::next(Document &document) {
  if (!nextRow())
    return false;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    const ColumnRole role = plan_.roles[column];
    if (role != ColumnRole::Guess && role != ColumnRole::Number &&
        role != ColumnRole::Category)
      continue;
    const std::string &cell = cells_[places_[column]];
    if (const auto wrong = columns_[column].add(cell, missing_.isMissing(cell)))
      source_->fail(places_[column], *wrong);
    if (!columns_[column].isNumeric())
      continue;
    const double number = columns_[column].numbers().back();
    noteLarge(column, number);
    noteExtreme(column, number);
  }
  joinTexts(textPlaces_, document.text);
  document.label = readLabel();
  weigh(plan_.weight ? std::optional(places_[*plan_.weight]) : std::nullopt);
  return true;
}

/// Numbers that are not 0 and 1 (or -1 and 1) are quantities.
void RawTable::decideLabels() {
  if (!labelCells_.isNumeric())
    return;
  const auto isOneOf = [&](double first, double second) {
    return std::ranges::all_of(labelCells_.numbers(), [&](double number) {
      return number == first || number == second;
    });
  };
  if (isOneOf(0, 1) || isOneOf(-1, 1))
    return;
  LabelRule rule = labels_.rule();
  rule.kind = LabelKind::Numbers;
  labels_ = LabelReader(rule);
  if (options_.fields.note)
    options_.fields.note(
        fmt::format("{:?} is learned as a quantity; --labels names makes each "
                    "of its numbers a class",
                    names_[plan_.label[0]]));
}

std::vector<double> RawTable::finishLabels(std::span<const double> labels) {
  if (!areLabelsOpen_)
    return {labels.begin(), labels.end()};
  decideLabels();
  std::vector<double> read;
  const bool areNumbers = labelCells_.isNumeric() ||
                          std::ranges::all_of(labelCells_.values(), isNumber);
  if (const std::string &large = largePlaces_[plan_.label[0]];
      areNumbers && !large.empty())
    throw InputError(large);
  try {
    if (labelCells_.isNumeric())
      for (double number : labelCells_.numbers())
        read.push_back(labels_.read(number, fmt::format("{}", number)));
    else
      for (std::int32_t place : labelCells_.places())
        read.push_back(labels_.readWord(
            labelCells_.values()[static_cast<std::size_t>(place)]));
  } catch (const LabelError &error) {
    throw InputError(fmt::format("{}: {}", labelPlace_, error.what()));
  }
  return read;
}

Table RawTable::learn(std::span<const std::size_t> rows,
                      std::optional<TargetScale> target) const {
  std::vector<TableColumn> learned;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    const RawColumn &raw = columns_[column];
    const ColumnRole role = plan_.roles[column];
    if (role != ColumnRole::Guess && role != ColumnRole::Number &&
        role != ColumnRole::Category)
      continue;
    TableColumn made = {.name = names_[column], .values = {}};
    bool isOfUse = true;
    if (raw.isNumeric()) {
      std::vector<double> numbers;
      for (std::size_t row : rows)
        numbers.push_back(raw.numbers()[row]);
      isOfUse = learnNumbers(numbers, settings_.scaling, made);
    } else {
      made.type = ColumnType::Category;
      std::vector<bool> isUsed(raw.values().size());
      for (std::size_t row : rows)
        if (const std::int32_t place = raw.places()[row]; place >= 0)
          isUsed[static_cast<std::size_t>(place)] = true;
      for (std::size_t place = 0; place < isUsed.size(); ++place)
        if (isUsed[place])
          made.values.push_back(raw.values()[place]);
      std::ranges::sort(made.values);
      isOfUse = !made.values.empty();
    }
    if (isOfUse) {
      expectOnce(column);
      learned.push_back(std::move(made));
    } else if (options_.fields.note)
      options_.fields.note(fmt::format("the column {:?} has no values, so it "
                                       "is left out",
                                       names_[column]));
  }
  if (learned.empty() && !hasTexts())
    throw InputError(fmt::format("{}: expected columns to learn from beside "
                                 "the label, but there are none; name others "
                                 "by --label-column and --ignore",
                                 tablePlace_));
  TableSettings settings = settings_;
  for (std::size_t column : plan_.text)
    settings.textColumns.push_back(names_[column]);
  for (std::size_t column : plan_.label)
    settings.labelColumns.push_back(names_[column]);
  settings.labels = labels_.rule();
  return Table(std::move(settings), std::move(learned), target);
}

/// Rows that come later are read by the columns' names.
void RawTable::expectOnce(std::size_t column) const {
  std::size_t count = 0;
  const auto first = findColumn(names_, names_[column], &count);
  if (count > 1)
    throw InputError(fmt::format(
        "{}: {}", namePlaces_[findAgain(names_, *first).value_or(column)],
        describeRepeated(names_[column], count)));
}

namespace {
/// A column that was learned, beside its cells.
struct EncodedColumn {
  const TableColumn &column;
  const RawColumn &raw;
  std::size_t first; ///< Of its features.
  /// Of categories: where each value of the file is among those learned.
  std::vector<std::int64_t> learned = {};
};
} // namespace

SparseRows RawTable::encode(const Table &table, std::span<const double> labels,
                            std::span<const std::size_t> rows) const {
  std::vector<EncodedColumn> columns;
  std::size_t first = 0;
  for (const TableColumn &column : table.columns()) {
    const auto place = static_cast<std::size_t>(
        std::ranges::find(names_, column.name) - names_.begin());
    EncodedColumn &made =
        columns.emplace_back(EncodedColumn{column, columns_[place], first});
    first += column.width();
    if (column.type != ColumnType::Category)
      continue;
    for (const std::string &value : made.raw.values()) {
      const auto found = std::ranges::lower_bound(column.values, value);
      made.learned.push_back(found != column.values.end() && *found == value
                                 ? found - column.values.begin()
                                 : -1);
    }
  }
  SparseRows features;
  features.width = static_cast<std::int64_t>(first);
  for (std::size_t row : rows) {
    for (const EncodedColumn &part : columns) {
      if (part.column.type == ColumnType::Category) {
        const std::int32_t value = part.raw.places()[row];
        part.column.encodeCategory(
            value < 0 ? -1 : part.learned[static_cast<std::size_t>(value)],
            part.first, features);
      } else if (!part.column.encodeNumber(part.raw.numbers()[row],
                                           settings_.scaling, part.first,
                                           features)) {
        const auto column =
            static_cast<std::size_t>(&part.raw - columns_.data());
        if (const std::string &large = largePlaces_[column]; !large.empty())
          throw InputError(large);
        failUnscaled(column, part.raw.numbers()[row], part.column.center);
      }
    }
    features.endRow(labels[row]);
  }
  return features;
}
