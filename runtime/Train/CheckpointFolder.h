//===- CheckpointFolder.h - The checkpoints of one run ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_CHECKPOINTFOLDER_H
#define MLC_RUNTIME_TRAIN_CHECKPOINTFOLDER_H

#include "Data/Safetensors.h"
#include "System/OperatingSystem.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlc::runtime {

/// A folder of files `step-N.safetensors`, N of 19 digits, each written whole
/// or not at all. Whatever moment the process or the machine stops at, the
/// newest one of which `save` had returned is there.
class CheckpointFolder {
public:
  /// Files that stay after a save, counting the one just saved.
  static constexpr std::size_t kept = 2;

  /// Makes the folder where there is none, keeps other processes out of it for
  /// as long as this lives, and removes what killed ones left half-written.
  /// Throws InputError.
  explicit CheckpointFolder(const std::string &path);

  /// The newest checkpoint of which every byte is as it was written; nothing
  /// where there is none at all. Damaged ones that are newer are told of and
  /// set aside as NAME.damaged. Throws InputError where all are damaged, and
  /// where one cannot be read: it may be intact.
  std::optional<SafetensorsFile> newest() const;

  /// Writes the checkpoint of a step, in place of one of the same step, brings
  /// it to the disk, and removes the oldest. Throws InputError; all that was in
  /// the folder is then still there.
  void save(std::int64_t step, const SafetensorsContents &contents) const;

  /// Throws InputError where there is a checkpoint, which a new run would
  /// push out.
  void expectNone() const;

private:
  std::string pathOf(const std::string &name) const;
  std::vector<std::string> list() const;
  std::vector<std::string> checkpoints() const;
  void setAside(const std::vector<std::string> &damaged) const;

  std::string path_;
  Descriptor lock_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_CHECKPOINTFOLDER_H
