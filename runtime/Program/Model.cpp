//===- Model.cpp - What a program has learned -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Model.h"

#include "Error.h"
#include "Program/ArenaLayout.h"
#include "Program/Random.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <utility>

namespace mlc::runtime {

Model::Model(const MlcProgram &program, ModelStates states)
    : program_(program), parameterPointers_(program.parameter_count),
      statePointers_(states == ModelStates::Kept ? program.state_count : 0) {
  ArenaLayout layout;
  std::vector<std::pair<void **, std::size_t>> places;
  const auto place = [&](void *&pointer, const MlcShape &shape) {
    const std::size_t bytes = elementsOf(shape) * sizeof(float);
    places.emplace_back(&pointer, layout.place(bytes) / sizeof(float));
  };
  // Each parameter beside its states, since an update runs through them at the
  // same time.
  for (std::int64_t i = 0; i < program.parameter_count; ++i) {
    place(parameterPointers_[i], program.parameters[i].shape);
    for (std::size_t j = 0; j < statePointers_.size(); ++j)
      if (program.states[j].parameter == i)
        place(statePointers_[j], program.states[j].shape);
  }
  for (std::size_t j = 0; j < statePointers_.size(); ++j)
    if (program.states[j].parameter == MLC_NO_PARAMETER)
      place(statePointers_[j], program.states[j].shape);
  arena_ = AlignedBuffer<float>(layout.bytes() / sizeof(float));
  for (auto [pointer, offset] : places)
    *pointer = arena_.data() + offset;
}

void Model::initialize(std::uint64_t seed) {
  for (std::int64_t i = 0; i < program_.parameter_count; ++i)
    if (const void *data = program_.parameters[i].data)
      std::memcpy(parameter(i).data(), data, parameter(i).size_bytes());
    else
      initializeParameter(program_.parameters[i], i, seed, parameter(i));
}

std::string describe(const ModelElement &element) {
  return fmt::format("{} '{}'",
                     element.isState ? "optimiser state" : "parameter",
                     element.name);
}

/// Without a branch in the loop, so that it runs as fast as memory.
static bool areFinite(std::span<const float> elements) {
  constexpr std::uint32_t exponent = 0x7f800000;
  std::uint32_t unsound = 0;
  for (float element : elements)
    unsound |= (std::bit_cast<std::uint32_t>(element) & exponent) == exponent;
  return !unsound;
}

static std::optional<ModelElement>
findUnsound(const char *name, bool isState, std::span<const float> elements) {
  if (areFinite(elements))
    return std::nullopt;
  const auto found = std::ranges::find_if(
      elements, [](float element) { return !std::isfinite(element); });
  return ModelElement{name, isState, found - elements.begin(), *found};
}

std::optional<ModelElement> Model::firstUnsound() const {
  for (std::int64_t i = 0; i < program_.parameter_count; ++i)
    if (auto found =
            findUnsound(program_.parameters[i].name, false, parameter(i)))
      return found;
  for (std::size_t i = 0; i < statePointers_.size(); ++i)
    if (auto found = findUnsound(program_.states[i].name, true, state(i)))
      return found;
  return std::nullopt;
}

ModelElement Model::largest() const {
  ModelElement largest{"", false, 0, 0};
  for (std::int64_t i = 0; i < program_.parameter_count; ++i) {
    const std::span<const float> elements = parameter(i);
    for (std::size_t j = 0; j < elements.size(); ++j)
      if (std::abs(elements[j]) >= std::abs(largest.value))
        largest = {program_.parameters[i].name, false, std::int64_t(j),
                   elements[j]};
  }
  return largest;
}

} // namespace mlc::runtime
