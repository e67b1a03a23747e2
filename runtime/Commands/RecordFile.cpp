//===- RecordFile.cpp - Records as files beside weights -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/RecordFile.h"

#include "Audit/Digest.h"
#include "Audit/SigningKey.h"
#include "CPU/Features.h"
#include "CPU/Workers.h"
#include "Commands/OutputPaths.h"
#include "Error.h"
#include "System/OperatingSystem.h"

#include <ctime>
#include <filesystem>
#include <fmt/format.h>
#include <span>
#include <sys/utsname.h>

namespace mlc::runtime {

static std::string signaturePath(const std::string &weights) {
  return recordPath(weights) + ".minisig";
}

std::string recordedName(const std::string &path) {
  std::error_code error;
  const std::filesystem::path program =
      std::filesystem::read_symlink(pathOfThisProgram(), error);
  return (path == pathOfThisProgram() ? program : std::filesystem::path(path))
      .filename()
      .string();
}

RecordedFile recordedFile(const std::string &role, const std::string &path) {
  return {role, recordedName(path), sha256OfFile(path)};
}

std::map<std::string, std::string> environmentOf(std::int64_t threads,
                                                 const std::string &device) {
  utsname system = {};
  ::uname(&system);
  return {{"cpu", cpuName()},
          {"cores", std::to_string(usableCores())},
          {"threads", std::to_string(threads)},
          {"device", device},
          {"system", fmt::format("{} {} {}", system.sysname, system.release,
                                 system.machine)}};
}

std::optional<SigningKey> keyFor(const std::string &path) {
  if (path.empty())
    return std::nullopt;
  return SigningKey::read(path);
}

void writeRecord(RunRecord record, const std::string &weights,
                 const std::optional<SigningKey> &key) {
  record.weights = recordedFile("weights", weights);
  Envelope envelope = {statementType, record.statement(), {}};
  const std::string path = recordPath(weights);
  if (key)
    envelope.sign(*key);
  const std::string text = envelope.text();
  writeText(path, text);
  if (key)
    writeText(signaturePath(weights),
              key->detachedSignature(
                  std::as_bytes(std::span(text)),
                  fmt::format("timestamp:{}\tfile:{}\thashed",
                              std::time(nullptr), recordedName(path))));
  else // Of an earlier record.
    os().remove(signaturePath(weights).c_str());
}

RunRecord readRecord(const std::string &path, const std::string &weights,
                     const std::string &sha256) {
  RunRecord record = OpenedRecord(path).record;
  if (record.weights.sha256 != sha256)
    throw InputError(fmt::format("{}: is no record of the weights {}; give "
                                 "those that were written beside it",
                                 path, weights));
  return record;
}

void removeRecord(const std::string &weights) {
  os().remove(recordPath(weights).c_str());
  os().remove(signaturePath(weights).c_str());
}

} // namespace mlc::runtime
