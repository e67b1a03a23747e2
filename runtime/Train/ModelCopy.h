//===- ModelCopy.h - A model at some point of its run -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_MODELCOPY_H
#define MLC_RUNTIME_TRAIN_MODELCOPY_H

#include "Program/Model.h"

#include <algorithm>
#include <vector>

namespace mlc::runtime {

/// Of a model, the numbers of all its parameters and states.
inline std::size_t elementsOf(const Model &model) {
  std::size_t count = 0;
  model.forEachRaw([&](std::span<float> tensor) { count += tensor.size(); });
  return count;
}

/// All parameters and states of a model, to bring it back to. Allocates once.
class ModelCopy {
public:
  /// Throws std::bad_alloc.
  void allocate(const Model &model) { elements_.resize(elementsOf(model)); }
  bool isAllocated() const { return !elements_.empty(); }

  void take(const Model &model) {
    auto place = elements_.begin();
    model.forEach([&](std::span<const float> tensor) {
      place = std::ranges::copy(tensor, place).out;
    });
  }

  void restore(Model &model) const {
    auto place = elements_.begin();
    model.forEach([&](std::span<float> tensor) {
      std::copy_n(place, tensor.size(), tensor.begin());
      place += std::ptrdiff_t(tensor.size());
    });
  }

private:
  std::vector<float> elements_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_MODELCOPY_H
