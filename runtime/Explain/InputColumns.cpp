//===- InputColumns.cpp - What the features of a row are called -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/InputColumns.h"

#include "Signature.h"
#include "Text/TermTable.h"
#include "Text/Vectorizer.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

InputColumns::InputColumns(const MlcProgram &program,
                           const SafetensorsFile &weights)
    : table_(Table::load(weights)) {
  const bool hasVectorizer = weights.metadata().contains("vectorizer");
  std::size_t tableWidth = 0;
  if (table_) {
    tableWidth = table_->width();
    std::int64_t first = 0;
    for (const TableColumn &column : table_->columns()) {
      firsts_.push_back(first);
      first += std::int64_t(column.width());
    }
  }
  textWidth_ = std::size_t(widthOf(program)) - tableWidth;
  if (hasVectorizer && textWidth_ > 0) {
    const Vectorizer vectorizer = Vectorizer::load(weights);
    isNormalized_ = !vectorizer.isDense() && !table_ &&
                    vectorizer.settings().normalization == Normalization::L2;
    if (!vectorizer.isDense())
      vocabulary_ = vectorizer.vocabulary();
  }
  forEachLine(vocabulary_,
              [&](std::string_view word) { words_.push_back(word); });
}

std::int64_t InputColumns::columnOf(std::int64_t feature) const {
  const auto texts = std::int64_t(textWidth_);
  if (feature < texts)
    return feature;
  const auto behind = std::ranges::upper_bound(firsts_, feature - texts);
  return texts + (behind - firsts_.begin()) - 1;
}

std::int64_t InputColumns::firstFeature(std::int64_t column) const {
  const auto texts = std::int64_t(textWidth_);
  if (column <= texts)
    return column;
  return column - texts < tableSize()
             ? texts + firsts_[std::size_t(column - texts)]
             : texts + std::int64_t(table_->width());
}

std::string InputColumns::name(std::int64_t column) const {
  const auto texts = std::int64_t(textWidth_);
  if (column >= texts)
    return table_->columns()[std::size_t(column - texts)].name;
  return std::size_t(column) < words_.size()
             ? std::string(words_[std::size_t(column)])
             : fmt::format("feature {}", column);
}

std::string InputColumns::featureName(std::int64_t feature) const {
  const auto texts = std::int64_t(textWidth_);
  if (feature < texts)
    return name(feature);
  const std::int64_t column = columnOf(feature);
  return table_->columns()[std::size_t(column - texts)]
      .featureNames()[std::size_t(feature - firstFeature(column))];
}

std::string InputColumns::value(std::int64_t column,
                                std::span<const float> features) const {
  const auto texts = std::int64_t(textWidth_);
  if (column < texts)
    return fmt::format("{:.4g}", features[0]);
  return table_->columns()[std::size_t(column - texts)].valueText(
      features, table_->settings().scaling);
}

} // namespace mlc::runtime
