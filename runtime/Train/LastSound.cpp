//===- LastSound.cpp - The last state that was sound ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/LastSound.h"

namespace mlc::runtime {

/// How many times longer than a look the pause after it is.
constexpr int pauseFactor = 100;

LastSound::LastSound(Model &model) : model_(model) {
  if (elementsOf(model) <= maxBytes / sizeof(float))
    copy_.allocate(model);
}

bool LastSound::update(const TrainingPoint &point) {
  const auto start = Clock::now();
  if (model_.firstUnsound())
    return false;
  if (copy_.isAllocated()) {
    copy_.take(model_);
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
  copy_.restore(model_);
  point = point_;
  return true;
}

} // namespace mlc::runtime
