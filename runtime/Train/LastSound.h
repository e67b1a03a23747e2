//===- LastSound.h - The last state that was sound --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_LASTSOUND_H
#define MLC_RUNTIME_TRAIN_LASTSOUND_H

#include "Program/Model.h"
#include "Train/ModelCopy.h"
#include "Train/TrainingPoint.h"

#include <chrono>

namespace mlc::runtime {

/// The last state of a run in which every parameter and optimiser state was
/// finite, so that the steps since then can be repeated one by one to find the
/// first that went wrong. Looking and copying is due so seldom that it takes
/// less than a hundredth of the time.
class LastSound {
public:
  /// The largest model of which a copy is kept. The steps of larger ones take
  /// so long that a call runs few of them, and there is little to repeat.
  static constexpr std::size_t maxBytes = std::size_t(256) << 20;

  /// Allocates the copy. Throws std::bad_alloc.
  explicit LastSound(Model &model);

  bool isDue() const { return Clock::now() >= due_; }

  /// Takes the model's state in, or returns false where it is not sound.
  bool update(const TrainingPoint &point);

  /// Brings the model and `point` back to the last sound state. False where
  /// none is kept.
  bool restore(TrainingPoint &point) const;

private:
  using Clock = std::chrono::steady_clock;

  Model &model_;
  ModelCopy copy_; ///< Not allocated: none is kept.
  TrainingPoint point_;
  bool isTaken_ = false;
  Clock::time_point due_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_LASTSOUND_H
