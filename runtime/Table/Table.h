//===- Table.h - Rows of numbers and categories to features -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TABLE_TABLE_H
#define MLC_RUNTIME_TABLE_TABLE_H

#include "Data/LabelRule.h"
#include "Data/Safetensors.h"
#include "Data/TargetScale.h"
#include "Table/Column.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mlc::runtime {

/// What is known of a table before its rows are read.
struct TableSettings {
  Scaling scaling = Scaling::Robust;
  /// Cells that have no value, beside those of isUsuallyMissing.
  std::vector<std::string> missing = {};
  /// Columns of texts that go through a vectoriser beside the table, and those
  /// of labels, by name.
  std::vector<std::string> textColumns = {}, labelColumns = {};
  LabelRule labels = {};
};

/// What pandas takes as missing, and the empty cell.
bool isUsuallyMissing(std::string_view cell);
std::span<const std::string_view> usualMissingCells();

/// The most values of a category that was not asked for, and of one that was.
constexpr std::size_t maxGuessedValues = 1000, maxValues = 1 << 20;

/// Turns rows of cells into features: one transform for `mlc data`, `--like`,
/// `eval` and `predict`. Data sets and weights carry it as
///   __metadata__.table  JSON: version, scale, missing, text_columns,
///       label_columns, labels (kind, form, scores, positive_from, separator),
///       and columns, each with name, type ("number": median, center, factor,
///       missing; "category": values)
///   __metadata__.target_mean, target_sd  where the target was scaled
/// Features are in the order of the columns' names, numbers first, so that the
/// order of columns in a file changes nothing.
class Table {
public:
  Table() = default;
  Table(TableSettings settings, std::vector<TableColumn> columns,
        std::optional<TargetScale> target);
  /// Nothing where the file has none. Throws InputError where it is damaged.
  static std::optional<Table> load(const SafetensorsFile &file);
  /// Adds what the class comment lists.
  void store(SafetensorsContents &contents) const;

  const TableSettings &settings() const { return settings_; }
  std::span<const TableColumn> columns() const { return columns_; }
  const std::optional<TargetScale> &target() const { return target_; }
  /// Features.
  std::size_t width() const { return width_; }

  bool isMissing(std::string_view cell) const;
  /// Appends the features of a row that are not 0 to `out`, for the caller to
  /// end the row; `cells` has one for each of `columns()`. Returns the column
  /// at fault where a cell of numbers holds none, or one too large for an F32;
  /// else nothing.
  std::optional<std::size_t> encode(std::span<const std::string_view> cells,
                                    SparseRows &out) const;
  /// One a feature.
  std::vector<std::string> featureNames() const;

private:
  TableSettings settings_;
  std::vector<TableColumn> columns_;
  std::optional<TargetScale> target_;
  std::size_t width_ = 0;
  /// Of each column of categories: where a value is in its list.
  std::vector<std::unordered_map<std::string, std::int64_t>> places_;
};

/// (y - mean) / deviation of these, or nothing where all are equal.
std::optional<TargetScale> learnTarget(std::span<const double> labels);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TABLE_TABLE_H
