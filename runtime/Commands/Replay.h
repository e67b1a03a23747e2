//===- Replay.h - Trains again as a record says -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_REPLAY_H
#define MLC_RUNTIME_COMMANDS_REPLAY_H

#include "Audit/RunRecord.h"
#include "Commands/Commands.h"
#include "Data/Safetensors.h"

#include <memory>
#include <optional>
#include <string>

namespace mlc::runtime {

/// The training that a record tells of, from the data and first weights that
/// the caller has checked; it writes no file. `path` stands in errors. Throws
/// InputError where an option of the record cannot be read.
TrainCommand replayOf(const RunRecord &record, const std::string &path);

/// Trains on `device`, null for the CPU, and compares each tensor of `weights`
/// with what came of it after `steps` steps. Returns what differs first, an
/// empty text where all bits are the same, nothing where a signal stopped it.
std::optional<std::string> replay(const MlcProgram &program,
                                  const TrainCommand &command,
                                  std::unique_ptr<LoadedDevice> device,
                                  std::int64_t steps,
                                  const SafetensorsFile &weights);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_REPLAY_H
