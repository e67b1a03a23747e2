//===- CsvShape.cpp - What kind of CSV a file is --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/CsvShape.h"

#include "Import/LabelReader.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <tuple>

using namespace mlc::runtime;

static constexpr std::size_t sampleRecords = 100, sampleFields = 1 << 14;
static constexpr char delimiters[] = {',', '\t', ';'};

using Records = std::vector<std::vector<std::string>>;

/// The records of `text`, as CsvRecords reads them, but of broken ones whatever
/// comes.
static Records parse(std::string_view text, bool isWhole, char delimiter) {
  Records records;
  std::vector<std::string> fields(1);
  bool isQuoted = false, isStart = true;
  // As LineReader tells it.
  const char endOfLine = text.find('\n') == text.npos ? '\r' : '\n';
  const auto endRecord = [&] {
    if (!fields.back().empty() && fields.back().back() == '\r')
      fields.back().pop_back();
    if (fields.size() > 1 || !fields[0].empty())
      records.push_back(std::move(fields));
    fields.assign(1, "");
    isStart = true;
  };
  for (char byte : text) {
    if (records.size() == sampleRecords)
      return records;
    if (byte == '"' && (isQuoted || (isStart && delimiter != '\t'))) {
      isQuoted = !isQuoted;
      isStart = false;
    } else if (byte == endOfLine && !isQuoted) {
      endRecord();
    } else if (byte == delimiter && !isQuoted) {
      if (fields.size() < sampleFields)
        fields.emplace_back();
      isStart = true;
    } else {
      // A quote within quotes is doubled: the second one opens them again.
      isStart = false;
      fields.back() += byte;
    }
  }
  // The block may have cut the last record.
  if (isWhole || records.empty())
    endRecord();
  return records;
}

static std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

std::optional<std::size_t>
mlc::runtime::findColumn(std::span<const std::string> names,
                         std::string_view name, std::size_t *count) {
  std::optional<std::size_t> exact, trimmed;
  std::size_t exactly = 0, nearly = 0;
  for (std::size_t at = names.size(); at-- > 0;) {
    if (names[at] == name) {
      exact = at;
      ++exactly;
    } else if (trim(names[at]) == trim(name)) {
      trimmed = at;
      ++nearly;
    }
  }
  if (count)
    *count = exact ? exactly : nearly;
  return exact ? exact : trimmed;
}

std::string mlc::runtime::describeRepeated(std::string_view name,
                                           std::size_t count) {
  return fmt::format("expected one column {:?}, but the header has it {} "
                     "times; rename the others",
                     name, count);
}

std::optional<std::size_t>
mlc::runtime::findAgain(std::span<const std::string> names,
                        std::size_t column) {
  for (std::size_t at = column + 1; at < names.size(); ++at)
    if (trim(names[at]) == trim(names[column]))
      return at;
  return std::nullopt;
}

/// Whether all records have as many fields, and several.
static bool isRegular(const Records &records) {
  return !records.empty() && records.front().size() > 1 &&
         std::ranges::all_of(records, [&](const auto &record) {
           return record.size() == records.front().size();
         });
}

static bool hasName(const Records &records,
                    const std::vector<std::string> &names) {
  return !records.empty() &&
         std::ranges::any_of(names, [&](const std::string &name) {
           return findColumn(records.front(), name).has_value();
         });
}

static bool isHeader(const Records &records) {
  const std::vector<std::string> &first = records.front();
  for (std::size_t column = 0; column < first.size(); ++column) {
    const std::string_view cell = trim(first[column]);
    if (cell.empty())
      continue;
    if (isNumber(cell))
      return false;
    for (std::size_t row = 1; row < records.size(); ++row)
      if (column < records[row].size() && trim(records[row][column]) == cell)
        return false;
  }
  return true;
}

CsvShape mlc::runtime::tellCsvShape(std::string_view block, bool isWhole,
                                    const CsvHints &hints) {
  if (block.starts_with("\xef\xbb\xbf"))
    block.remove_prefix(3);
  CsvShape shape;
  Records records;
  bool isNamed = false;
  const auto consider = [&](char delimiter) {
    Records other = parse(block, isWhole, delimiter);
    const bool regular = isRegular(other), named = hasName(other, hints.names);
    const auto rank = [](bool named, bool regular, const Records &records) {
      const std::size_t fields = records.empty() ? 0 : records[0].size();
      return std::tuple(named && fields > 1, regular, fields);
    };
    if (!records.empty() &&
        rank(named, regular, other) <= rank(isNamed, shape.isRegular, records))
      return;
    records = std::move(other);
    isNamed = named;
    shape.isRegular = regular;
    shape.form.delimiter = delimiter;
  };
  if (hints.delimiter)
    consider(*hints.delimiter);
  else
    for (char delimiter : delimiters)
      consider(delimiter);
  if (records.empty())
    return shape;

  shape.form.hasHeader = hints.hasHeader.value_or(isNamed || isHeader(records));
  const std::vector<std::string> first = records.front();
  if (shape.form.hasHeader)
    records.erase(records.begin());
  shape.records = records.size();
  for (std::size_t column = 0; column < first.size(); ++column) {
    CsvColumn &seen = shape.columns.emplace_back();
    seen.name = shape.form.hasHeader ? first[column] : std::to_string(column);
    std::set<std::string_view> different;
    for (const auto &record : records) {
      if (column >= record.size())
        continue;
      const std::string_view cell = trim(record[column]);
      if (cell.empty())
        continue;
      ++seen.filled;
      different.insert(cell);
      seen.numbers += isNumber(cell);
      seen.spaced += cell.find_first_of(" \t\n") != cell.npos;
    }
    seen.distinct = different.size();
  }
  if (shape.columns.size() == 2 &&
      shape.columns[0].isSpaced() != shape.columns[1].isSpaced())
    shape.columns[shape.columns[1].isSpaced()].isPartner = true;
  return shape;
}
