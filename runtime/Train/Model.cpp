//===- Model.cpp - What a program has learned -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Model.h"

#include "Error.h"
#include "Train/Random.h"

#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

std::int64_t elementsOf(const MlcParameter &parameter) {
  return parameter.shape[0] * parameter.shape[1];
}

std::vector<std::int64_t> shapeOf(const MlcParameter &parameter) {
  return {parameter.shape, parameter.shape + parameter.rank};
}

Model::Model(const MlcProgram &program) : program_(program) {
  for (std::int64_t i = 0; i < program.parameter_count; ++i)
    parameters_.emplace_back(elementsOf(program.parameters[i]));
  for (std::int64_t i = 0; i < program.state_count; ++i)
    states_.emplace_back(
        elementsOf(program.parameters[program.states[i].parameter]));
  for (AlignedBuffer<float> &buffer : parameters_)
    parameterPointers_.push_back(buffer.data());
  for (AlignedBuffer<float> &buffer : states_)
    statePointers_.push_back(buffer.data());
}

void Model::initialize(std::uint64_t seed) {
  for (std::int64_t i = 0; i < program_.parameter_count; ++i)
    initializeParameter(program_.parameters[i], i, seed, parameter(i));
}

void Model::expectFinite(const std::string &place) const {
  for (std::int64_t i = 0; i < program_.parameter_count; ++i) {
    const std::span<const float> elements = parameter(i);
    for (std::size_t j = 0; j < elements.size(); ++j)
      if (!std::isfinite(elements[j]))
        throw InputError(fmt::format("{}: tensor '{}': element {} is {}", place,
                                     program_.parameters[i].name, j,
                                     elements[j]));
  }
}

} // namespace mlc::runtime
