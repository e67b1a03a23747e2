//===- InputColumns.h - What the features of a row are called ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_INPUTCOLUMNS_H
#define MLC_RUNTIME_EXPLAIN_INPUTCOLUMNS_H

#include "Data/Safetensors.h"
#include "Table/Table.h"
#include "mlc/RuntimeABI.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// The features of a program's input in the words of the data: words of texts,
/// columns of a table, each with all of its features, or numbers.
class InputColumns {
public:
  /// As the weights say, which must outlive this. Throws InputError where they
  /// are damaged.
  InputColumns(const MlcProgram &program, const SafetensorsFile &weights);

  /// How many there are.
  std::int64_t size() const { return std::int64_t(textWidth_) + tableSize(); }
  /// The column that a feature belongs to.
  std::int64_t columnOf(std::int64_t feature) const;
  std::string name(std::int64_t column) const;
  /// Of a single feature: a word, "NAME", "NAME=VALUE" or "feature N".
  std::string featureName(std::int64_t feature) const;
  /// The first feature of a column, and of the one behind it.
  std::int64_t firstFeature(std::int64_t column) const;
  /// What a row's features of the column say, in the data's units; for people.
  std::string value(std::int64_t column, std::span<const float> features) const;
  /// Whether texts have features of their own length, which is to be 1.
  bool isNormalized() const { return isNormalized_; }

private:
  std::int64_t tableSize() const {
    return table_ ? std::int64_t(table_->columns().size()) : 0;
  }

  std::size_t textWidth_ = 0; ///< Features in front of a table's.
  std::string vocabulary_;
  std::vector<std::string_view> words_; ///< Of these; may be fewer.
  std::optional<Table> table_;
  std::vector<std::int64_t> firsts_; ///< Of the table's columns.
  bool isNormalized_ = false;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_INPUTCOLUMNS_H
