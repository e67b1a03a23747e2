//===- CsvShape.h - What kind of CSV a file is ------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_CSVSHAPE_H
#define MLC_RUNTIME_IMPORT_CSVSHAPE_H

#include "Import/CsvRecords.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// How much of a file is looked at to tell its form.
constexpr std::size_t sampleBytes = 1 << 16;

/// What the first records have in a column.
struct CsvColumn {
  std::string name;         ///< Of the header; without one its number, from 0.
  std::size_t filled = 0;   ///< Fields that are not empty.
  std::size_t numbers = 0;  ///< Of them, those that are numbers.
  std::size_t spaced = 0;   ///< Of them, those with white space within them.
  std::size_t distinct = 0; ///< How many different ones.

  bool isPartner = false; ///< Of two columns, the one with white space.

  bool isSpaced() const { return filled > 0 && 2 * spaced >= filled; }
  /// Texts are of several words, and hardly one like another, unless there is
  /// nothing else in the file but a label.
  bool isText() const {
    return isSpaced() && (isPartner || 2 * distinct >= filled);
  }
  bool isNumeric() const { return filled > 0 && numbers == filled; }
};

/// The form of a file as its first records show it.
struct CsvShape {
  CsvForm form;
  std::vector<CsvColumn> columns;
  std::size_t records = 0; ///< That were looked at, without the header.
  /// Whether the delimiter was found in each of them, equally often.
  bool isRegular = false;
};

/// What is known of a file before it is looked at.
struct CsvHints {
  std::optional<char> delimiter = {};
  std::optional<bool> hasHeader = {};
  /// Names that a header has: those of columns that are asked for.
  std::vector<std::string> names = {};
};

/// Tells the delimiter (comma, tab or semicolon) and whether there is a header.
/// A delimiter whose header has one of `names` is taken, else the one that
/// parts all records into equally many fields, the most of them; a header is a
/// first record with one of `names`, or one that holds no number and nothing
/// that its column has again. `block` is the start of the text, all of it where
/// `isWhole`.
CsvShape tellCsvShape(std::string_view block, bool isWhole,
                      const CsvHints &hints);

/// The column of this name, also where one of the two has white space around
/// it; nothing where there is none. Without a header names are numbers from 0.
/// `count`: how many have the name, where that is asked for.
std::optional<std::size_t> findColumn(std::span<const std::string> names,
                                      std::string_view name,
                                      std::size_t *count = nullptr);

/// For the error about a name that `count` columns have.
std::string describeRepeated(std::string_view name, std::size_t count);

/// The next column behind `column` that has its name.
std::optional<std::size_t> findAgain(std::span<const std::string> names,
                                     std::size_t column);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_CSVSHAPE_H
