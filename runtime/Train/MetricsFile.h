//===- MetricsFile.h - A run's figures as JSON lines ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_METRICSFILE_H
#define MLC_RUNTIME_TRAIN_METRICSFILE_H

#include "Train/Trainer.h"

#include <string>
#include <string_view>

namespace mlc::runtime {

/// One JSON object a line; whoever follows the file sees whole lines.
///   an epoch: epoch, step, loss, test_loss and test_accuracy (or test_rmse)
///             where there is a test, seconds, examples_per_second
///   a step:   step, loss
class MetricsFile {
public:
  /// Creates or empties the file. Throws InputError.
  MetricsFile(const MlcProgram &program, const std::string &path);
  MetricsFile(const MetricsFile &) = delete;
  MetricsFile &operator=(const MetricsFile &) = delete;
  ~MetricsFile();

  /// Both throw InputError, and remove the file, where it cannot be written.
  void writeSteps(const StepsResult &steps);
  void writeEpoch(const EpochResult &epoch);

private:
  void write(std::string_view lines);

  const MlcProgram &program_;
  std::string path_;
  int descriptor_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_METRICSFILE_H
