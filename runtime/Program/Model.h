//===- Model.h - What a program has learned ---------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_MODEL_H
#define MLC_RUNTIME_PROGRAM_MODEL_H

#include "Program/AlignedBuffer.h"
#include "Signature.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// An element of a parameter or of an optimiser's state.
struct ModelElement {
  const char *name; ///< Of the tensor.
  bool isState;
  std::int64_t index; ///< Row-major.
  float value;
};

/// "parameter 'NAME'" or "optimiser state 'NAME'".
std::string describe(const ModelElement &element);

enum class ModelStates {
  Kept,
  None, ///< Of no use but to evaluate and predict.
};

/// The memory of a program's parameters and optimiser states.
class Model {
public:
  /// All zero.
  explicit Model(const MlcProgram &program,
                 ModelStates states = ModelStates::Kept);

  /// Gives every parameter its first value, which the program itself may have;
  /// the states stay as they are.
  void initialize(std::uint64_t seed);

  std::span<float> parameter(std::int64_t number) {
    refresh();
    isChanged_ = true;
    return rawParameter(number);
  }
  std::span<const float> parameter(std::int64_t number) const {
    refresh();
    return rawParameter(number);
  }

  std::span<float> state(std::int64_t number) {
    refresh();
    isChanged_ = true;
    return rawState(number);
  }
  std::span<const float> state(std::int64_t number) const {
    refresh();
    return rawState(number);
  }

  /// Calls `use` with every parameter, then every state, in their order.
  template <typename Use>
  void forEach(Use use) {
    refresh();
    isChanged_ = true;
    forEachRaw(use);
  }
  template <typename Use>
  void forEach(Use use) const {
    refresh();
    forEachRaw(use);
  }

  // A GPU has a copy of the model, on which it learns. Here stands the last
  // state that was looked at: `fetch` brings the newer one.

  /// From now on until `detach`, `fetch` is called before a model is looked at
  /// that is stale; it may throw.
  void attach(std::function<void()> fetch) {
    fetch_ = std::move(fetch);
    isChanged_ = true;
  }
  void detach() { fetch_ = nullptr; }
  /// The copy has learned more.
  void setStale() { isStale_ = true; }
  /// Whether it may have been changed here since `setUnchanged`.
  bool isChanged() const { return isChanged_; }
  void setUnchanged() { isChanged_ = false; }
  /// What is here, stale or not.
  template <typename Use>
  void forEachRaw(Use use) const {
    for (std::int64_t i = 0; i < program_.parameter_count; ++i)
      use(rawParameter(i));
    for (std::size_t i = 0; i < statePointers_.size(); ++i)
      use(rawState(i));
  }

  /// As MlcCall wants them.
  void *const *parameters() const {
    refresh();
    return parameterPointers_.data();
  }
  void *const *states() const {
    refresh();
    return statePointers_.data();
  }

  /// The first element that is not finite, of the parameters before the
  /// states; nothing where all are.
  std::optional<ModelElement> firstUnsound() const;

  /// The parameters' element farthest from 0.
  ModelElement largest() const;

private:
  std::span<float> rawParameter(std::int64_t number) const {
    return {static_cast<float *>(parameterPointers_[number]),
            std::size_t(elementsOf(program_.parameters[number].shape))};
  }
  std::span<float> rawState(std::int64_t number) const {
    return {static_cast<float *>(statePointers_[number]),
            std::size_t(elementsOf(program_.states[number].shape))};
  }
  void refresh() const {
    if (!isStale_ || !fetch_)
      return;
    fetch_();
    isStale_ = false;
  }

  const MlcProgram &program_;
  /// All parameters and states, so that small ones share a huge page.
  AlignedBuffer<float> arena_;
  std::vector<void *> parameterPointers_, statePointers_;
  std::function<void()> fetch_;
  mutable bool isStale_ = false;
  bool isChanged_ = true;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_MODEL_H
