//===- LogWriter.h - Adds decisions to a log --------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_LOGWRITER_H
#define MLC_RUNTIME_AUDIT_LOGWRITER_H

#include "Audit/DecidedRow.h"
#include "Audit/LogFiles.h"
#include "System/OperatingSystem.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace mlc::runtime {

struct LogSettings {
  std::string folder;
  InputKeeping inputs = InputKeeping::Commit;
  /// Payloads of a day are erased when that many days have passed since its
  /// end. Longer than half a year.
  std::int64_t retainDays = 184;
  std::string key; ///< The file of a secret key; empty: nobody signs.
};

/// A log's folder, to be written. What a checkpoint names is on the disk before
/// it is there, and is never changed after it, so that a crash at any moment
/// costs at most decisions that no checkpoint has.
class LogWriter {
public:
  /// Goes on with the log in the folder, or makes one there; `name` is a part
  /// of its name, `program` the SHA-256 of the executable. Removes what a crash
  /// has left. Throws InputError where the folder cannot be used, has
  /// something else, or is used by another process.
  LogWriter(const LogSettings &settings, const std::string &name,
            std::string program);

  /// Adds one to those that are to be published.
  void add(const DecidedRow &decision);
  /// Brings these and a checkpoint of them to the disk. Throws InputError;
  /// then the checkpoint is as it was before, and a later call tries again.
  void publish();
  /// Erases payloads that are older than they are to be, seen from `now`.
  void eraseOld(std::int64_t now);

  /// Whether there is something to publish.
  bool isChanged() const { return edge_.size() != published_; }
  bool isSigned() const { return key_.has_value(); }

private:
  void makeFolder(const std::string &path);
  void lock();
  void start(const std::string &name);
  void goOn();
  void removeLeftOver();
  void trimPayloads();

  void write(const std::string &name, std::string_view bytes);
  Descriptor create(const std::string &name);
  void writeTiles();
  void writePayloads();
  void writeCheckpoint();
  void syncFolders();
  void removeReplaced();
  std::string pathOf(const std::string &name) const {
    return folder_.pathOf(name);
  }

  const LogSettings settings_;
  const std::string program_;
  const LogFolder folder_;
  std::optional<SigningKey> key_;
  Descriptor lock_;
  std::string origin_;
  /// Sizes that were published last, and before.
  std::uint64_t published_ = 0, earlier_ = 0;

  TreeEdge edge_;
  std::string bundle_; ///< Of the last tile, where it is not whole.
  /// What was not published yet: whole tiles and bundles by their paths, and
  /// payloads by their days.
  std::map<std::string, std::string> whole_;
  std::map<std::string, std::string> payloads_;
  /// By day, the bytes of payloads that were published.
  std::map<std::string, off_t> days_;
  std::set<std::string> changedFolders_; ///< Paths.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_LOGWRITER_H
