//===- Weights.cpp - Weights files ----------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Weights.h"

#include "Error.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mlc::runtime {

static void loadTensor(const SafetensorsFile &file,
                       const MlcParameter &parameter,
                       std::span<float> elements) {
  const TensorView &tensor = file.get(parameter.name, ElementType::F32);
  if (tensor.shape != shapeOf(parameter))
    throw InputError(fmt::format(
        "{}: tensor '{}': expected shape {}, but the file has {}; were these "
        "weights trained by another model?",
        file.path(), parameter.name, shapeOf(parameter), tensor.shape));
  std::ranges::copy(tensor.as<float>(), elements.begin());
}

void loadWeights(const SafetensorsFile &file, const MlcProgram &program,
                 Model &model) {
  file.expectFormat("mlc.weights");
  const std::span parameters(program.parameters, program.parameter_count);
  for (const TensorView &tensor : file.tensors())
    if (std::ranges::none_of(parameters, [&](const MlcParameter &parameter) {
          return tensor.name == parameter.name;
        }))
      throw InputError(fmt::format("{}: tensor '{}' is no parameter of program "
                                   "'{}'; were these weights trained by "
                                   "another model?",
                                   file.path(), tensor.name, program.name));
  for (std::size_t i = 0; i < parameters.size(); ++i)
    loadTensor(file, parameters[i], model.parameter(i));
  model.expectFinite(file.path());
}

void saveWeights(const std::string &path, const MlcProgram &program,
                 const Model &model,
                 std::map<std::string, std::string> provenance) {
  model.expectFinite(
      "training diverged, weights are not saved; lower --learning-rate");
  SafetensorsContents contents;
  for (std::int64_t i = 0; i < program.parameter_count; ++i)
    contents.tensors.push_back({program.parameters[i].name, ElementType::F32,
                                shapeOf(program.parameters[i]),
                                std::as_bytes(model.parameter(i))});
  contents.metadata = std::move(provenance);
  contents.metadata["format"] = "mlc.weights";
  contents.metadata["version"] = "1";
  contents.metadata["program"] = program.name;
  contents.metadata["compiler"] = program.compiler;
  contents.metadata["model_hash"] =
      fmt::format("{:016x}", std::uint64_t(program.model_hash));
  writeSafetensors(path, contents);
}

} // namespace mlc::runtime
