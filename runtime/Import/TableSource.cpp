//===- TableSource.cpp - The rows of several tables -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/TableSource.h"

#include "Import/RowWeight.h"

using namespace mlc::runtime;

bool TableSource::nextRow() {
  while (!source_->next(cells_)) {
    if (isEmpty_)
      source_->failAtEnd(
          "expected rows, but got none; give a file with at least one");
    if (++input_ == inputs_.size())
      return false;
    open(openInput(inputs_[input_], options_.format, options_.fields));
    isEmpty_ = true;
  }
  isEmpty_ = false;
  return true;
}

void TableSource::weigh(std::optional<std::size_t> column) const {
  double weight = 1;
  if (column)
    if (const auto wrong = readRowWeight(cells_[*column], weight))
      source_->fail(*column, *wrong);
  if (options_.fields.weigh)
    options_.fields.weigh(weight);
}

void TableSource::joinTexts(std::span<const std::size_t> columns,
                            std::string &text) const {
  text.clear();
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (at > 0)
      text += '\n';
    text += cells_[columns[at]];
  }
  if (options_.fields.redacted)
    redact(text, *options_.fields.redacted);
}
