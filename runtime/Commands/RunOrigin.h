//===- RunOrigin.h - What a run's bits depend on ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_RUNORIGIN_H
#define MLC_RUNTIME_COMMANDS_RUNORIGIN_H

#include "Commands/Commands.h"
#include "Commands/PrivateRun.h"
#include "Commands/TrainData.h"
#include "Program/Examples.h"
#include "Train/OriginEntry.h"

#include <map>
#include <string>
#include <vector>

namespace mlc::runtime {

/// What all that a run writes depends on, so neither the time nor the number of
/// threads. Hashes whole files, each once and when first asked.
class RunOrigin {
public:
  /// Null for files that are not given, and where training is not private. All
  /// must outlive this. Throws InputError where what the command names of
  /// earlier trainings is not good.
  RunOrigin(const MlcProgram &program, const TrainCommand &command,
            const TrainData &data, const SafetensorsFile *init,
            const SafetensorsFile *continued = nullptr,
            const PrivateRun *privacy = nullptr);

  /// What must agree for a run to be resumed bit for bit: the program and its
  /// kernels, the files, the options. How long it is to run (--epochs,
  /// --max-steps, --patience) may change, but not --epochs where the learning
  /// rate's schedule is over them.
  std::vector<OriginEntry> entries() const;

  /// What a checkpoint says of the data and of the schedule's span besides, so
  /// that a run can go on from it with other data.
  std::map<std::string, std::string> facts() const;

  /// `__metadata__` of weights after so many steps.
  std::map<std::string, std::string> provenance(std::int64_t steps) const;

private:
  const std::string &hashOf(const SafetensorsFile *file) const;
  /// Of --data: of each part, separated by commas.
  std::string hashOfData() const;
  const std::string &hashOfVectors() const;

  const MlcProgram &program_;
  const TrainCommand &command_;
  const TrainData &data_;
  const SafetensorsFile *init_, *continued_;
  const PrivateRun *privacy_;
  const std::map<std::string, std::string> earlier_; ///< Of other trainings.
  mutable std::map<const SafetensorsFile *, std::string> hashes_;
  mutable std::string hashOfVectors_; ///< Empty until it is asked for.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_RUNORIGIN_H
