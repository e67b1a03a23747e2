//===- Model.h - What a program has learned ---------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_MODEL_H
#define MLC_RUNTIME_TRAIN_MODEL_H

#include "Train/AlignedBuffer.h"
#include "mlc/RuntimeABI.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Elements of a parameter, and of each of its states.
std::int64_t elementsOf(const MlcParameter &parameter);
std::vector<std::int64_t> shapeOf(const MlcParameter &parameter);

/// An element of a parameter or of an optimiser's state.
struct ModelElement {
  const char *name; ///< Of the tensor.
  bool isState;
  std::int64_t index; ///< Row-major.
  float value;
};

/// "parameter 'NAME'" or "optimiser state 'NAME'".
std::string describe(const ModelElement &element);

/// The memory of a program's parameters and optimiser states.
class Model {
public:
  /// All zero.
  explicit Model(const MlcProgram &program);

  /// Gives every parameter its first value; the states stay as they are.
  void initialize(std::uint64_t seed);

  std::span<float> parameter(std::int64_t number) {
    return {parameterPointers_[number], sizeOf(number)};
  }
  std::span<const float> parameter(std::int64_t number) const {
    return {parameterPointers_[number], sizeOf(number)};
  }

  std::span<float> state(std::int64_t number) {
    return {statePointers_[number], sizeOf(program_.states[number].parameter)};
  }
  std::span<const float> state(std::int64_t number) const {
    return {statePointers_[number], sizeOf(program_.states[number].parameter)};
  }

  /// Calls `use` with every parameter, then every state, in their order.
  template <typename Use>
  void forEach(Use use) {
    for (std::int64_t i = 0; i < program_.parameter_count; ++i)
      use(parameter(i));
    for (std::int64_t i = 0; i < program_.state_count; ++i)
      use(state(i));
  }

  /// As MlcCall wants them.
  float *const *parameters() const { return parameterPointers_.data(); }
  float *const *states() const { return statePointers_.data(); }

  /// Throws InputError, with `place` in front, that names the first parameter
  /// with an element that is not finite.
  void expectFinite(const std::string &place) const;

  /// The first element that is not finite, of the parameters before the
  /// states; nothing where all are.
  std::optional<ModelElement> firstUnsound() const;

  /// The parameters' element farthest from 0.
  ModelElement largest() const;

private:
  std::size_t sizeOf(std::int64_t number) const {
    return elementsOf(program_.parameters[number]);
  }

  const MlcProgram &program_;
  /// All parameters and states, so that small ones share a huge page.
  AlignedBuffer<float> arena_;
  std::vector<float *> parameterPointers_, statePointers_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_MODEL_H
