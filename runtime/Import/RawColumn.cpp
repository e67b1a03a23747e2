//===- RawColumn.cpp - The cells of a column, as they are read ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/RawColumn.h"

#include "Import/LabelReader.h"

#include <cmath>
#include <fmt/core.h>

using namespace mlc::runtime;

static std::string_view trim(std::string_view cell) {
  const std::size_t first = cell.find_first_not_of(" \t\r\n");
  if (first == cell.npos)
    return {};
  return cell.substr(first, cell.find_last_not_of(" \t\r\n") + 1 - first);
}

std::optional<std::string> RawColumn::add(std::string_view written,
                                          bool isMissing) {
  const std::string_view cell = trim(written);
  const double number = isMissing ? NAN : numberOf(cell);
  if (role_ == ColumnRole::Number && !isMissing && std::isnan(number))
    return fmt::format("expected a number, but got {}; correct it, name what "
                       "stands for a missing one by --missing, or give "
                       "--categorical for the column",
                       showToken(cell));
  if (role_ == ColumnRole::Category)
    isNumeric_ = false;
  if (isNumeric_ && !isMissing && std::isnan(number)) {
    isNumeric_ = false;
    numbers_ = {};
    if (!keepsValues_)
      return fmt::format("expected a number, as the column has above, but got "
                         "{}; correct it, or name what stands for a missing "
                         "one by --missing",
                         showToken(cell));
  }
  if (isNumeric_)
    numbers_.push_back(number);
  if (role_ == ColumnRole::Number)
    keepsValues_ = false;
  if (!keepsValues_)
    return std::nullopt;
  if (isMissing) {
    places_.push_back(-1);
    return std::nullopt;
  }
  const auto next = static_cast<std::int32_t>(values_.size());
  const auto [found, isNew] = placeOf_.emplace(cell, next);
  if (isNew)
    values_.emplace_back(cell);
  places_.push_back(found->second);
  const std::size_t most =
      role_ == ColumnRole::Category ? maxValues : maxGuessedValues;
  if (values_.size() <= most)
    return std::nullopt;
  if (isNumeric_) { // Quantities: their texts are not needed.
    keepsValues_ = false;
    places_ = {};
    values_ = {};
    placeOf_ = {};
    return std::nullopt;
  }
  if (role_ == ColumnRole::Category)
    return fmt::format("expected at most {} different values in a column, but "
                       "got more; leave it out by --ignore",
                       most);
  if (role_ == ColumnRole::Label)
    return fmt::format("expected at most {} different labels that are words, "
                       "but got more; name the column of labels by "
                       "--label-column, or give --labels names for so many",
                       most);
  return fmt::format("expected at most {} different values in a column that is "
                     "not of numbers, but got more; where it holds texts give "
                     "--text-column, where it names rows --ignore, and where "
                     "it is a category of so many --categorical",
                     most);
}
