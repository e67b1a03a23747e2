//===- MetricsFile.h - Figures as JSON lines --------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_METRICSFILE_H
#define MLC_RUNTIME_TRAIN_METRICSFILE_H

#include "Data/Hash.h"
#include "System/OperatingSystem.h"
#include "Train/Trainer.h"

#include <string>
#include <string_view>

namespace mlc::runtime {

/// What a metrics file held at some point of its run: whole lines.
struct MetricsPoint {
  std::int64_t bytes = 0;
  std::uint64_t hash = 0; ///< XXH3-64 of them.
};

/// One JSON object a line; whoever follows the file sees whole lines.
///   an epoch: epoch, step, loss, grad_norm of its last step where the program
///             tells it (clip_norm), skipped_steps with --skip-outliers,
///             test_loss and test_accuracy (or test_rmse)
///             where there is a test, test_NAME of each measure that was asked
///             for (null where it is undefined), learning_rate of its last
///             step, seconds, examples_per_second
///   a step:   step, loss, grad_norm likewise, learning_rate
class MetricsFile {
public:
  /// Creates or empties the file, or, with `start`, goes on where it stood
  /// then and cuts off what follows. Throws InputError where it cannot be
  /// written or does not begin with what it held at `start`. A pipe or device
  /// is written to as it is.
  MetricsFile(const MlcProgram &program, const std::string &path,
              const MetricsPoint *start = nullptr);
  MetricsFile(const MetricsFile &) = delete;
  MetricsFile &operator=(const MetricsFile &) = delete;

  /// Both throw InputError where the file cannot be written. It is then
  /// removed, as half a file of figures is none; but from the first call of
  /// `point` on it is kept, in whole lines as far as the disk allows.
  void writeSteps(const StepsResult &steps);
  void writeEpoch(const EpochResult &epoch);

  /// Where it stands, brought to the disk. Throws InputError.
  MetricsPoint point();

private:
  void goOnFrom(const MetricsPoint &start);
  void write(std::string_view lines);
  [[noreturn]] void fail(int reason);

  const MlcProgram &program_;
  std::string path_;
  Descriptor file_;
  bool isRegular_;
  bool isKept_ = false;
  std::int64_t bytes_ = 0;
  RunningHash hash_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_METRICSFILE_H
