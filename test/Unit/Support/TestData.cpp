//===- TestData.cpp - Data sets for tests ---------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/TestData.h"

#include <algorithm>
#include <random>

namespace mlc::test {

using namespace mlc::runtime;

template <typename T>
static TensorView view(const char *name, ElementType type,
                       std::vector<std::int64_t> shape,
                       const std::vector<T> &elements) {
  return {name, type, std::move(shape), std::as_bytes(std::span(elements))};
}

TestData TestData::part(std::int64_t begin, std::int64_t end) const {
  const auto slice = [&](auto &list, std::int64_t width) {
    if (!list.empty())
      list = {list.begin() + begin * width, list.begin() + end * width};
  };
  TestData some = *this;
  if (!indptr.empty()) {
    const std::int64_t first = indptr[std::size_t(begin)],
                       last = indptr[std::size_t(end)];
    some.indptr.clear();
    for (std::int64_t row = begin; row <= end; ++row)
      some.indptr.push_back(indptr[std::size_t(row)] - first);
    some.indices = {indices.begin() + first, indices.begin() + last};
    if (!values.empty())
      some.values = {values.begin() + first, values.begin() + last};
  }
  slice(some.features, width);
  slice(some.realLabels, std::max<std::int64_t>(labelColumns, 1));
  slice(some.classLabels, std::max<std::int64_t>(labelColumns, 1));
  slice(some.weights, 1);
  return some;
}

void TestData::write(const std::string &path) const {
  SafetensorsContents contents;
  const std::vector<std::uint16_t> narrowIndices(indices.begin(),
                                                 indices.end());
  if (indptr.empty()) {
    contents.tensors.push_back(
        view("features", ElementType::F32, {rows(), width}, features));
  } else {
    const std::int64_t nonzeros = indices.size();
    contents.tensors.push_back(
        view("indptr", ElementType::I64, {rows() + 1}, indptr));
    contents.tensors.push_back(
        narrow ? view("indices", ElementType::U16, {nonzeros}, narrowIndices)
               : view("indices", ElementType::I32, {nonzeros}, indices));
    if (!values.empty() || nonzeros == 0)
      contents.tensors.push_back(
          view("values", ElementType::F32, {nonzeros}, values));
  }
  std::vector<std::int64_t> labelShape = {rows()};
  if (labelColumns > 0)
    labelShape.push_back(labelColumns);
  if (!classLabels.empty())
    contents.tensors.push_back(
        view("labels", ElementType::I32, labelShape, classLabels));
  if (!weights.empty())
    contents.tensors.push_back(view("weights", ElementType::F32,
                                    {std::int64_t(weights.size())}, weights));
  if (!realLabels.empty())
    contents.tensors.push_back(
        view("labels", ElementType::F32, labelShape, realLabels));
  if (!vocabulary.empty())
    contents.tensors.push_back({"vocabulary",
                                ElementType::U8,
                                {std::int64_t(vocabulary.size())},
                                std::as_bytes(std::span(vocabulary))});
  contents.metadata = metadata;
  contents.metadata["format"] = "mlc.dataset";
  contents.metadata.emplace("version", "1");
  contents.metadata["features"] = std::to_string(width);
  writeSafetensors(path, contents);
}

TestData sparseData(std::int64_t rows, unsigned seed) {
  std::mt19937 random(seed);
  TestData data;
  data.width = 20;
  data.indptr = {0};
  for (std::int64_t row = 0; row < rows; ++row) {
    const bool positive = 2 * row >= rows;
    data.realLabels.push_back(positive);
    data.indices.push_back(positive);
    data.values.push_back(1);
    for (std::int32_t column = 2; column < data.width; ++column)
      if (random() % 4 == 0) {
        data.indices.push_back(column);
        data.values.push_back(float(random() % 8) / 8);
      }
    data.indptr.push_back(std::int64_t(data.indices.size()));
  }
  return data;
}

static void addFeatures(TestData &data, std::int64_t rows, unsigned seed) {
  std::mt19937 random(seed);
  for (std::int64_t i = 0; i < rows * data.width; ++i)
    data.features.push_back(float(random() % 256) / 128 - 1);
}

TestData realData(std::int64_t rows, unsigned seed) {
  TestData data;
  data.width = 5;
  data.labelColumns = 2;
  addFeatures(data, rows, seed);
  for (std::int64_t row = 0; row < rows; ++row) {
    const float *x = &data.features[row * data.width];
    data.realLabels.push_back(x[0] - 2 * x[1] + 0.5f);
    data.realLabels.push_back(3 * x[4] - 1);
  }
  return data;
}

TestData classData(std::int64_t rows, unsigned seed) {
  TestData data;
  data.width = 4;
  addFeatures(data, rows, seed);
  for (std::int64_t row = 0; row < rows; ++row) {
    const float *x = &data.features[row * data.width];
    data.classLabels.push_back(std::int32_t(std::max_element(x, x + 3) - x));
  }
  return data;
}

TestData stepsData(std::int64_t rows, std::int64_t steps, unsigned seed) {
  TestData data;
  data.width = steps * 3;
  addFeatures(data, rows, seed);
  for (std::int64_t row = 0; row < rows; ++row) {
    float sum = 0;
    for (std::int64_t step = 0; step < steps; ++step)
      sum += data.features[row * data.width + step * 3];
    data.realLabels.push_back(sum > 0);
  }
  return data;
}

} // namespace mlc::test
