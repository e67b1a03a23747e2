//===- TrainData.h - The rows of a training run -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_TRAINDATA_H
#define MLC_RUNTIME_COMMANDS_TRAINDATA_H

#include "Commands/Commands.h"
#include "Program/ExampleParts.h"
#include "Train/TrainingRows.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace mlc::runtime {

/// What training and testing take their rows from.
struct TrainData {
  /// The parts of a set of which a window is in memory; null where all is.
  std::unique_ptr<ExampleParts> parts;
  /// All rows; of parts some of them, evenly spread.
  Examples training;
  std::optional<Examples> test;
  /// Of `training`.
  std::vector<std::int32_t> trainingRows, testRows;
  RowWeightRule weights;              ///< Of rows of parts.
  std::vector<TensorView> vectorizer; ///< For the weights file.

  /// Throws InputError, and UsageError where an option needs all rows at once.
  TrainData(const MlcProgram &program, const TrainCommand &command);

  /// The file that tells how rows were made: the first part.
  const SafetensorsFile &file() const {
    return parts ? *parts->first().file() : *training.data().file();
  }
  std::vector<const SafetensorsFile *> files() const;
  /// Of an epoch.
  std::int64_t rows() const {
    return parts ? parts->rows() : std::ssize(trainingRows);
  }
  /// The mean over these; 0 for dense rows.
  double nonzerosPerRow() const;

  std::unique_ptr<TrainingRows> trainingOn(Executor &executor,
                                           const TrainerOptions &options) const;

  /// Where it may run: rows that are read window by window go to a CPU.
  DeviceRequest deviceFor(DeviceRequest request) const {
    if (parts)
      request.kind = DeviceRequest::Cpu;
    return request;
  }

  const Examples &testExamples() const { return test ? *test : training; }

  std::int64_t nonzeroCapacity(std::int64_t batch) const {
    return std::max({training.nonzeroCapacity(batch),
                     testExamples().nonzeroCapacity(batch),
                     parts ? parts->facts().nonzeroCapacity : 0});
  }
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_TRAINDATA_H
