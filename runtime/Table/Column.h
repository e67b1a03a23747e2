//===- Column.h - A column of a table, and what was learned -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TABLE_COLUMN_H
#define MLC_RUNTIME_TABLE_COLUMN_H

#include "Data/SparseRows.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mlc::runtime {

enum class ColumnType { Number, Category };

/// How numbers are scaled.
enum class Scaling {
  Robust,   ///< by median and quartiles, large ones pressed together
  Standard, ///< to mean 0 and standard deviation 1
  None,
};

/// As options and files spell them.
constexpr std::pair<const char *, ColumnType> columnTypeNames[] = {
    {"number", ColumnType::Number}, {"category", ColumnType::Category}};
constexpr std::pair<const char *, Scaling> scalingNames[] = {
    {"robust", Scaling::Robust},
    {"standard", Scaling::Standard},
    {"none", Scaling::None}};

/// A column that goes into the features, and how. Immutable once learned.
///
/// A number x becomes
///   robust    z / sqrt(1 + (z/3)^2), z = (x - center) * factor, where center
///   is
///             the median of the training values and factor 1 / (q75 - q25); if
///             that is infinite, 2 / (max - min); if that is too, 0
///   standard  (x - center) * factor: mean, 1 / standard deviation (of all
///             values, not of a sample), or 0
///   none      x
/// A missing one counts as the median; where training rows had any, a second
/// feature is 1 for it and 0 else. A category becomes a feature for each value
/// of the training rows, in the order of their bytes: 1 for its own and 0 else;
/// of two values, one feature: 1 for the first and -1 for the second. What is
/// missing, or unseen in training, is 0 everywhere. Robust scaling and
/// categories are those of RealMLP (Holzmueller et al. 2024, arXiv 2407.04491).
struct TableColumn {
  std::string name;
  ColumnType type = ColumnType::Number;
  // Of numbers.
  double median = 0, center = 0, factor = 1;
  bool hasMissing = false;
  // Of categories.
  std::vector<std::string> values;

  /// How many features it becomes.
  std::size_t width() const {
    if (type == ColumnType::Number)
      return hasMissing ? 2 : 1;
    return values.size() == 2 ? 1 : values.size();
  }
  /// For people and for `--stats`: one a feature.
  std::vector<std::string> featureNames() const;

  /// What its features, width() of them, stand for: a number in the column's
  /// units to some four digits, a category, or "missing". For people.
  std::string valueText(std::span<const float> features, Scaling scaling) const;

  /// Appends the features that are not 0 to the row that `out` is at; `first`
  /// is the first of the column's. NaN is a missing value. False where the
  /// number does not fit into an F32.
  bool encodeNumber(double number, Scaling scaling, std::size_t first,
                    SparseRows &out) const;
  /// The same; `value` is a place in `values`, and -1 is missing or unseen.
  void encodeCategory(std::int64_t value, std::size_t first,
                      SparseRows &out) const;
};

/// Learns median, center and factor from the training values; NaN is missing.
/// False where all are missing.
bool learnNumbers(std::span<const double> numbers, Scaling scaling,
                  TableColumn &column);

/// The number that fills the cell, without the white space around it; NaN where
/// it is none, is infinite, or is NaN.
double numberOf(std::string_view cell);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TABLE_COLUMN_H
