//===- CsvRecords.cpp - Records and fields of CSV -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/CsvRecords.h"

#include "Error.h"
#include "Import/LabelReader.h"

#include <algorithm>
#include <cstring>
#include <fmt/core.h>

using namespace mlc::runtime;

/// More columns than any table has, fewer than a hostile header.
static constexpr std::size_t maxColumns = 10000;
/// In which the first record ends, where there is no header.
static constexpr std::size_t firstRecordBytes = 1 << 20;

/// The fields of the first record of `text`.
static std::size_t countFields(std::string_view text, char delimiter) {
  std::size_t count = 1;
  bool isQuoted = false;
  for (char byte : text) {
    if (byte == '"')
      isQuoted = !isQuoted;
    else if (!isQuoted && (byte == '\n' || byte == '\r'))
      break;
    else if (!isQuoted && byte == delimiter)
      ++count;
  }
  return count;
}

CsvRecords::CsvRecords(LineReader lines, CsvForm form)
    : lines_(std::move(lines)), form_(form) {
  if (!form_.hasHeader) {
    const std::size_t count =
        countFields(lines_.peekBlock(firstRecordBytes), form_.delimiter);
    if (count > maxColumns)
      lines_.failBehind(fmt::format(
          "expected at most {} columns, but got {}; check that the file is CSV",
          maxColumns, count));
    for (std::size_t column = 0; column < count; ++column)
      names_.push_back(std::to_string(column));
    return;
  }
  if (!next())
    lines_.failBehind(
        "expected a header with the names of the columns, but got an empty "
        "file; give one that starts with a line such as label,review");
  do {
    if (names_.size() == maxColumns)
      lines_.fail(at_, fmt::format("expected at most {} columns, but got more; "
                                   "check that the file is CSV",
                                   maxColumns));
    namePlaces_.push_back(placeOf(place()));
  } while (readField(&names_.emplace_back()));
}

bool CsvRecords::next() {
  std::string_view line;
  do {
    if (!lines_.next(line))
      return false;
  } while (line.empty() && columns() != 1);
  at_ = line.data();
  end_ = at_ + line.size();
  return true;
}

/// Whether the quote at `at_` opens a field. What tabs part is often written
/// without quotes, so that one may be the first sign of a text: there it must
/// be closed on the line.
bool CsvRecords::isQuoting() const {
  if (form_.delimiter != '\t')
    return true;
  std::string_view rest(at_ + 1, static_cast<std::size_t>(end_ - at_) - 1);
  while (true) {
    const std::size_t quote = rest.find('"');
    if (quote == rest.npos)
      return false;
    rest.remove_prefix(quote + 1);
    if (rest.empty() || rest[0] == form_.delimiter)
      return true;
    if (rest[0] == '"')
      rest.remove_prefix(1);
  }
}

bool CsvRecords::readField(std::string *out) {
  if (at_ != end_ && *at_ == '"' && isQuoting()) {
    readQuoted(out);
  } else {
    const auto *comma = static_cast<const char *>(std::memchr(
        at_, form_.delimiter, static_cast<std::size_t>(end_ - at_)));
    const char *stop = comma ? comma : end_;
    const void *quote =
        std::memchr(at_, '"', static_cast<std::size_t>(stop - at_));
    // What tabs separate is written without quotes.
    if (quote && form_.delimiter != '\t')
      lines_.fail(static_cast<const char *>(quote),
                  "expected no quote inside a field without quotes; quote the "
                  "whole field and double the quotes in it");
    if (out)
      out->append(at_, stop);
    at_ = stop;
  }
  if (at_ == end_)
    return false;
  ++at_; // The delimiter.
  return true;
}

/// Comes to the delimiter behind the field or to the end of a line.
void CsvRecords::readQuoted(std::string *out) {
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
  if (at_ != end_ && *at_ != form_.delimiter)
    lines_.fail(at_, fmt::format("expected a {} or a line's end behind a "
                                 "closing quote, but got {}; double quotes "
                                 "that are part of the text",
                                 nameOf(form_.delimiter), showToken({at_, 1})));
}

void CsvRecords::expectEnd(std::size_t count, bool more) const {
  if (!more && count == columns())
    return;
  lines_.fail(at_,
              fmt::format("expected {} fields as in the {}, but got {}; "
                          "quote fields that have {}s in them",
                          columns(), form_.hasHeader ? "header" : "first line",
                          more ? "more" : fmt::to_string(count),
                          nameOf(form_.delimiter)));
}

TextPlace CsvRecords::placeOfName(std::size_t column) const {
  return namePlaces_.empty() ? TextPlace() : namePlaces_[column];
}

void CsvRecords::failInHeader(std::optional<std::size_t> column,
                              const std::string &what) const {
  const TextPlace place = placeOfName(column.value_or(0));
  if (!namePlaces_.empty() && place.line == lines_.lineNumber())
    lines_.fail(lines_.lineStart() + place.column - 1, what);
  throw InputError(fmt::format("{}: {}", placeText(path(), place), what));
}

std::string mlc::runtime::nameOf(char delimiter) {
  switch (delimiter) {
  case ',':
    return "comma";
  case '\t':
    return "tab";
  case ';':
    return "semicolon";
  default:
    return fmt::format("{:?}", std::string_view(&delimiter, 1));
  }
}
