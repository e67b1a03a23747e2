//===- RandomData.cpp - Data that a model can be trained on ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomData.h"

#include "Data/Safetensors.h"
#include "dialects/Graph/Graph.h"
#include "dialects/Graph/Shapes.h"

#include <cmath>
#include <random>

using namespace mlir;
using namespace mlc;
using namespace mlc::smith;
using runtime::ElementType;

namespace {
/// The same with every standard library.
class Numbers {
public:
  explicit Numbers(uint64_t seed) : engine_(seed) {}
  /// In [low, high).
  float real(double low, double high) {
    return static_cast<float>(low + (high - low) * (engine_() >> 11) * 0x1p-53);
  }
  int64_t whole(int64_t end) { return static_cast<int64_t>(engine_() % end); }
  std::vector<float> reals(int64_t count, double low, double high) {
    std::vector<float> numbers(count);
    for (float &number : numbers)
      number = real(low, high);
    return numbers;
  }

private:
  std::mt19937_64 engine_;
};

/// A safetensors file in the making.
class File {
public:
  template <typename T>
  void add(const std::string &name, ElementType type,
           std::vector<int64_t> shape, const std::vector<T> &numbers) {
    const auto *bytes = reinterpret_cast<const std::byte *>(numbers.data());
    kept_.emplace_back(bytes, bytes + numbers.size() * sizeof(T));
    contents_.tensors.push_back({name, type, std::move(shape), {}});
  }
  void write(const std::string &path,
             std::map<std::string, std::string> metadata) {
    for (size_t i = 0; i < kept_.size(); ++i)
      contents_.tensors[i].bytes = kept_[i];
    contents_.metadata = std::move(metadata);
    runtime::writeSafetensors(path, contents_);
  }

private:
  std::vector<std::vector<std::byte>> kept_;
  runtime::SafetensorsContents contents_;
};
} // namespace

static void addSparse(File &file, Numbers &numbers, int64_t rows, int64_t width,
                      double density) {
  std::vector<int64_t> indptr{0};
  std::vector<int32_t> indices;
  std::vector<float> values;
  // Bags of words are counted or only marked.
  const bool areOnes = numbers.whole(4) == 0;
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t kind = numbers.whole(10);
    const double share = kind == 0 ? 0 : kind == 1 ? 1 : density;
    for (int64_t column = 0; column < width; ++column)
      if (numbers.real(0, 1) < share) {
        indices.push_back(static_cast<int32_t>(column));
        values.push_back(areOnes ? 1 : numbers.real(-1, 1));
      }
    indptr.push_back(static_cast<int64_t>(indices.size()));
  }
  const auto count = static_cast<int64_t>(indices.size());
  file.add("indptr", ElementType::I64, {rows + 1}, indptr);
  file.add("indices", ElementType::I32, {count}, indices);
  file.add("values", ElementType::F32, {count}, values);
}

static void addLabels(File &file, Numbers &numbers, int64_t rows,
                      graph::ProgramOp model) {
  Block &loss = model.getLoss().getBody().front();
  const int64_t columns =
      graph::knownElements(cast<ShapedType>(loss.getArgument(0).getType()));
  const graph::LabelKind kind = model.getLossFunction().getLabelKind();
  if (kind == graph::LabelKind::Class) {
    auto type = cast<ShapedType>(loss.getArgument(1).getType());
    const int64_t places = graph::knownElements(type);
    std::vector<int32_t> classes(rows * places);
    for (int32_t &label : classes)
      label = static_cast<int32_t>(numbers.whole(columns / places));
    std::vector<int64_t> shape{rows};
    if (type.getRank() > 1)
      shape.push_back(places);
    file.add("labels", ElementType::I32, shape, classes);
    return;
  }
  const double low = kind == graph::LabelKind::Real ? -1 : 0;
  std::vector<float> labels = numbers.reals(rows * columns, low, 1);
  if (low == 0 && columns == 1)
    for (float &label : labels)
      label = label < 0.5f ? 0 : 1;
  file.add("labels", ElementType::F32, {rows, columns}, labels);
}

/// Where the model asks for them; now and then one of 0.
static void addWeights(File &file, Numbers &numbers, int64_t rows,
                       graph::ProgramOp model) {
  if (!model.getLoss().getWeights())
    return;
  std::vector<float> weights = numbers.reals(rows, 0.5, 2);
  for (float &weight : weights)
    if (numbers.whole(5) == 0)
      weight = 0;
  weights[0] = 1.5f;
  file.add("weights", ElementType::F32, {rows}, weights);
}

/// Logits, where the model learns from a teacher.
static void addTeacher(File &file, Numbers &numbers, int64_t rows,
                       graph::ProgramOp model) {
  Value teacher = model.getLoss().getTeacher();
  if (!teacher)
    return;
  const int64_t columns =
      graph::knownElements(cast<ShapedType>(teacher.getType()));
  file.add("teacher", ElementType::F32, {rows, columns},
           numbers.reals(rows * columns, -3, 3));
}

void mlc::smith::writeRandomData(const std::string &path,
                                 graph::ProgramOp model,
                                 const RunSettings &settings) {
  auto input = cast<RankedTensorType>(
      model.getPredict().getBody().front().getArgument(0).getType());
  int64_t width = graph::knownElements(input);
  const int64_t rows = settings.rows;
  Numbers numbers(settings.dataSeed);
  if (graph::SizesAttr sizes = graph::sizesAttrOf(input))
    width *= 1 + numbers.whole(sizes.getMost());
  File file;
  if (graph::isCsr(input))
    addSparse(file, numbers, rows, width, settings.density);
  else
    file.add("features", ElementType::F32, {rows, width},
             numbers.reals(rows * width, -1, 1));
  addLabels(file, numbers, rows, model);
  addTeacher(file, numbers, rows, model);
  addWeights(file, numbers, rows, model);
  file.write(path, {{"format", "mlc.dataset"},
                    {"version", "1"},
                    {"features", std::to_string(width)}});
}

void mlc::smith::writeRandomWeights(const std::string &path,
                                    graph::ProgramOp model,
                                    const RunSettings &settings) {
  Numbers numbers(settings.dataSeed + 1);
  File file;
  for (graph::ParameterOp parameter : model.getParameters()) {
    RankedTensorType type = parameter.getValue().getType();
    const bool isZero =
        parameter.getInitializer().getKind() == graph::InitializerKind::Zeros;
    const int64_t inputs = type.getNumElements() / type.getShape().back();
    const double bound =
        isZero ? 0
               : 1 / std::sqrt(static_cast<double>(
                         type.getRank() == 1 ? type.getDimSize(0) : inputs));
    file.add(parameter.getName().str(), ElementType::F32,
             {type.getShape().begin(), type.getShape().end()},
             numbers.reals(type.getNumElements(), -bound, bound));
  }
  file.write(
      path,
      {{"format", "mlc.weights"}, {"version", "1"}, {"layout", "in_out"}});
}
