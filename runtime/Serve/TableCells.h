//===- TableCells.h - A request's columns as cells of a table ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_TABLECELLS_H
#define MLC_RUNTIME_SERVE_TABLECELLS_H

#include "Serve/InferRequest.h"
#include "Serve/ServedModel.h"
#include "Text/FeatureRows.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// Rows of a table that come as a tensor for each column. Its elements become
/// the cells that a file would have, so that one transform makes the features
/// of both.
class TableCells {
public:
  /// `model` has a table.
  explicit TableCells(const ServedModel &model) : model_(&model) {}

  /// Whether one of the inputs is a column, so that all have to be.
  bool areIn(const InferRequest &request) const;

  /// Takes all columns; returns how many rows they have. Throws HttpError (400)
  /// where one is missing, unknown, or of another length.
  std::int64_t read(const InferRequest &request);

  /// Appends to `features` what the table makes of a row, for the caller to end
  /// it. Throws HttpError (400) where a cell of numbers holds none.
  void encode(std::int64_t row, SparseRows &features);

  /// The texts of a row, a line each.
  const std::string &textOf(std::int64_t row);

private:
  /// The cells of a column, one behind the other.
  struct Column {
    std::string text;
    std::vector<std::size_t> ends;

    std::string_view cell(std::int64_t row) const;
    void clear();
  };
  void readColumn(const InputTensor &tensor, std::size_t place);

  const ServedModel *model_;
  std::vector<Column> columns_; ///< As the model's inputs.
  std::vector<std::string_view> picked_;
  std::string joined_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_TABLECELLS_H
