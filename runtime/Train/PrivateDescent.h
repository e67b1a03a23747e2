//===- PrivateDescent.h - The steps of private training ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_PRIVATEDESCENT_H
#define MLC_RUNTIME_TRAIN_PRIVATEDESCENT_H

#include "Private/PrivacyKey.h"
#include "Program/Executor.h"
#include "Train/TrainingRows.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace mlc::runtime {

/// What makes training private, beside what the program does by itself
/// (MlcProgram's `private_clip`).
struct PrivateTraining {
  PrivacyKey key; ///< Of noise and of the choice of rows.
  /// Standard deviation of the noise, as a multiple of `private_clip`.
  double noise = 0;
  /// What so many steps cost.
  std::function<double(std::int64_t steps)> epsilonOf;
};

/// Runs steps of a program whose training is private. Each is one call: of all
/// its rows, be they none or more than the program's batch, and with its noise
/// in the states in which the program sums up. A step is a function of the
/// model, the data, the key and its own number.
class PrivateDescent {
public:
  /// Without `privacy` there is neither noise nor a choice of rows: what
  /// `mlc run` compares with a reference. All must outlive this.
  PrivateDescent(Executor &executor, const ResidentRows &rows,
                 const PrivateTraining *privacy);

  /// Runs step number `step`, from 1, on rows that are drawn for it. There is
  /// `privacy`. `call` is one on the examples.
  void run(MlcCall call, std::int64_t step, double learningRate);
  /// The same on given rows of the data set, without noise.
  void run(MlcCall call, std::int64_t step, double learningRate,
           std::span<const std::int32_t> rows);

  /// With what probability a step takes a row: `batch` of `rows`.
  static double rateOf(const MlcProgram &program, std::int64_t rows) {
    return double(program.batch) / double(rows);
  }

private:
  void addNoise(std::int64_t step);
  void call(MlcCall call, std::int64_t step, double learningRate);

  Executor &executor_;
  const PrivateTraining *privacy_;
  std::span<const std::int32_t> rows_;
  std::vector<float> squares_; ///< Of each row of sparse data; else empty.
  // Of one step.
  std::vector<std::int64_t> drawn_; ///< Places in rows_.
  std::vector<std::int32_t> taken_; ///< Rows of the data set.
  std::vector<float> scales_, takenSquares_, losses_;
  std::vector<double> learningRates_;
};

/// Of each row of sparse data at least the sum of the squares of what it
/// stores, as near as f32 is; empty for dense data.
std::vector<float> rowSquares(const Dataset &data);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_PRIVATEDESCENT_H
