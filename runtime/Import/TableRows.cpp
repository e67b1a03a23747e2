//===- TableRows.cpp - Rows of a table by a learned transform -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/TableRows.h"

#include "Error.h"
#include "Import/CsvShape.h"
#include "Import/TableSource.h"

#include <algorithm>
#include <fmt/core.h>

using namespace mlc::runtime;

/// Dense rows of texts, if there are any, and of a table.
static std::vector<float> joinDense(std::span<const float> texts,
                                    std::size_t textWidth,
                                    const SparseRows &table) {
  const std::size_t width = textWidth + static_cast<std::size_t>(table.width);
  std::vector<float> joined(table.size() * width);
  for (std::size_t row = 0; row < table.size(); ++row) {
    const std::span<float> out = std::span(joined).subspan(row * width, width);
    std::ranges::copy(texts.subspan(row * textWidth, textWidth), out.begin());
    const auto indices = table.indicesOf(row);
    const auto values = table.valuesOf(row);
    for (std::size_t at = 0; at < indices.size(); ++at)
      out[textWidth + static_cast<std::size_t>(indices[at])] = values[at];
  }
  return joined;
}

std::optional<std::string> mlc::runtime::describeMuchMemory(std::size_t rows,
                                                            std::size_t width) {
  constexpr double gigabyte = 1e9, much = gigabyte / 2;
  const double bytes = double(sizeof(float)) * double(rows) * double(width);
  if (bytes <= much)
    return std::nullopt;
  return fmt::format("{} rows of {} features take {:.1f} GB; where most are "
                     "those of categories with many values, leave out columns "
                     "that tell little (--ignore)",
                     rows, width, bytes / gigabyte);
}

void mlc::runtime::joinTable(FeatureRows &rows, SparseRows table,
                             bool hasTexts) {
  SparseRows &sparse = rows.sparse;
  if (!hasTexts) {
    if (table.width <= maxDenseWidth) {
      rows.isDense = true;
      rows.dense = joinDense({}, 0, table);
      table.indptr = {0};
      table.indices = {};
      table.values = {};
    }
    sparse = std::move(table);
    return;
  }
  if (rows.isDense) {
    rows.dense =
        joinDense(rows.dense, static_cast<std::size_t>(sparse.width), table);
    sparse.width += table.width;
    sparse.labels = std::move(table.labels);
    return;
  }
  SparseRows joined;
  joined.width = sparse.width + table.width;
  for (std::size_t row = 0; row < table.size(); ++row) {
    const auto append = [&](std::span<const std::int32_t> indices,
                            std::span<const float> values, std::int64_t first) {
      for (std::int32_t index : indices)
        joined.indices.push_back(static_cast<std::int32_t>(first + index));
      joined.values.insert(joined.values.end(), values.begin(), values.end());
    };
    append(sparse.indicesOf(row), sparse.valuesOf(row), 0);
    append(table.indicesOf(row), table.valuesOf(row), sparse.width);
    joined.endRow(table.labels[row]);
  }
  sparse = std::move(joined);
}

namespace {
/// A row after another; the texts of each are its document.
class TableDocuments : public TableSource {
public:
  TableDocuments(std::span<const std::string> inputs, OpenInput first,
                 const DocumentOptions &options, const Table &table,
                 LabelReader *labels)
      : TableSource(inputs, options), table_(table), labels_(labels) {
    TableDocuments::open(std::move(first));
  }

  bool next(Document &document) override {
    if (!nextRow())
      return false;
    picked_.clear();
    for (std::size_t place : places_)
      picked_.push_back(cells_[place]);
    if (const auto bad = table_.encode(picked_, features))
      source_->fail(places_[*bad],
                    fmt::format("expected a number in {:?}, as the training "
                                "set has, but got {}; correct or empty it",
                                table_.columns()[*bad].name,
                                showToken(picked_[*bad])));
    joinTexts(texts_, document.text);
    document.label = labels_ ? readLabel() : 0;
    features.endRow(document.label);
    weigh(weight_);
    return true;
  }

