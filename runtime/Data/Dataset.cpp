//===- Dataset.cpp - A checked, mapped data set ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/Dataset.h"

#include "Data/ClassNames.h"
#include "Data/DatasetFault.h"
#include "mlc/RuntimeABI.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <optional>

using namespace mlc::runtime;

/// `__metadata__`.features, if it is there.
static std::optional<std::int64_t> declaredWidth(const SafetensorsFile &file) {
  auto found = file.metadata().find("features");
  if (found == file.metadata().end())
    return std::nullopt;
  const std::string &text = found->second;
  std::int64_t width = 0;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), width);
  if (error != std::errc() || end != text.data() + text.size() || width < 1)
    failDataset(file.path(),
                fmt::format("expected a number of `features` from 1, "
                            "but got {:?}",
                            text));
  return width;
}

static void expectRank(const SafetensorsFile &file, const TensorView &tensor,
                       std::size_t rank) {
  if (tensor.shape.size() != rank)
    failDataset(file.path(),
                fmt::format("tensor {:?}: expected {} dimensions, but "
                            "got {}",
                            tensor.name, rank, tensor.shape.size()));
}

Dataset::Dataset(const std::string &path, RowChecks checks)
    : path_(path), file_(path) {
  readFile(*file_);
  if (checks == RowChecks::Later)
    return;
  checkRows(0, rows_);
  if (!weights_.empty() &&
      std::ranges::all_of(weights_, [](float weight) { return weight == 0; }))
    failDataset(path_,
                "tensor \"weights\": expected one above 0, but all are 0");
}

Dataset::Dataset(const std::string &path, DatasetRows rows)
    : path_(path), owned_(std::move(rows)) {
  const SparseRows &sparse = owned_.sparse;
  rows_ = static_cast<std::int64_t>(sparse.size());
  width_ = sparse.width;
  if (owned_.isDense) {
    features_ = owned_.dense;
  } else {
    indptr_ = sparse.indptr;
    indices_ = std::span<const std::int32_t>(sparse.indices);
    values_ = sparse.values;
    hasOnlyOnes_ =
        std::ranges::all_of(values_, [](float value) { return value == 1; });
    for (std::size_t row = 0; row < sparse.size(); ++row)
      maxRowNonzeros_ =
          std::max(maxRowNonzeros_, indptr_[row + 1] - indptr_[row]);
  }
  if (owned_.hasClasses && !sparse.severalLabels.empty())
    ownedClasses_.assign(sparse.severalLabels.begin(),
                         sparse.severalLabels.end());
  else if (owned_.hasClasses)
    for (double label : sparse.labels)
      ownedClasses_.push_back(static_cast<std::int32_t>(label));
  else if (!sparse.severalLabels.empty())
    ownedLabels_ = sparse.severalLabels;
  else
    ownedLabels_.assign(sparse.labels.begin(), sparse.labels.end());
  labelColumns_ = sparse.labelColumns;
  classNames_ = owned_.classNames;
  target_ = owned_.target;
  weights_ = owned_.weights;
  classLabels_ = ownedClasses_;
  realLabels_ = ownedLabels_;
}

/// What stands in the header and in the ends of `indptr`.
void Dataset::readFile(const SafetensorsFile &file) {
  file.expectFormat("mlc.dataset");
  readRows(file);
  readWeights(file);
  readLabels(file);
  readClassNames(file);
  if (!hasClassLabels())
    target_ = targetScaleOf(file);
}

void Dataset::readRows(const SafetensorsFile &file) {
  const std::string &path = path_;
  std::optional<std::int64_t> declared = declaredWidth(file);
  const TensorView *dense = file.find("features");
  if (dense && file.find("indptr"))
    failDataset(path, "expected sparse data (\"indptr\") or dense data "
                      "(\"features\"), but got both");

  if (dense) {
    const TensorView &features = file.get("features", ElementType::F32);
    expectRank(file, features, 2);
    rows_ = features.shape[0];
    width_ = features.shape[1];
    if (declared && *declared != width_)
      failDataset(path,
                  fmt::format("tensor \"features\": expected rows of {} as "
                              "`__metadata__` says, but got {}",
                              *declared, width_));
    features_ = dense->as<float>();
  } else {
    const TensorView &indptr = file.get("indptr", ElementType::I64);
    const TensorView *indices = file.find("indices"), *values = nullptr;
    bool areNarrow = indices && indices->type == ElementType::U16;
    if (!areNarrow)
      indices = &file.get("indices", ElementType::I32);
    values = file.find("values");
    if (values)
      values = &file.get("values", ElementType::F32);
    for (const TensorView *tensor : {&indptr, indices, values})
      if (tensor)
        expectRank(file, *tensor, 1);
    if (!declared || *declared > std::numeric_limits<std::int32_t>::max())
      failDataset(path, "expected a number of `features` from 1 to 2^31 - 1 in "
                        "`__metadata__`");
    rows_ = indptr.shape[0] - 1;
    width_ = *declared;
    if (areNarrow && width_ > MLC_U16_WIDTH)
      failDataset(
          path, fmt::format("tensor \"indices\": expected elements of I32 for "
                            "more than {} features, but got U16 for {}",
                            MLC_U16_WIDTH, width_));
    if (values && values->shape != indices->shape)
      failDataset(path,
                  fmt::format("tensor \"values\": expected {} elements as in "
                              "\"indices\", but got {}",
                              indices->shape[0], values->shape[0]));
    indptr_ = indptr.as<std::int64_t>();
    if (areNarrow)
      indices_ = indices->as<std::uint16_t>();
    else
      indices_ = indices->as<std::int32_t>();
    if (values)
      values_ = values->as<float>();
    hasOnlyOnes_ = true; // Until a row says otherwise.
  }
  if (rows_ < 1 || width_ < 1)
    failDataset(path, "expected at least one row of at least one feature");
  const auto nonzeros = std::visit(
      [](auto indices) { return std::int64_t(indices.size()); }, indices_);
  if (!dense && (indptr_.front() != 0 || indptr_.back() != nonzeros))
    failDataset(path, fmt::format("tensor \"indptr\": expected it to run from "
                                  "0 to {}, but it runs from {} to {}",
                                  nonzeros, indptr_.front(), indptr_.back()));
}

