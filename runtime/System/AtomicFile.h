//===- AtomicFile.h - A file written whole or not at all --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SYSTEM_ATOMICFILE_H
#define MLC_RUNTIME_SYSTEM_ATOMICFILE_H

#include "System/OperatingSystem.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// Bytes go to a temporary file in the folder of `path`; `commit` makes them
/// `path` in one step. Without it the destructor removes them and `path` stays
/// what it was. What a process that was killed has left of a file, the next
/// that writes the same one removes: while a temporary file is written it is
/// locked, and its name is made of that of `path`. A symbolic link is followed;
/// a new file replaces an old one with the old one's permissions. Every member
/// throws InputError (path and the system's reason). A process that meets a
/// file size limit must ignore SIGXFSZ to see it as such an error.
class AtomicFile {
public:
  /// Refuses a `path` that is there and is not a regular file.
  explicit AtomicFile(const std::string &path);
  AtomicFile(const AtomicFile &) = delete;
  AtomicFile &operator=(const AtomicFile &) = delete;
  ~AtomicFile();

  const std::string &path() const { return path_; }
  void write(std::span<const std::byte> bytes);
  /// Bytes written.
  std::int64_t size() const { return size_; }
  /// Brings all bytes to the disk. After it `commit` can hardly fail, so that
  /// several files can be written all or none: prepare each, then commit each.
  void prepare();
  /// prepare, rename, and the folder brought to the disk.
  void commit();

  /// Whether a name in a folder is one that a process which was killed may
  /// have left there.
  static bool isTemporary(std::string_view name);

private:
  [[noreturn]] void fail(int reason) const;
  std::string folder() const;
  void openTemporary();
  bool lock();
  /// Whether the name is free now. A file that is being written stays.
  static bool removeIfAbandoned(const std::string &path);

  std::string path_, target_, temporary_;
  Descriptor descriptor_, lock_;
  std::int64_t size_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SYSTEM_ATOMICFILE_H
