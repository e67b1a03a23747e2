//===- CheckpointInterval.h - How often checkpoints are made ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_CHECKPOINTINTERVAL_H
#define MLC_RUNTIME_TRAIN_CHECKPOINTINTERVAL_H

#include <cstdint>

namespace mlc::runtime {

/// `--checkpoint-every`: at every multiple of so many steps, after every so
/// many epochs, or when so many seconds have passed since the last.
struct CheckpointInterval {
  enum Unit { Steps, Seconds, Epochs };
  Unit unit = Seconds;
  std::int64_t count = 300; ///< At least 1.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_CHECKPOINTINTERVAL_H
