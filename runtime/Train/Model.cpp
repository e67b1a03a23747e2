//===- Model.cpp - What a program has learned -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Model.h"

#include "Error.h"
#include "Train/ArenaLayout.h"
#include "Train/Random.h"

#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace mlc::runtime {

std::int64_t elementsOf(const MlcParameter &parameter) {
  return parameter.shape[0] * parameter.shape[1];
}

std::vector<std::int64_t> shapeOf(const MlcParameter &parameter) {
  return {parameter.shape, parameter.shape + parameter.rank};
}

Model::Model(const MlcProgram &program)
    : program_(program), parameterPointers_(program.parameter_count),
      statePointers_(program.state_count) {
  ArenaLayout layout;
  std::vector<std::pair<float **, std::size_t>> places;
  const auto place = [&](float *&pointer, std::int64_t parameter) {
    const std::size_t bytes = sizeOf(parameter) * sizeof(float);
    places.emplace_back(&pointer, layout.place(bytes) / sizeof(float));
  };
  // Each parameter beside its states, since an update runs through them at the
  // same time.
  for (std::int64_t i = 0; i < program.parameter_count; ++i) {
    place(parameterPointers_[i], i);
    for (std::int64_t j = 0; j < program.state_count; ++j)
      if (program.states[j].parameter == i)
        place(statePointers_[j], i);
  }
  arena_ = AlignedBuffer<float>(layout.bytes() / sizeof(float));
  for (auto [pointer, offset] : places)
    *pointer = arena_.data() + offset;
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
