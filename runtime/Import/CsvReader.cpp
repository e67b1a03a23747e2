//===- CsvReader.cpp - Reads documents from CSV ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/CsvReader.h"

#include "Error.h"

#include <algorithm>
#include <cstring>
#include <fmt/core.h>
#include <fmt/ranges.h>

using namespace mlc::runtime;

/// More columns than any table of reviews has, fewer than a hostile header.
static constexpr std::size_t maxColumns = 10000;

CsvReader::CsvReader(LineReader lines, const TextFields &fields,
                     LabelReader &labels)
    : lines_(std::move(lines)), labels_(labels) {
  lines_.setCheck(fields.check);
  if (!nextRecord())
    lines_.fail("expected a header with the names of the columns, but got an "
                "empty file; give one that starts with a line such as "
                "label,review");
  std::vector<std::string> names;
  do {
    if (names.size() == maxColumns)
      lines_.fail(at_, fmt::format("expected at most {} columns, but got more; "
                                   "check that the file is CSV",
                                   maxColumns));
  } while (readField(&names.emplace_back()));
  columns_ = names.size();
  textColumn_ = findColumn(names, fields.text, "--text-column");
  labelColumn_ = findColumn(names, fields.label, "--label-column");
}

std::size_t CsvReader::findColumn(const std::vector<std::string> &names,
                                  const std::string &name,
                                  const char *option) const {
  if (name.empty())
    return none;
  const auto count = std::ranges::count(names, name);
  if (count > 1)
    lines_.fail(fmt::format("expected one column {:?}, but the header has it "
                            "{} times; rename the others",
                            name, count));
  if (count == 1)
    return static_cast<std::size_t>(std::ranges::find(names, name) -
                                    names.begin());
  constexpr std::size_t shownNames = 10;
  std::vector<std::string> shown;
  for (const std::string &other : names)
    if (shown.size() < shownNames)
      shown.push_back(showToken(other));
  lines_.fail(fmt::format("expected a column {:?} in the header, but got {}{}; "
                          "name the column by {}",
                          name, fmt::join(shown, ", "),
                          names.size() > shownNames ? ", ..." : "", option));
}

/// Goes to the next line; false at the end.
bool CsvReader::nextRecord() {
  std::string_view line;
  do {
    if (!lines_.next(line))
      return false;
  } while (line.empty() && columns_ != 1);
  at_ = line.data();
  end_ = at_ + line.size();
  return true;
}

bool CsvReader::readField(std::string *out) {
  if (at_ != end_ && *at_ == '"') {
    readQuoted(out);
  } else {
    const auto *comma = static_cast<const char *>(
        std::memchr(at_, ',', static_cast<std::size_t>(end_ - at_)));
    const char *stop = comma ? comma : end_;
    if (const void *quote =
            std::memchr(at_, '"', static_cast<std::size_t>(stop - at_)))
      lines_.fail(static_cast<const char *>(quote),
                  "expected no quote inside a field without quotes; quote the "
                  "whole field and double the quotes in it");
    if (out)
      out->append(at_, stop);
    at_ = stop;
  }
  if (at_ == end_)
    return false;
  ++at_; // The comma.
  return true;
}

/// Comes to the comma behind the field or to the end of a line.
void CsvReader::readQuoted(std::string *out) {
  const std::size_t firstLine = lines_.lineNumber();
  const std::size_t before = lines_.bytesRead();
  const char *open = at_++;
  // To be thrown once the line that it is in is gone.
  auto failAtQuote = [&, column = lines_.columnOf(open)](const char *what) {
    throw InputError(fmt::format(
        "{}:{}:{}: the quote that opens here {}; close it, and double quotes "
        "that are part of the text",
        lines_.path(), firstLine, column, what));
  };
  while (true) {
    const auto *quote = static_cast<const char *>(
        std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
    const bool isDoubled = quote && quote + 1 != end_ && quote[1] == '"';
    if (out)
      out->append(at_, quote ? quote + isDoubled : end_);
    if (isDoubled) {
      at_ = quote + 2;
      continue;
    }
    if (quote) {
      at_ = quote + 1;
      break;
    }
    if (out)
      out->append(lines_.lineEnd());
    std::string_view line;
    if (!lines_.next(line))
      failAtQuote("is never closed");
    if (lines_.bytesRead() - before > LineReader::maxLineBytes)
      failAtQuote("is not closed within 64 MiB");
    at_ = line.data();
    end_ = at_ + line.size();
  }
  if (at_ != end_ && *at_ != ',')
    lines_.fail(at_, fmt::format("expected a comma or a line's end behind a "
                                 "closing quote, but got {}; double quotes "
                                 "that are part of the text",
                                 showToken({at_, 1})));
}

void CsvReader::readLabel(const char *place, double &label) {
  try {
    label = labels_.read(label_);
  } catch (const LabelError &error) {
    lines_.fail(place, error.what());
  }
}

bool CsvReader::next(Document &document) {
  document.text.clear();
  document.label = 0;
  if (!nextRecord())
    return false;
  bool more = true;
  std::size_t column = 0;
  for (; more && column < columns_; ++column) {
    const std::size_t line = lines_.lineNumber();
    const char *start = at_;
    if (column == labelColumn_) {
      label_.clear();
      more = readField(&label_);
      // A field that started on an earlier line is shown at its end.
      readLabel(line == lines_.lineNumber() ? start : at_, document.label);
    } else {
      more = readField(column == textColumn_ ? &document.text : nullptr);
    }
  }
  if (more || column < columns_)
    lines_.fail(at_,
                fmt::format("expected {} fields as in the header, but got "
                            "{}; quote fields that have commas in them",
                            columns_, more ? "more" : fmt::to_string(column)));
  return true;
}
