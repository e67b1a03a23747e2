//===- RawColumn.h - The cells of a column, as they are read ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_RAWCOLUMN_H
#define MLC_RUNTIME_IMPORT_RAWCOLUMN_H

#include "Import/TablePlan.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mlc::runtime {

/// Keeps the cells of a column as numbers, as values, or as both while it is
/// open which of them it has: 8 or 12 bytes a row beside the values themselves.
class RawColumn {
public:
  explicit RawColumn(ColumnRole role) : role_(role) {}

  /// Adds a cell; says what is wrong with it, and what to do, where something
  /// is.
  std::optional<std::string> add(std::string_view cell, bool isMissing);

  /// Whether every cell that is not missing is a number.
  bool isNumeric() const { return isNumeric_; }
  bool hasValues() const { return keepsValues_; }
  /// NaN is a missing cell. Empty where it is not numeric.
  const std::vector<double> &numbers() const { return numbers_; }
  /// In `values`; -1 is a missing cell. Empty unless it has values.
  const std::vector<std::int32_t> &places() const { return places_; }
  const std::vector<std::string> &values() const { return values_; }

private:
  ColumnRole role_;
  bool isNumeric_ = true, keepsValues_ = true;
  std::vector<double> numbers_;
  std::vector<std::int32_t> places_;
  std::vector<std::string> values_;
  std::unordered_map<std::string, std::int32_t> placeOf_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_RAWCOLUMN_H
