//===- DataSlice.cpp - Rows and features of a data set --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DataSlice.h"

#include "Data/Seal.h"
#include "Error.h"
#include "Program/Random.h"
#include "Text/Vectorizer.h"
#include "Text/Weighting.h"

#include <fmt/core.h>
#include <optional>

using namespace mlc;
using namespace mlc::runtime;

namespace {
class SliceWriter {
public:
  SliceWriter(const Dataset &data, const DataSlice &slice)
      : data_(data), slice_(slice) {
    if (!slice.features.empty())
      cutVectorizer();
  }

  void write(const std::string &path) {
    for (std::int64_t copy = 0; copy < slice_.copies; ++copy)
      for (std::size_t at = 0; at < slice_.rows.size(); ++at)
        addRow(at, copy);
    addMetadata();
    addTensors();
    writeSafetensors(path, contents_);
  }

private:
  void cutVectorizer();
  void addRow(std::size_t at, std::int64_t copy);
  void addSparse(std::size_t row);
  void drop(std::span<float> values, std::size_t row, std::int64_t copy) const;
  void addMetadata();
  void addTensors();
  template <typename Element>
  void add(const char *name, ElementType type, const std::vector<Element> &from,
           std::vector<std::int64_t> shape) {
    contents_.tensors.push_back(
        {name, type, std::move(shape), std::as_bytes(std::span(from))});
  }
  std::int64_t width() const {
    return slice_.features.empty() ? data_.width()
                                   : std::ssize(slice_.features);
  }

  const Dataset &data_;
  const DataSlice &slice_;
  std::optional<Vectorizer> vectorizer_;
  bool dividesByLength_ = false;
  std::vector<std::int32_t> newColumn_; ///< By the old one; -1: left out.
  SafetensorsContents contents_;
  std::vector<std::int64_t> indptr_ = {0};
  std::vector<std::int32_t> indices_, classes_;
  std::vector<std::uint16_t> narrow_;
  std::vector<float> values_, labels_, teacher_;
};
} // namespace

void SliceWriter::cutVectorizer() {
  const auto &metadata = data_.file()->metadata();
  if (metadata.contains("table"))
    throw InputError(fmt::format(
        "{}: its features are those of a table, of which none can be left out; "
        "leave out --features",
        data_.path()));
  if (metadata.contains("vectorizer")) {
    const Vectorizer whole = Vectorizer::load(*data_.file());
    vectorizer_ = whole.withFeatures(slice_.features);
    dividesByLength_ = whole.settings().normalization == Normalization::L2;
  }
  newColumn_.assign(static_cast<std::size_t>(data_.width()), -1);
  for (std::size_t at = 0; at < slice_.features.size(); ++at)
    newColumn_[static_cast<std::size_t>(slice_.features[at])] =
        static_cast<std::int32_t>(at);
}

void SliceWriter::addSparse(std::size_t row) {
  const auto begin = static_cast<std::size_t>(data_.indptr()[row]),
             end = static_cast<std::size_t>(data_.indptr()[row + 1]);
  std::visit(
      [&](auto indices) {
        for (std::size_t at = begin; at < end; ++at) {
          const std::int32_t column =
              newColumn_.empty() ? std::int32_t(indices[at])
                                 : newColumn_[std::size_t(indices[at])];
          if (column < 0)
            continue;
          indices_.push_back(column);
          values_.push_back(data_.values().empty() ? 1 : data_.values()[at]);
        }
      },
      data_.indices());
}

/// A word of random numbers is indexed by the row, its copy, and the place in
/// the row.
void SliceWriter::drop(std::span<float> values, std::size_t row,
                       std::int64_t copy) const {
  const auto position = std::uint64_t(copy) * std::uint64_t(data_.rows()) + row;
  const auto kept = static_cast<float>(1 - slice_.dropout);
  for (std::size_t at = 0; at < values.size(); ++at) {
    const std::uint32_t word =
        randomWords(slice_.seed, RandomPurpose::Dropout, position,
                    std::uint32_t(at / 4))[at % 4];
    values[at] = uniformFromWord(word) < slice_.dropout ? 0 : values[at] / kept;
  }
}

void SliceWriter::addRow(std::size_t at, std::int64_t copy) {
  const std::size_t row = slice_.rows[at];
  const std::size_t begin = values_.size();
  if (data_.isSparse()) {
    addSparse(row);
  } else {
    const auto whole = data_.features().subspan(
        row * std::size_t(data_.width()), std::size_t(data_.width()));
    if (slice_.features.empty())
      values_.insert(values_.end(), whole.begin(), whole.end());
    for (std::int32_t feature : slice_.features)
      values_.push_back(whole[std::size_t(feature)]);
  }
  const std::span<float> values = std::span(values_).subspan(begin);
  if (dividesByLength_)
    divideByLength(values);
  if (slice_.dropout > 0)
    drop(values, row, copy);
  indptr_.push_back(std::ssize(values_));
  const auto columns = std::size_t(data_.labelColumns());
  const auto append = [&](auto &to, auto from) {
    const auto labels = from.subspan(row * columns, columns);
    to.insert(to.end(), labels.begin(), labels.end());
  };
  if (data_.hasClassLabels())
    append(classes_, data_.classLabels());
  else
    append(labels_, data_.realLabels());
  if (!slice_.teacher.empty()) {
    const auto logits =
        slice_.teacher.subspan(at * slice_.columns, slice_.columns);
    teacher_.insert(teacher_.end(), logits.begin(), logits.end());
  }
}

void SliceWriter::addMetadata() {
  contents_.metadata = data_.file()->metadata();
  std::erase_if(contents_.metadata, [](const auto &entry) {
    return entry.first.starts_with("xxh3"); // Of the file as it was.
  });
  contents_.metadata["features"] = std::to_string(width());
}

void SliceWriter::addTensors() {
  const auto rows = std::int64_t(std::ssize(indptr_)) - 1;
  if (data_.isSparse()) {
    add("indptr", ElementType::I64, indptr_, {rows + 1});
    if (width() <= MLC_U16_WIDTH) {
      narrow_.assign(indices_.begin(), indices_.end());
      add("indices", ElementType::U16, narrow_, {std::ssize(narrow_)});
    } else {
      add("indices", ElementType::I32, indices_, {std::ssize(indices_)});
    }
    add("values", ElementType::F32, values_, {std::ssize(values_)});
  } else {
    add("features", ElementType::F32, values_, {rows, width()});
  }
  // Classes of one place are [rows], and of several [rows, places].
  std::vector<std::int64_t> shape = {rows};
  if (!data_.hasClassLabels() || data_.labelColumns() > 1)
    shape.push_back(data_.labelColumns());
  if (data_.hasClassLabels())
    add("labels", ElementType::I32, classes_, shape);
  else
    add("labels", ElementType::F32, labels_, shape);
  if (!teacher_.empty())
    add("teacher", ElementType::F32, teacher_,
        {rows, std::int64_t(slice_.columns)});
  if (vectorizer_) {
    vectorizer_->store(contents_);
    return;
  }
  for (const TensorView &tensor : data_.file()->tensors())
    if (tensor.name == "vocabulary" || tensor.name.starts_with("vectorizer."))
      contents_.tensors.push_back(tensor);
}

void mlc::writeSlice(const Dataset &data, const std::string &path,
                     const DataSlice &slice) {
  SliceWriter(data, slice).write(path);
}
