//===- LastSound.cpp - The last state that was sound ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/LastSound.h"

#include <algorithm>
#include <utility>

namespace mlc::runtime {

/// How many times longer than a look the pause after it is.
constexpr int pauseFactor = 100;

LastSound::LastSound(Model &model) : model_(model) {
  std::size_t size = 0;
  model.forEachRaw([&](std::span<float> tensor) { size += tensor.size(); });
  if (size <= maxBytes / sizeof(float))
    copy_.resize(size);
}

bool LastSound::update(const TrainingPoint &point) {
  const auto start = Clock::now();
  if (model_.firstUnsound())
    return false;
  if (!copy_.empty()) {
    auto place = copy_.begin();
    std::as_const(model_).forEach([&](std::span<const float> tensor) {
      place = std::ranges::copy(tensor, place).out;
    });
    isTaken_ = true;
  }
  point_ = point;
  const auto end = Clock::now();
  due_ = end + pauseFactor * (end - start);
  return true;
}

bool LastSound::restore(TrainingPoint &point) const {
  if (!isTaken_)
    return false;
  auto place = copy_.begin();
  model_.forEach([&](std::span<float> tensor) {
    std::copy_n(place, tensor.size(), tensor.begin());
    place += tensor.size();
  });
  point = point_;
  return true;
}

} // namespace mlc::runtime
