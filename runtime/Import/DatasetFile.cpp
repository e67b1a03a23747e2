//===- DatasetFile.cpp - Writes rows as a data set ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/DatasetFile.h"

#include "mlc/RuntimeABI.h"

#include <algorithm>

using namespace mlc::runtime;

/// The least number from 0 that is below another of `classes` and not among
/// them.
static std::optional<std::int64_t>
firstMissing(std::vector<std::int32_t> classes) {
  std::ranges::sort(classes);
  std::int64_t expected = 0;
  for (std::int32_t number : classes) {
    if (number > expected)
      return expected;
    expected = std::int64_t{number} + 1;
  }
  return std::nullopt;
}

ImportedFile mlc::runtime::writeDataset(AtomicFile &file,
                                        const FeatureRows &rows,
                                        const Transform &transform,
                                        const std::vector<float> &weights,
                                        const std::optional<PartEntry> &part) {
  const SparseRows &sparse = rows.sparse;
  ImportedFile report{.path = file.path(),
                      .rows = static_cast<std::int64_t>(rows.size()),
                      .features = sparse.width,
                      .labels = transform.labels,
                      .dropped = rows.dropped};
  SafetensorsContents contents;
  contents.metadata = {{"format", "mlc.dataset"},
                       {"version", "1"},
                       {"features", std::to_string(report.features)}};
  if (part)
    contents.metadata["part"] = entryOf(*part);
  auto add = [&](const char *name, ElementType type, const auto &elements,
                 std::vector<std::int64_t> shape = {}) {
    if (shape.empty())
      shape = {static_cast<std::int64_t>(elements.size())};
    contents.tensors.push_back(
        {name, type, std::move(shape), std::as_bytes(std::span(elements))});
  };
  std::vector<std::uint16_t> narrow;
  if (rows.isDense) {
    report.nonzeros = static_cast<std::int64_t>(rows.dense.size());
    add("features", ElementType::F32, rows.dense,
        {report.rows, report.features});
  } else {
    report.nonzeros = sparse.indptr.back();
    add("indptr", ElementType::I64, sparse.indptr);
    // The smaller forms of a data set file; see Dataset.
    if (report.features <= MLC_U16_WIDTH) {
      narrow.assign(sparse.indices.begin(), sparse.indices.end());
      add("indices", ElementType::U16, narrow);
    } else {
      add("indices", ElementType::I32, sparse.indices);
    }
    if (std::ranges::any_of(sparse.values, [](float x) { return x != 1; }))
      add("values", ElementType::F32, sparse.values);
  }
  std::vector<std::int32_t> classes;
  std::vector<float> numbers;
  if (report.labels.hasClasses()) {
    for (double label : sparse.labels)
      classes.push_back(static_cast<std::int32_t>(label));
    report.classes = std::int64_t{std::ranges::max(classes)} + 1;
    report.missingClass = firstMissing(classes);
    add("labels", ElementType::I32, classes);
  } else if (!sparse.severalLabels.empty()) {
    report.labelColumns = sparse.labelColumns;
    report.positives = std::ranges::count(sparse.severalLabels, 1.0f);
    add("labels", ElementType::F32, sparse.severalLabels,
        {report.rows, report.labelColumns});
  } else {
    numbers.assign(sparse.labels.begin(), sparse.labels.end());
    report.positives = std::ranges::count(numbers, 1.0f);
    add("labels", ElementType::F32, numbers);
  }
  if (!weights.empty())
    add("weights", ElementType::F32, weights);
  if (transform.vectorizer)
    transform.vectorizer->store(contents);
  if (transform.table)
    transform.table->store(contents);
  writeSafetensors(file, contents);
  report.bytes = file.size();
  return report;
}
