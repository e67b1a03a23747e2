//===- RecordFile.h - Records as files beside weights -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_RECORDFILE_H
#define MLC_RUNTIME_COMMANDS_RECORDFILE_H

#include "Audit/RunRecord.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace mlc::runtime {

/// What a record calls a file: its name without its folder, which is nobody's
/// business. The running program has the name that it was started from.
std::string recordedName(const std::string &path);

/// A file with its hash. Throws InputError where it cannot be read.
RecordedFile recordedFile(const std::string &role, const std::string &path);

/// The machine, as a record describes it.
std::map<std::string, std::string> environmentOf(std::int64_t threads,
                                                 const std::string &device);

/// The key in this file; nothing where none is named. Throws InputError.
std::optional<SigningKey> keyFor(const std::string &path);

/// Writes the record beside weights that are saved, and fills in their name and
/// hash. With a key it is signed, and minisign's own signature stands beside
/// it. Throws InputError.
void writeRecord(RunRecord record, const std::string &weights,
                 const std::optional<SigningKey> &key);

/// The record at `path` of weights with this hash. Throws InputError where it
/// is of others.
RunRecord readRecord(const std::string &path, const std::string &weights,
                     const std::string &sha256);

/// Removes the record of what weights of this name were before, if any.
void removeRecord(const std::string &weights);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_RECORDFILE_H
