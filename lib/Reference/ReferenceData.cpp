//===- ReferenceData.cpp - What the reference is run on -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/ReferenceData.h"

#include "Error.h"
#include "Program/WindowedOrder.h"
#include "dialects/Graph/Graph.h"
#include "dialects/Graph/Shapes.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;
using runtime::InputError;

template <typename From, typename To>
static std::vector<To> widen(std::span<const From> numbers) {
  return {numbers.begin(), numbers.end()};
}

/// Of a tensor with something of each of `rows` rows.
static Shape shapeWith(int64_t rows, RankedTensorType type) {
  Shape shape(type.getShape());
  shape[0] = rows;
  return shape;
}

Datum mlc::reference::loadExamples(const runtime::Dataset &data,
                                   RankedTensorType type) {
  const int64_t width = graph::knownElements(type);
  const graph::SizesAttr sizes = graph::sizesAttrOf(type);
  const int64_t length = sizes ? data.width() / width : 1;
  if (data.width() != length * width || length < 1 ||
      (sizes && length > sizes.getMost()) ||
      data.isSparse() != graph::isCsr(type))
    throw InputError(data.path() + ": expected " +
                     (graph::isCsr(type) ? "sparse" : "dense") + " rows of " +
                     (sizes ? "a multiple of " : "") + std::to_string(width) +
                     " features, as the model takes them");
  if (!data.isSparse()) {
    Shape shape = shapeWith(data.rows(), type);
    if (sizes)
      shape[1] = length;
    return Reals(shape, widen<float, double>(data.features()));
  }
  CsrRows rows;
  rows.columns = data.width();
  rows.starts = widen<int64_t, int64_t>(data.indptr());
  std::visit(
      [&](auto indices) {
        rows.indices.assign(indices.begin(), indices.end());
      },
      data.indices());
  if (data.hasOnlyOnes())
    rows.values.assign(rows.indices.size(), 1.0);
  else
    rows.values = widen<float, double>(data.values());
  return rows;
}

Datum mlc::reference::loadLabels(const runtime::Dataset &data,
                                 RankedTensorType type) {
  const int64_t columns = graph::knownElements(type);
  if (data.labelColumns() != columns)
    throw InputError(data.path() + ": expected labels of " +
                     std::to_string(columns) +
                     " columns, as the model takes them");
  std::vector<double> reals = data.hasClassLabels()
                                  ? widen<int32_t, double>(data.classLabels())
                                  : widen<float, double>(data.realLabels());
  if (type.getElementType().isF32())
    return Reals(shapeWith(data.rows(), type), std::move(reals));
  Integers classes(shapeWith(data.rows(), type), int64_t(0));
  for (auto [label, real] : llvm::zip_equal(classes.elements, reals)) {
    if (!(real >= 0 && real <= std::numeric_limits<int32_t>::max() &&
          real == std::floor(real)))
      throw InputError(data.path() + ": label " + std::to_string(real) +
                       " is no class");
    label = static_cast<int64_t>(real);
  }
  return classes;
}

/// The labels behind the first, by their types: weights have one dimension.
static RankedTensorType typeOf(ArrayRef<Type> types, bool ofWeights) {
  for (Type type : types.drop_front())
    if ((cast<RankedTensorType>(type).getRank() == 1) == ofWeights)
      return cast<RankedTensorType>(type);
  return {};
}

DatumRef mlc::reference::loadWeights(const runtime::Dataset &data,
                                     ArrayRef<Type> types) {
  if (!typeOf(types, /*ofWeights=*/true))
    return nullptr;
  if (data.weights().empty())
    return makeDatum(Reals({data.rows()}, 1.0));
  return makeDatum(Reals({data.rows()}, widen<float, double>(data.weights())));
}

DatumRef mlc::reference::loadTeacher(const runtime::Dataset &data,
                                     ArrayRef<Type> types) {
  const RankedTensorType type = typeOf(types, /*ofWeights=*/false);
  if (!type)
    return nullptr;
  return makeDatum(
      Reals(shapeWith(data.rows(), type),
            widen<float, double>(data.teacher(graph::knownElements(type)))));
}

static DatumRef loadParameter(const runtime::SafetensorsFile &weights,
                              graph::ParameterOp parameter) {
  const runtime::TensorView &tensor =
      weights.get(parameter.getName().str(), runtime::ElementType::F32);
  const Shape shape(parameter.getType().getShape());
  if (tensor.shape != shape)
    throw InputError(weights.path() + ": tensor '" + tensor.name +
                     "' has another shape than the model's parameter");
  return makeDatum(Reals(shape, widen<float, double>(tensor.as<float>())));
}

std::vector<DatumRef>
mlc::reference::loadParameters(const std::string &path,
                               ArrayRef<graph::ParameterOp> parameters) {
  runtime::SafetensorsFile weights(path);
  weights.expectFormat("mlc.weights");
  std::vector<DatumRef> values;
  for (graph::ParameterOp parameter : parameters)
    values.push_back(loadParameter(weights, parameter));
  return values;
}

std::vector<int64_t> mlc::reference::orderOf(int64_t rows, uint64_t seed,
                                             bool shuffle, int64_t epoch) {
  std::vector<int64_t> order(rows);
  std::iota(order.begin(), order.end(), 0);
  if (!shuffle)
    return order;
  const runtime::WindowedOrder windows(rows, runtime::defaultWindow, seed,
                                       epoch);
  for (int64_t number = 0; number < windows.windows(); ++number) {
    const auto window = windows.window(number);
    for (int64_t place = window.begin(); place < window.end(); ++place)
      order[place] = window(place);
  }
  return order;
}
