//===- TablePlan.h - What each column of a table is for ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_TABLEPLAN_H
#define MLC_RUNTIME_IMPORT_TABLEPLAN_H

#include "Import/CsvShape.h"
#include "Import/TextFormat.h"
#include "Table/Table.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// What a table's columns were said to be. Names, each a column; what is not
/// among them is told by the cells.
struct TableOptions {
  Scaling scaling = Scaling::Robust;
  std::vector<std::string> missing, numeric, categorical, ignored;
  /// A column description of CatBoost: INDEX<TAB>TYPE[<TAB>NAME].
  std::string columnsFile;

  /// Whether something was said that only a table has.
  bool areGiven() const {
    return !numeric.empty() || !categorical.empty() || !columnsFile.empty();
  }
};

enum class ColumnRole { Guess, Number, Category, Text, Label, None };

/// What each column of the first input is for.
struct TablePlan {
  std::vector<ColumnRole> roles;
  /// Their places, in the order asked for.
  std::vector<std::size_t> text, label;
  std::optional<std::size_t> weight = {}; ///< Of what rows count.
};

/// Whether CSV is a table: something was said that only tables have, or no text
/// was asked for and no column holds texts.
bool isTable(const CsvShape &shape, const TextFields &fields,
             const TableOptions &options);

/// Throws what is wrong with the header, of a column or of all of it.
using FailInHeader = std::function<void(std::optional<std::size_t> column,
                                        const std::string &what)>;

/// Throws what `fail` throws for columns that are not there, that are there
/// twice, or that have two uses.
TablePlan planTable(std::span<const std::string> names,
                    const TextFields &fields, const TableOptions &options,
                    const FailInHeader &fail);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_TABLEPLAN_H
