//===- RowSource.h - Rows of named cells ------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_ROWSOURCE_H
#define MLC_RUNTIME_IMPORT_ROWSOURCE_H

#include "Import/Documents.h"
#include "Import/TextPlace.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// The rows of a table, from CSV or JSON. All members throw InputError.
class RowSource {
public:
  virtual ~RowSource() = default;

  /// The columns there are: of JSON, the keys of its first object, or those
  /// that were asked for.
  virtual const std::vector<std::string> &names() const = 0;
  /// Puts the next row's cells into `cells`, one for each name; false at the
  /// end. What JSON does not have, or has as null, is an empty cell.
  virtual bool next(std::vector<std::string> &cells) = 0;
  /// For errors: the standard input has a name here.
  virtual const std::string &path() const = 0;
  /// Where a cell of the row that was read last is.
  virtual TextPlace placeOf(std::size_t column) const = 0;
  /// Throws InputError with that place.
  [[noreturn]] virtual void fail(std::size_t column,
                                 const std::string &what) const = 0;
  /// Where a column is named: in the header, or, of JSON, in the object that
  /// was read last.
  virtual TextPlace placeOfName(std::size_t column) const = 0;
  /// Throws InputError with that place; without a column, with where names
  /// begin.
  [[noreturn]] virtual void failInHeader(std::optional<std::size_t> column,
                                         const std::string &what) const = 0;
  /// Throws InputError with the place behind the last row.
  [[noreturn]] virtual void failAtEnd(const std::string &what) const = 0;
};

/// Opens CSV or JSON. `wanted`: the columns of JSON; empty: those of its first
/// object.
std::unique_ptr<RowSource> openRows(OpenInput input, const TextFields &fields,
                                    std::vector<std::string> wanted = {});

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_ROWSOURCE_H