  SparseRows features; ///< Of all rows so far.

private:
  void open(OpenInput input) override {
    const TableSettings &settings = table_.settings();
    std::vector<std::string> wanted;
    for (const TableColumn &column : table_.columns())
      wanted.push_back(column.name);
    wanted.insert(wanted.end(), settings.textColumns.begin(),
                  settings.textColumns.end());
    if (labels_)
      wanted.insert(wanted.end(), settings.labelColumns.begin(),
                    settings.labelColumns.end());
    TextFields fields = options_.fields;
    if (!options_.fields.weight.empty())
      wanted.push_back(options_.fields.weight);
    // Known names tell a header, and what parts it.
    if (!wanted.empty())
      fields.text = wanted.front();
    source_ = openRows(std::move(input), fields, wanted);
    const auto placeOf = [&](const std::string &name) {
      std::size_t count = 0;
      const auto found = findColumn(source_->names(), name, &count);
      if (!found)
        source_->failInHeader(
            {},
            fmt::format(
                "expected a column {:?}, as the training set has, but there is "
                "none; add it, empty where its values are not known",
                name));
      if (count > 1)
        source_->failInHeader(findAgain(source_->names(), *found),
                              describeRepeated(name, count));
      return *found;
    };
    places_.clear();
    texts_.clear();
    labelPlaces_.clear();
    for (const TableColumn &column : table_.columns())
      places_.push_back(placeOf(column.name));
    for (const std::string &name : settings.textColumns)
      texts_.push_back(placeOf(name));
    if (labels_)
      for (const std::string &name : settings.labelColumns)
        labelPlaces_.push_back(placeOf(name));
    if (!options_.fields.weight.empty())
      weight_ = placeOf(options_.fields.weight);
    noteOthers(wanted);
  }

  void noteOthers(const std::vector<std::string> &wanted) const {
    if (!options_.fields.note)
      return;
    std::string others;
    for (const std::string &name : source_->names())
      if (!name.empty() && !findColumn(wanted, name) &&
          std::ranges::count(table_.settings().labelColumns, name) == 0)
        others += fmt::format("{}{:?}", others.empty() ? "" : ", ", name);
    if (!others.empty())
      options_.fields.note(fmt::format("{}: the training set did not use {}, "
                                       "so neither does this",
                                       inputName(), others));
  }

  double readLabel() {
    const std::size_t last = labelPlaces_.back();
    try {
      if (labelPlaces_.size() == 1)
        return labels_->read(cells_[last]);
      std::vector<std::string_view> names, fields;
      for (std::size_t at = 0; at < labelPlaces_.size(); ++at) {
        names.push_back(table_.settings().labelColumns[at]);
        fields.push_back(cells_[labelPlaces_[at]]);
      }
      return labels_->readColumns(names, fields);
    } catch (const LabelError &error) {
      source_->fail(last, error.what());
    }
  }

  const Table &table_;
  LabelReader *labels_;
  std::vector<std::size_t> places_, texts_, labelPlaces_;
  std::optional<std::size_t> weight_;
  std::vector<std::string_view> picked_;
};
} // namespace

FeatureRows
mlc::runtime::readTableRows(std::span<const std::string> inputs,
                            OpenInput first, const DocumentOptions &options,
                            const Table &table, const Vectorizer *vectorizer,
                            LabelReader *labels, std::int64_t threads) {
  TableDocuments documents(inputs, std::move(first), options, table, labels);
  FeatureRows rows;
  if (vectorizer)
    rows = vectorizer->transform(documents, threads);
  else
    for (Document document; documents.next(document);)
      ;
  SparseRows &features = documents.features;
  features.width = static_cast<std::int64_t>(table.width());
  if (labels) {
    labels->resolve(features.labels);
    if (table.target())
      for (double &label : features.labels)
        label = static_cast<float>((label - table.target()->mean) /
                                   table.target()->deviation);
  }
  joinTable(rows, std::move(features), vectorizer != nullptr);
  if (labels)
    labels->addColumns(rows.sparse);
  return rows;
}
