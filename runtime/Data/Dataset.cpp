//===- Dataset.cpp - A checked, mapped data set ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/Dataset.h"

#include "Error.h"
#include "mlc/RuntimeABI.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <optional>

using namespace mlc::runtime;

[[noreturn]] static void fail(const std::string &path,
                              const std::string &what) {
  throw InputError(fmt::format("{}: {}; make the data set again with "
                               "`mlc data`, or correct the program that "
                               "wrote it",
                               path, what));
}

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
    fail(file.path(), fmt::format("expected a number of `features` from 1, "
                                  "but got {:?}",
                                  text));
  return width;
}

static void expectRank(const SafetensorsFile &file, const TensorView &tensor,
                       std::size_t rank) {
  if (tensor.shape.size() != rank)
    fail(file.path(), fmt::format("tensor {:?}: expected {} dimensions, but "
                                  "got {}",
                                  tensor.name, rank, tensor.shape.size()));
}

/// Every element is finite; `rowOf` names the row of an element. Returns
/// whether every element is 1.
template <typename RowOf>
static bool expectFinite(const SafetensorsFile &file, const TensorView &tensor,
                         RowOf rowOf) {
  std::span<const float> values = tensor.as<float>();
  bool areOnes = true;
  auto bad = std::ranges::find_if(values, [&](float value) {
    areOnes &= value == 1.0f;
    return !std::isfinite(value);
  });
  if (bad != values.end())
    fail(file.path(),
         fmt::format("tensor {:?}, row {}: expected a finite number, but got "
                     "{}",
                     tensor.name, rowOf(bad - values.begin()), *bad));
  return areOnes;
}

/// `indptr` runs from 0 to `nonzeros` and never falls. Returns the most
/// non-zeros of a row.
static std::int64_t checkRows(const SafetensorsFile &file,
                              std::span<const std::int64_t> indptr,
                              std::int64_t nonzeros) {
  if (indptr.front() != 0 || indptr.back() != nonzeros)
    fail(file.path(), fmt::format("tensor \"indptr\": expected it to run from "
                                  "0 to {}, but it runs from {} to {}",
                                  nonzeros, indptr.front(), indptr.back()));
  std::int64_t longest = 0;
  for (std::size_t row = 0; row + 1 < indptr.size(); ++row) {
    if (indptr[row + 1] < indptr[row] || indptr[row + 1] > nonzeros)
      fail(file.path(),
           fmt::format("tensor \"indptr\", row {}: expected an "
                       "end from {} to {}, but got {}",
                       row, indptr[row], nonzeros, indptr[row + 1]));
    longest = std::max(longest, indptr[row + 1] - indptr[row]);
  }
  return longest;
}

/// In each row, `indices` increase and are below `width`.
template <typename Index>
static void checkIndices(const SafetensorsFile &file,
                         std::span<const std::int64_t> indptr,
                         std::span<const Index> indices, std::int64_t width) {
  for (std::size_t row = 0; row + 1 < indptr.size(); ++row) {
    std::int64_t last = -1;
    for (std::int64_t at = indptr[row]; at < indptr[row + 1]; ++at) {
      std::int64_t index = indices[static_cast<std::size_t>(at)];
      if (index <= last || index >= width)
        fail(file.path(),
             fmt::format("tensor \"indices\", row {}: expected indices that "
                         "rise and are below {}, but got {} after {}",
                         row, width, index,
                         last < 0 ? "the start" : std::to_string(last)));
      last = index;
    }
  }
}

Dataset::Dataset(const std::string &path) : file_(path) {
  file_.expectFormat("mlc.dataset");
  std::optional<std::int64_t> declared = declaredWidth(file_);
  const TensorView *dense = file_.find("features"), *values = nullptr;
  if (dense && file_.find("indptr"))
    fail(path, "expected sparse data (\"indptr\") or dense data "
               "(\"features\"), but got both");

  if (dense) {
    const TensorView &features = file_.get("features", ElementType::F32);
    expectRank(file_, features, 2);
    rows_ = features.shape[0];
    width_ = features.shape[1];
    if (declared && *declared != width_)
      fail(path, fmt::format("tensor \"features\": expected rows of {} as "
                             "`__metadata__` says, but got {}",
                             *declared, width_));
  } else {
    const TensorView &indptr = file_.get("indptr", ElementType::I64);
    const TensorView *indices = file_.find("indices");
    bool areNarrow = indices && indices->type == ElementType::U16;
    if (!areNarrow)
      indices = &file_.get("indices", ElementType::I32);
    values = file_.find("values");
    if (values)
      values = &file_.get("values", ElementType::F32);
    for (const TensorView *tensor : {&indptr, indices, values})
      if (tensor)
        expectRank(file_, *tensor, 1);
    if (!declared || *declared > std::numeric_limits<std::int32_t>::max())
      fail(path, "expected a number of `features` from 1 to 2^31 - 1 in "
                 "`__metadata__`");
    rows_ = indptr.shape[0] - 1;
    width_ = *declared;
    if (areNarrow && width_ > MLC_U16_WIDTH)
      fail(path, fmt::format("tensor \"indices\": expected elements of I32 for "
                             "more than {} features, but got U16 for {}",
                             MLC_U16_WIDTH, width_));
    if (values && values->shape != indices->shape)
      fail(path, fmt::format("tensor \"values\": expected {} elements as in "
                             "\"indices\", but got {}",
                             indices->shape[0], values->shape[0]));
    indptr_ = indptr.as<std::int64_t>();
    if (areNarrow)
      indices_ = indices->as<std::uint16_t>();
    else
      indices_ = indices->as<std::int32_t>();
    if (values)
      values_ = values->as<float>();
  }
  if (rows_ < 1 || width_ < 1)
    fail(path, "expected at least one row of at least one feature");

  if (dense) {
    features_ = dense->as<float>();
    expectFinite(file_, *dense, [&](std::int64_t at) { return at / width_; });
  } else {
    std::visit(
        [&](auto indices) {
          maxRowNonzeros_ = checkRows(
              file_, indptr_, static_cast<std::int64_t>(indices.size()));
          checkIndices(file_, indptr_, indices, width_);
        },
        indices_);
    auto rowOf = [&](std::int64_t at) {
      return std::ranges::upper_bound(indptr_, at) - indptr_.begin() - 1;
    };
    hasOnlyOnes_ = !values || expectFinite(file_, *values, rowOf);
  }

  const TensorView *labels = file_.find("labels");
  bool areClasses = labels && labels->type == ElementType::I32;
  if (!areClasses)
    labels = &file_.get("labels", ElementType::F32);
  if (areClasses || labels->shape.size() != 2)
    expectRank(file_, *labels, 1);
  else
    labelColumns_ = labels->shape[1];
  if (labels->shape[0] != rows_ || labelColumns_ < 1)
    fail(path, fmt::format("tensor \"labels\": expected one for each of {} "
                           "rows, but got {}",
                           rows_, labelColumns_ < 1 ? 0 : labels->shape[0]));
  if (areClasses) {
    classLabels_ = labels->as<std::int32_t>();
    return;
  }
  realLabels_ = labels->as<float>();
  expectFinite(file_, *labels,
               [&](std::int64_t at) { return at / labelColumns_; });
}
