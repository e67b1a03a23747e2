//===- CsvRecords.h - Records and fields of CSV -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_CSVRECORDS_H
#define MLC_RUNTIME_IMPORT_CSVRECORDS_H

#include "Import/LineReader.h"
#include "Import/TextPlace.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mlc::runtime {

/// What stands between fields, and whether the first record names them.
struct CsvForm {
  char delimiter = ',';
  bool hasHeader = true;
};

/// For messages: "comma", "tab", "semicolon", or the character in quotes.
std::string nameOf(char delimiter);

/// Records of delimited values, a field at a time: a field may be quoted,
/// quotes in it are doubled, and line ends in it belong to it; lines that are
/// empty are skipped where there are several columns. Source: RFC 4180.
/// All members throw InputError with the place of what is at fault.
class CsvRecords {
public:
  /// Reads the header, or counts the columns of the first record. `lines` has
  /// its check set.
  CsvRecords(LineReader lines, CsvForm form);

  /// The names in the header; without one "0", "1", ...
  const std::vector<std::string> &names() const { return names_; }
  std::size_t columns() const { return names_.size(); }

  /// Goes to the next record, of which `readField` must have read all; false at
  /// the end.
  bool next();
  /// Reads the next field of the record; appends it to `out` unless that is
  /// null. Returns whether another follows.
  bool readField(std::string *out);
  /// Throws unless the record that was read has `count` fields and no more.
  void expectEnd(std::size_t count, bool more) const;

  /// Where the next field starts, and its line: for `failAt`.
  struct Place {
    std::size_t line;
    const char *at;
  };
  Place place() const { return {lines_.lineNumber(), at_}; }
  /// Of a field that ended on a later line, the end is shown.
  [[noreturn]] void failAt(Place place, const std::string &what) const {
    lines_.fail(shown(place), what);
  }
  /// For errors: the standard input has a name here.
  const std::string &path() const { return lines_.path(); }
  /// The same place, from 1.
  TextPlace placeOf(Place place) const {
    return {lines_.lineNumber(), lines_.columnOf(shown(place))};
  }
  /// Where a column's name is; without a header the start.
  TextPlace placeOfName(std::size_t column) const;
  /// What is wrong with a name in the header, or with all of them: shows the
  /// header while it is the last line that was read.
  [[noreturn]] void failInHeader(std::optional<std::size_t> column,
                                 const std::string &what) const;
  /// What is missing behind the last record.
  [[noreturn]] void failAtEnd(const std::string &what) const {
    lines_.failBehind(what);
  }

private:
  const char *shown(Place place) const {
    return place.line == lines_.lineNumber() ? place.at : at_;
  }
  bool isQuoting() const;
  void readQuoted(std::string *out);

  LineReader lines_;
  CsvForm form_;
  std::vector<std::string> names_;
  std::vector<TextPlace> namePlaces_;         ///< Of each name in a header.
  const char *at_ = nullptr, *end_ = nullptr; // What is left of the line.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_CSVRECORDS_H
