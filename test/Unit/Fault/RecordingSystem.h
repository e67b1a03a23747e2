//===- RecordingSystem.h - A system that remembers what it did --*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_FAULT_RECORDINGSYSTEM_H
#define MLC_TEST_UNIT_FAULT_RECORDINGSYSTEM_H

#include "System/OperatingSystem.h"

#include <map>
#include <string>
#include <vector>

namespace mlc::test {

/// Something that changed files, or made sure that they stay.
struct Operation {
  enum Kind {
    Create,     ///< `path` is a new, empty file number `file`.
    Write,      ///< `bytes` into `file` at `offset`.
    Truncate,   ///< `file` to `offset` bytes.
    SyncFile,   ///< `file`.
    Rename,     ///< `path` to `to`.
    Remove,     ///< `path`.
    MakeFolder, ///< `path`.
    SyncFolder, ///< `path`.
    List,       ///< `path` was looked through; changes nothing.
  };
  Kind kind;
  std::string path = {}, to = {};
  int file = -1;
  std::size_t offset = 0;
  std::string bytes = {};
};

/// The real system, which notes all that happens below one folder. Nothing is
/// brought to the disk: what would be is a matter of the record.
class RecordingSystem : public runtime::OperatingSystem {
public:
  /// `folder`: paths in the record are relative to it. `files`: those that are
  /// there, which get the numbers from 0 in this order.
  RecordingSystem(std::string folder, const std::vector<std::string> &files);

  const std::vector<Operation> &operations() const { return operations_; }

  int open(const char *path, int flags, mode_t mode) override;
  ssize_t write(int file, std::span<const std::byte> bytes) override;
  int sync(int file) override;
  int close(int file) override;
  int rename(const char *from, const char *to) override;
  int remove(const char *path) override;
  int truncate(int file, off_t size) override;
  int makeFolder(const char *path) override;
  int list(const char *path, std::vector<std::string> &names) override;

private:
  /// What a descriptor stands for: a file, or a folder by its path.
  struct Open {
    int file;
    std::string folder;
  };

  bool isInside(const std::string &path) const;
  std::string relative(const std::string &path) const;

  std::string folder_;
  std::map<std::string, int> files_;
  int nextFile_;
  std::map<int, Open> open_;
  std::vector<Operation> operations_;
};

} // namespace mlc::test

#endif // MLC_TEST_UNIT_FAULT_RECORDINGSYSTEM_H
