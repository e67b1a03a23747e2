//===- TableCells.cpp - A request's columns as cells of a table -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/TableCells.h"

#include "Import/Utf8.h"
#include "Serve/HttpError.h"
#include "Serve/TensorData.h"

#include <algorithm>
#include <fmt/format.h>

namespace mlc::runtime {

std::string_view TableCells::Column::cell(std::int64_t row) const {
  const std::size_t begin = row == 0 ? 0 : ends[std::size_t(row - 1)];
  return std::string_view(text).substr(begin, ends[std::size_t(row)] - begin);
}

void TableCells::Column::clear() {
  // What a large request needed is given back.
  constexpr std::size_t keptBytes = 64 << 10;
  text.clear();
  ends.clear();
  if (text.capacity() > keptBytes)
    text.shrink_to_fit();
  if (ends.capacity() * sizeof(ends[0]) > keptBytes)
    ends.shrink_to_fit();
}

bool TableCells::areIn(const InferRequest &request) const {
  return std::ranges::any_of(request.inputs(), [&](const InputTensor &tensor) {
    return model_->placeOf(tensor.name).has_value();
  });
}

/// Elements in a shape of one dimension, or of two of which the second is 1.
static std::int64_t rowsOf(const InputTensor &tensor) {
  if (tensor.shape.size() > 2 ||
      (tensor.shape.size() == 2 && tensor.shape[1] != 1))
    failRequest(fmt::format(
        "input {:?}: expected the shape [rows, 1] or [rows]", tensor.name));
  return tensor.shape[0];
}

std::int64_t TableCells::read(const InferRequest &request) {
  const std::vector<TensorInfo> &wanted = model_->inputs();
  std::vector<const InputTensor *> tensors(wanted.size());
  for (const InputTensor &tensor : request.inputs()) {
    const auto place = model_->placeOf(tensor.name);
    if (!place)
      failRequest(
          fmt::format("unexpected input {:?}; the model's metadata names the "
                      "columns that it takes",
                      tensor.name));
    tensors[*place] = &tensor;
  }
  columns_.resize(wanted.size());
  for (std::size_t place = 0; place < wanted.size(); ++place) {
    if (!tensors[place])
      failRequest(
          fmt::format("expected an input {:?}, a column that the training set "
                      "has; send it, with null where its values are not known",
                      wanted[place].name));
    if (rowsOf(*tensors[place]) != rowsOf(*tensors[0]))
      failRequest(
          fmt::format("expected as many rows in each input, but got {} in "
                      "{:?} and {} in {:?}",
                      rowsOf(*tensors[0]), wanted[0].name,
                      rowsOf(*tensors[place]), wanted[place].name));
    readColumn(*tensors[place], place);
  }
  return rowsOf(*tensors[0]);
}

void TableCells::readColumn(const InputTensor &tensor, std::size_t place) {
  if (model_->inputs()[place].type == Datatype::Bytes &&
      (tensor.type == Datatype::Fp32 || tensor.type == Datatype::Fp64))
    failRequest(
        fmt::format("input {:?}: expected the datatype BYTES, since the "
                    "column has words and no numbers to count with, but got "
                    "{}",
                    tensor.name, nameOf(tensor.type)));
  Column &column = columns_[place];
  column.clear();
  readCells(tensor, [&](std::string_view cell) {
    if (const char *bad = findBadText(cell); bad != cell.data() + cell.size())
      failRequest(
          fmt::format("input {:?}, row {}: expected UTF-8 without NUL, but "
                      "byte {} is neither",
                      tensor.name, column.ends.size(), bad - cell.data()));
    column.text += cell;
    column.ends.push_back(column.text.size());
  });
}

void TableCells::encode(std::int64_t row, SparseRows &features) {
  const Table &table = *model_->table();
  picked_.clear();
  for (std::size_t place = 0; place < table.columns().size(); ++place)
    picked_.push_back(columns_[place].cell(row));
  const auto bad = table.encode(picked_, features);
  if (!bad)
    return;
  constexpr std::size_t shownBytes = 40;
  std::string shown(picked_[*bad].substr(0, shownBytes));
  // Not in the middle of a letter.
  if (picked_[*bad].size() > shownBytes) {
    while (!shown.empty() && (shown.back() & 0x80))
      shown.pop_back();
    shown += "...";
  }
  failRequest(
      fmt::format("input {:?}, row {}: expected a number, as the training set "
                  "has, but got {:?}; correct it, or send null",
                  table.columns()[*bad].name, row, shown));
}

const std::string &TableCells::textOf(std::int64_t row) {
  joined_.clear();
  for (std::size_t place = model_->table()->columns().size();
       place < columns_.size(); ++place) {
    if (place > model_->table()->columns().size())
      joined_ += '\n';
    joined_ += columns_[place].cell(row);
  }
  return joined_;
}

} // namespace mlc::runtime