void Dataset::readLabels(const SafetensorsFile &file) {
  const std::string &path = path_;
  const TensorView *labels = file.find("labels");
  // I64 is what NumPy and PyTorch have unless they are told otherwise.
  const bool areWide = labels && labels->type == ElementType::I64;
  bool areClasses = areWide || (labels && labels->type == ElementType::I32);
  if (labels && !areClasses && labels->type != ElementType::F32)
    failDataset(path,
                fmt::format("tensor \"labels\": expected elements of F32 for "
                            "numbers, I32 or I64 for classes, but got {}",
                            nameOf(labels->type)));
  if (!areClasses)
    labels = &file.get("labels", ElementType::F32);
  if (labels->shape.size() != 2)
    expectRank(file, *labels, 1);
  else
    labelColumns_ = labels->shape[1];
  if (labels->shape[0] != rows_ || labelColumns_ < 1)
    failDataset(path,
                fmt::format("tensor \"labels\": expected one for each of {} "
                            "rows, but got {}",
                            rows_, labelColumns_ < 1 ? 0 : labels->shape[0]));
  if (areWide)
    for (std::int64_t label : labels->as<std::int64_t>()) {
      if (label < 0 || label > std::numeric_limits<std::int32_t>::max())
        failDataset(path,
                    fmt::format("tensor \"labels\", row {}: expected a class "
                                "from 0 to 2^31 - 1, but got {}",
                                std::ssize(ownedClasses_) / labelColumns_,
                                label));
      ownedClasses_.push_back(static_cast<std::int32_t>(label));
    }
  if (areClasses)
    classLabels_ = areWide ? std::span<const std::int32_t>(ownedClasses_)
                           : labels->as<std::int32_t>();
  else
    realLabels_ = labels->as<float>();
}

void Dataset::readWeights(const SafetensorsFile &file) {
  if (!file.find("weights"))
    return;
  const TensorView &weights = file.get("weights", ElementType::F32);
  expectRank(file, weights, 1);
  if (weights.shape[0] != rows_)
    failDataset(path_,
                fmt::format("tensor \"weights\": expected one for each of {} "
                            "rows, but got {}",
                            rows_, weights.shape[0]));
  weights_ = weights.as<float>();
}

std::span<const float> Dataset::teacher(std::int64_t columns) const {
  const TensorView *teacher = file() ? file()->find("teacher") : nullptr;
  if (!teacher)
    throw InputError(
        fmt::format("{}: the model learns from a teacher, but there is no "
                    "tensor \"teacher\"; add one by `mlc cv --teacher`",
                    path_));
  if (teacher->type != ElementType::F32)
    failDataset(path_,
                fmt::format("tensor \"teacher\": expected elements of F32, but "
                            "got {}",
                            nameOf(teacher->type)));
  const std::vector<std::int64_t> &shape = teacher->shape;
  const bool isColumn = shape.size() == 1 && columns == 1;
  if (!isColumn && shape.size() != 2)
    expectRank(*file(), *teacher, 2);
  if (shape[0] != rows_ || (!isColumn && shape[1] != columns))
    failDataset(
        path_,
        fmt::format("tensor \"teacher\": expected {} for each of {} rows, as "
                    "the model predicts, but got {} for each of {}",
                    columns, rows_, isColumn ? 1 : shape[1], shape[0]));
  const std::span<const float> logits = teacher->as<float>();
  const auto bad = std::ranges::find_if(
      logits, [](float logit) { return !std::isfinite(logit); });
  if (bad != logits.end())
    failDataset(path_,
                fmt::format("tensor \"teacher\", row {}: expected a finite "
                            "number, but got {}",
                            (bad - logits.begin()) / columns, *bad));
  return logits;
}

/// As many as labels have meanings.
void Dataset::readClassNames(const SafetensorsFile &file) {
  classNames_ = classNamesOf(file);
  if (classNames_.empty())
    return;
  const auto names = static_cast<std::int64_t>(classNames_.size());
  if (!hasClassLabels() && names != labelColumns_ &&
      !(labelColumns_ == 1 && names == 2))
    failDataset(path_,
                fmt::format("expected {} `class_names`, one for each {}, but "
                            "got {}",
                            labelColumns_ == 1 ? 2 : labelColumns_,
                            labelColumns_ == 1 ? "of the labels 0 and 1"
                                               : "column of \"labels\"",
                            names));
}
